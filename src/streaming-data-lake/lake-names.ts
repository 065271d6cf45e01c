import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { uniqueName } from '../core/private/unique-name';

/** Documented: "Create databases and tables" in the Athena user guide; the database of a lake is part of longer names. */
const MOST_CHARACTERS = 64;

/** Names that queries and operators use. */
export interface LakeNames {
  readonly database: string;
  readonly workgroup: string;
  /** The table of all changes, and those that are named after it. */
  readonly table: string;
  readonly changes: string;
  readonly current: string;
  readonly quarantine: string;
}

/**
 * Names of a lake. Athena needs names of workgroups and databases, and views contain them, so they are known at synthesis.
 *
 * @throws when a name is only known at deployment, or has other characters
 */
export function lakeNames(scope: IConstruct, name: string | undefined, table: string): LakeNames {
  if (name !== undefined && (Token.isUnresolved(name) || !/^[a-z][a-z0-9-]{0,63}$/.test(name))) {
    invalid(scope, 'name', name, 'a lower-case letter, then up to 63 lower-case letters, digits and hyphens, known at synthesis');
  }
  if (Token.isUnresolved(table) || !/^[a-z][a-z0-9_]{0,63}$/.test(table)) {
    invalid(scope, 'tableName', table, 'a lower-case letter, then up to 63 lower-case letters, digits and underscores, known at synthesis');
  }
  const workgroup = name ?? uniqueName(scope, MOST_CHARACTERS);
  return namesOf(workgroup, workgroup.toLowerCase().replaceAll('-', '_'), table);
}

/** The names of a lake whose database, workgroup and table are known. */
export function namesOf(workgroup: string, database: string, table: string): LakeNames {
  return {
    workgroup,
    database,
    table,
    changes: `${table}_changes`,
    current: `${table}_current`,
    quarantine: `${table}_quarantine`,
  };
}
