import type { Assembly, JsonObject } from '../../contracts';
import { keyArn } from '../../iam/keys';
import { objects, strings } from '../../protocol/json';

/** What authorisation needs to know of a table. */
export interface Table {
  readonly name: string;
  readonly arn: string;
  /** The customer-managed key, where it has one. */
  readonly key?: string;
  /** Name of the partition key, by index; the table itself is `''`. */
  readonly partitionKeys: ReadonlyMap<string, string>;
  /** Names of the key attributes. */
  readonly keys: readonly string[];
  /** Global secondary indexes, with the attributes that they project besides keys; all where absent. */
  readonly indexes: readonly { readonly keys: readonly string[]; readonly projection?: readonly string[] }[];
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
  const tables = new Map<string, Table>();
  const add = (name: string, properties: JsonObject, key?: string) => {
    const global = objects(properties.GlobalSecondaryIndexes);
    const indexes = [...global, ...objects(properties.LocalSecondaryIndexes)];
    tables.set(name, {
      name,
      arn: arn(name),
      partitionKeys: new Map([
        ['', keysOf(properties)[0]],
        ...indexes.map((index) => [String(index.IndexName), keysOf(index)[0]] as const),
      ]),
      keys: keysOf(properties),
      indexes: global.map((index) => ({ keys: keysOf(index), ...projectionOf(index) })),
      ...(key === undefined ? {} : { key }),
    });
  };
  for (const resource of assembly.ofType('AWS::DynamoDB::Table')) {
    const properties = assembly.properties(resource);
    add(assembly.ref(resource), properties, keyArn(assembly, (properties.SSESpecification as JsonObject | undefined)?.KMSMasterKeyId));
  }
  for (const resource of assembly.ofType('AWS::DynamoDB::GlobalTable')) {
    const properties = assembly.properties(resource);
    const replica = objects(properties.Replicas).find(({ Region }) => Region === region);
    add(assembly.ref(resource), properties, keyArn(assembly, (replica?.SSESpecification as JsonObject | undefined)?.KMSMasterKeyId));
  }
  return {
    find: (nameOrArn) => tables.get(nameOf(nameOrArn)),
    arn,
    learn: (createTable) => add(String(createTable.TableName), createTable),
    forget: (nameOrArn) => {
      tables.delete(nameOf(nameOrArn));
    },
  };
}

/** Names of the key attributes, the partition key first. */
function keysOf({ KeySchema }: JsonObject): string[] {
  const schema = objects(KeySchema);
  return [...schema.filter(({ KeyType }) => KeyType === 'HASH'), ...schema.filter(({ KeyType }) => KeyType !== 'HASH')].map(
    ({ AttributeName }) => String(AttributeName),
  );
}

function projectionOf({ Projection }: JsonObject): { projection?: string[] } {
  const { ProjectionType = 'ALL', NonKeyAttributes } = (Projection ?? {}) as JsonObject;
  return ProjectionType === 'ALL' ? {} : { projection: strings(NonKeyAttributes) };
}
