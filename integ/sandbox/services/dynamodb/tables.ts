import { readEach } from '../../assembly/properties';
import type { Assembly, JsonObject } from '../../contracts';
import { keyArn } from '../../iam/keys';
import { readTable, type Schema, schemaOf, TABLES } from './table';

export interface Table extends Schema {
  readonly name: string;
  readonly arn: string;
  /** The customer-managed key, where it has one. */
  readonly key?: string;
}

export interface Tables {
  /** By name or ARN, as requests may give either. */
  find(nameOrArn: string): Table | undefined;
  arn(nameOrArn: string): string;
  /** A table that a caller of the endpoint makes while it runs. */
  learn(createTable: JsonObject): void;
  forget(nameOrArn: string): void;
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
    learn(createTable) {
      const name = String(createTable.TableName);
      tables.set(name, { name, arn: arn(name), ...schemaOf(createTable) });
    },
    forget: (nameOrArn) => void tables.delete(nameOf(nameOrArn)),
  };
}
