import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type GlobalSecondaryIndex,
  type LocalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import type { Assembly, Engines, Json, JsonObject, Resource } from '../../contracts';
import { dynamoDbClient, ownerOf } from '../../engines/clients';
import { EngineError } from '../../engines/command';
import type { ProvisionContext } from '../../service-module';

type Throughput = CreateTableCommandInput['ProvisionedThroughput'];

/** Makes the tables and records their streams' ARNs. */
export async function provisionTables({ assembly, engines, reject }: ProvisionContext): Promise<void> {
  const made = new Map<string, Resource>();
  for (const resource of tables(assembly)) {
    try {
      const name = assembly.ref(resource);
      const twin = made.get(name);
      if (twin) {
        throw new EngineError(`${resource.id} and ${twin.id} are both named ${name}: the engine has one name space for all Regions`);
      }
      made.set(name, resource);
      await create(assembly, resource, engines);
    } catch (error) {
      reject(resource, error as Error);
    }
  }
}

/** The tables of either type. */
export function tables(assembly: Assembly): Resource[] {
  return [...assembly.ofType('AWS::DynamoDB::Table'), ...assembly.ofType('AWS::DynamoDB::GlobalTable')];
}

async function create(assembly: Assembly, resource: Resource, engines: Engines): Promise<void> {
  const properties = assembly.properties(resource);
  const arn = assembly.attribute(resource, 'Arn');
  const specific =
    resource.type === 'AWS::DynamoDB::Table' ? ofTable(properties) : ofGlobalTable(resource, properties, ownerOf(arn).region);
  const stream = properties.StreamSpecification as { StreamViewType: 'NEW_IMAGE' } | undefined;
  const client = dynamoDbClient(engines, ownerOf(arn));
  try {
    const { TableDescription } = await client.send(
      new CreateTableCommand({
        TableName: assembly.ref(resource),
        AttributeDefinitions: properties.AttributeDefinitions as unknown as CreateTableCommandInput['AttributeDefinitions'],
        KeySchema: properties.KeySchema as unknown as CreateTableCommandInput['KeySchema'],
        LocalSecondaryIndexes: properties.LocalSecondaryIndexes as unknown as LocalSecondaryIndex[] | undefined,
        StreamSpecification: stream && { StreamEnabled: true, StreamViewType: stream.StreamViewType },
        ...specific,
      }),
    );
    if (TableDescription?.LatestStreamLabel !== undefined) {
      assembly.setAttribute(resource, 'StreamArn', `${arn}/stream/${TableDescription.LatestStreamLabel}`);
    }
  } catch (error) {
    throw new EngineError(`${resource.id}: ${(error as Error).message}`);
  } finally {
    client.destroy();
  }
}

function ofTable(properties: JsonObject): Partial<CreateTableCommandInput> {
  const onDemand = properties.BillingMode === 'PAY_PER_REQUEST';
  return {
    BillingMode: onDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    ProvisionedThroughput: onDemand ? undefined : throughput(properties.ProvisionedThroughput),
    DeletionProtectionEnabled: isTrue(properties.DeletionProtectionEnabled),
    GlobalSecondaryIndexes: indexes(properties, (index) => (onDemand ? undefined : throughput(index.ProvisionedThroughput))),
  };
}

/** A global table says its capacity by auto scaling, write capacity for all replicas and read capacity for each. It begins with the least. */
function ofGlobalTable(resource: Resource, properties: JsonObject, region: string): Partial<CreateTableCommandInput> {
  const replicas = objects(properties.Replicas);
  const [replica] = replicas;
  if (replicas.length !== 1 || replica.Region !== region) {
    const regions = replicas.map((each) => each.Region).join(', ');
    throw new EngineError(`${resource.id}: AWS::DynamoDB::GlobalTable.Replicas is ${regions}: one replica, in ${region}, can run here`);
  }
  const onDemand = properties.BillingMode === 'PAY_PER_REQUEST';
  const capacity = (write: Json | undefined, read: Json | undefined): Throughput =>
    onDemand
      ? undefined
      : {
          WriteCapacityUnits: least(write, 'WriteCapacityAutoScalingSettings'),
          ReadCapacityUnits: Number((read as JsonObject | undefined)?.ReadCapacityUnits ?? least(read, 'ReadCapacityAutoScalingSettings')),
        };
  const replicaIndexes = new Map(objects(replica.GlobalSecondaryIndexes).map((index) => [index.IndexName, index]));
  return {
    BillingMode: onDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    ProvisionedThroughput: capacity(
      properties.WriteProvisionedThroughputSettings,
      replica.ReadProvisionedThroughputSettings ?? properties.ReadProvisionedThroughputSettings,
    ),
    DeletionProtectionEnabled: isTrue(replica.DeletionProtectionEnabled),
    GlobalSecondaryIndexes: indexes(properties, (index) =>
      capacity(
        index.WriteProvisionedThroughputSettings ?? properties.WriteProvisionedThroughputSettings,
        replicaIndexes.get(index.IndexName)?.ReadProvisionedThroughputSettings ??
          index.ReadProvisionedThroughputSettings ??
          replica.ReadProvisionedThroughputSettings,
      ),
    ),
  };
}

function indexes(properties: JsonObject, capacity: (index: JsonObject) => Throughput): GlobalSecondaryIndex[] | undefined {
  const made = objects(properties.GlobalSecondaryIndexes).map((index) => ({
    IndexName: index.IndexName,
    KeySchema: index.KeySchema,
    Projection: index.Projection,
    ProvisionedThroughput: capacity(index),
  }));
  return made.length === 0 ? undefined : (made as unknown as GlobalSecondaryIndex[]);
}

function throughput(value: Json | undefined): Throughput {
  const { ReadCapacityUnits, WriteCapacityUnits } = (value ?? {}) as JsonObject;
  return { ReadCapacityUnits: Number(ReadCapacityUnits ?? 1), WriteCapacityUnits: Number(WriteCapacityUnits ?? 1) };
}

function least(settings: Json | undefined, scaling: string): number {
  const policy = (settings as JsonObject | undefined)?.[scaling] as JsonObject | undefined;
  return Number(policy?.SeedCapacity ?? policy?.MinCapacity ?? 1);
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? (value as JsonObject[]) : [];
}

function isTrue(value: Json | undefined): boolean {
  return String(value) === 'true';
}
