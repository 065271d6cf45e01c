import type { Assembly, Json, JsonObject, Resource } from '../../contracts';
import { isTrue, objectOf, objects, strings } from '../../protocol/json';

/** The resource types of tables. */
export const TABLES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

/** The schema of a table, for authorization and metering. */
export interface Schema {
  /** The partition key of each index; that of the table is under `''`. */
  readonly partitionKeys: ReadonlyMap<string, string>;
  /** The key attributes, the partition key first. */
  readonly keys: readonly string[];
  /** Global secondary indexes, with the attributes that they project besides keys; undefined means all. */
  readonly indexes: readonly { readonly keys: readonly string[]; readonly projection?: readonly string[] }[];
}

/** A table of the template, as validation, provisioning and the endpoint use it. */
export interface TemplateTable extends Schema {
  readonly resource: Resource;
  readonly name: string;
  readonly arn: string;
  /** The key as in the template: an id, an ARN or an alias. */
  readonly keyId?: Json;
  /** The input of CreateTable. */
  readonly definition: JsonObject;
  readonly timeToLive?: string;
  /** Whether it has point-in-time recovery. */
  readonly recoverable: boolean;
  readonly policy?: JsonObject;
  /** Why the sandbox can't run the table. */
  readonly problem?: string;
}

/** Reads the schema of a table from its properties or from the input of CreateTable. */
export function schemaOf(table: JsonObject): Schema {
  const global = objects(table.GlobalSecondaryIndexes);
  const indexes = [...global, ...objects(table.LocalSecondaryIndexes)];
  return {
    partitionKeys: new Map([['', keysOf(table)[0]], ...indexes.map((index) => [String(index.IndexName), keysOf(index)[0]] as const)]),
    keys: keysOf(table),
    indexes: global.map((index) => ({ keys: keysOf(index), projection: projectionOf(index) })),
  };
}

export function readTable(assembly: Assembly, resource: Resource): TemplateTable {
  const properties = assembly.properties(resource);
  const { AttributeDefinitions, KeySchema, LocalSecondaryIndexes, StreamSpecification: stream } = properties;
  const own = resource.type === 'AWS::DynamoDB::Table' ? ofTable(properties) : ofGlobalTable(properties, assembly.region);
  const { capacityOf, protection, policy, encryption, recovery, problem } = own;
  const provisioned = properties.BillingMode !== 'PAY_PER_REQUEST';
  const indexes = objects(properties.GlobalSecondaryIndexes).map((index) => ({
    ...{ IndexName: index.IndexName, KeySchema: index.KeySchema, Projection: index.Projection },
    ...(provisioned ? { ProvisionedThroughput: capacityOf(index) } : {}),
  }));
  const { Enabled, AttributeName } = objectOf(properties.TimeToLiveSpecification);
  return {
    ...{ resource, ...schemaOf(properties), name: assembly.ref(resource), arn: assembly.attribute(resource, 'Arn') },
    keyId: objectOf(encryption).KMSMasterKeyId,
    definition: {
      ...{ AttributeDefinitions, KeySchema, BillingMode: provisioned ? 'PROVISIONED' : 'PAY_PER_REQUEST' },
      ...(LocalSecondaryIndexes === undefined ? {} : { LocalSecondaryIndexes }),
      ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: indexes }),
      ...(provisioned ? { ProvisionedThroughput: capacityOf() } : {}),
      ...(stream === undefined ? {} : { StreamSpecification: { StreamEnabled: true, StreamViewType: objectOf(stream).StreamViewType } }),
      DeletionProtectionEnabled: isTrue(protection),
    },
    timeToLive: isTrue(Enabled) ? String(AttributeName) : undefined,
    recoverable: isTrue(objectOf(recovery).PointInTimeRecoveryEnabled),
    policy: objectOf(policy).PolicyDocument as JsonObject | undefined,
    problem,
  };
}

/** What the two resource types define differently. */
interface TypeSpecific {
  readonly protection?: Json;
  readonly encryption?: Json;
  readonly recovery?: Json;
  readonly policy?: Json;
  readonly problem?: string;
  /** The capacity of the table, or of an index. */
  capacityOf(index?: JsonObject): JsonObject;
}

function ofTable(properties: JsonObject): TypeSpecific {
  return {
    protection: properties.DeletionProtectionEnabled,
    encryption: properties.SSESpecification,
    recovery: properties.PointInTimeRecoverySpecification,
    policy: properties.ResourcePolicy,
    capacityOf(index = properties) {
      const { ReadCapacityUnits = 1, WriteCapacityUnits = 1 } = objectOf(index.ProvisionedThroughput);
      return { ReadCapacityUnits: Number(ReadCapacityUnits), WriteCapacityUnits: Number(WriteCapacityUnits) };
    },
  };
}

/**
 * A global table defines its capacity by auto scaling: write capacity for all replicas, read capacity for each. It starts with the minimum.
 */
function ofGlobalTable(properties: JsonObject, region: string): TypeSpecific {
  const replicas = objects(properties.Replicas);
  const regions = replicas.map(({ Region }) => Region).join(', ');
  const replica = replicas.find(({ Region }) => Region === region) ?? {};
  const replicaIndexes = new Map(objects(replica.GlobalSecondaryIndexes).map((index) => [index.IndexName, index]));
  return {
    protection: replica.DeletionProtectionEnabled,
    encryption: replica.SSESpecification,
    recovery: replica.PointInTimeRecoverySpecification,
    problem:
      regions === region
        ? undefined
        : `AWS::DynamoDB::GlobalTable.Replicas is ${regions}: the sandbox only supports one replica, in ${region}`,
    capacityOf(index) {
      const write = index?.WriteProvisionedThroughputSettings ?? properties.WriteProvisionedThroughputSettings;
      const own = index && replicaIndexes.get(index.IndexName)?.ReadProvisionedThroughputSettings;
      const read = own ?? index?.ReadProvisionedThroughputSettings ?? replica.ReadProvisionedThroughputSettings;
      const table = index ? undefined : properties.ReadProvisionedThroughputSettings;
      return {
        WriteCapacityUnits: initial(write, 'WriteCapacityAutoScalingSettings'),
        ReadCapacityUnits: Number(objectOf(read ?? table).ReadCapacityUnits ?? initial(read ?? table, 'ReadCapacityAutoScalingSettings')),
      };
    },
  };
}

function initial(settings: Json | undefined, scaling: string): number {
  const { SeedCapacity, MinCapacity = 1 } = objectOf(objectOf(settings)[scaling]);
  return Number(SeedCapacity ?? MinCapacity);
}

function keysOf({ KeySchema }: JsonObject): string[] {
  const schema = objects(KeySchema);
  return [...schema.filter(({ KeyType }) => KeyType === 'HASH'), ...schema.filter(({ KeyType }) => KeyType !== 'HASH')].map(
    ({ AttributeName }) => String(AttributeName),
  );
}

function projectionOf({ Projection }: JsonObject): string[] | undefined {
  const { ProjectionType = 'ALL', NonKeyAttributes } = objectOf(Projection);
  return ProjectionType === 'ALL' ? undefined : strings(NonKeyAttributes);
}
