import { readEach } from '../../assembly/properties';
import type { Assembly, JsonObject } from '../../contracts';
import { keyArn } from '../../iam/keys';
import { readTable, type Schema, schemaOf, TABLES } from './table';

export interface Table extends Schema {
  readonly name: string;
  readonly arn: string;
  /** The customer managed key, if it has one. */
  readonly key?: string;
  /** Whether it has point-in-time recovery, so that it can be exported. Tables that callers create have none. */
  readonly recoverable?: boolean;
}

export interface Tables {
  find(nameOrArn: string): Table | undefined;
  arn(nameOrArn: string): string;
  /** Adds a table that a caller creates at run time. */
  add(createTable: JsonObject): void;
  remove(nameOrArn: string): void;
}

/** The tables of the assembly. */
export function readTables(assembly: Assembly): Tables {
  const { partition, region, account } = assembly;
  const nameOf = (nameOrArn: string) => (nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn);
  const arn = (nameOrArn: string) => `arn:${partition}:dynamodb:${region}:${account}:table/${nameOf(nameOrArn)}`;
  const tables = new Map<string, Table>(
    readEach(assembly, TABLES, readTable).map((table) => [table.name, { ...table, key: keyArn(assembly, table.keyId) }]),
  );
  return {
    find: (nameOrArn) => tables.get(nameOf(nameOrArn)),
    arn,
    add(createTable) {
      const name = String(createTable.TableName);
      tables.set(name, { name, arn: arn(name), ...schemaOf(createTable) });
    },
    remove: (nameOrArn) => void tables.delete(nameOf(nameOrArn)),
  };
}
