import { CfnResource } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IConstruct } from 'constructs';
import { refersTo, synthesized } from './synthesized';

/** Attribute names of a key. A name that is only known at deployment is absent. */
export interface KnownKey {
  readonly partition: readonly string[];
  readonly sort: readonly string[];
}

/** The keys, indexes and settings of a table in a template of this app. */
export interface KnownTable {
  readonly key: KnownKey;
  readonly indexes: readonly KnownKey[];
  /** Absent if the table has no time to live. */
  readonly timeToLive?: string;
  /** The type (`S`, `N` or `B`) of each key attribute. */
  readonly types: ReadonlyMap<string, string>;
  /** What a record of the stream contains: `NEW_IMAGE`. Absent if the table has no stream. */
  readonly streamView?: string;
  readonly hasPointInTimeRecovery: boolean;
}

interface KeyPart {
  readonly AttributeName?: unknown;
  readonly KeyType?: unknown;
}

interface Recovery {
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled?: unknown };
}

interface TableProperties extends Recovery {
  readonly Replicas?: readonly Recovery[];
  readonly KeySchema?: readonly KeyPart[];
  readonly AttributeDefinitions?: readonly { readonly AttributeName?: unknown; readonly AttributeType?: unknown }[];
  readonly GlobalSecondaryIndexes?: readonly { readonly KeySchema?: readonly KeyPart[] }[];
  readonly LocalSecondaryIndexes?: readonly { readonly KeySchema?: readonly KeyPart[] }[];
  readonly StreamSpecification?: { readonly StreamViewType?: unknown };
  readonly TimeToLiveSpecification?: { readonly AttributeName?: unknown; readonly Enabled?: unknown };
}

const TYPES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

/** Finds the definition of a table that this app creates, even if `table` imports it by ARN or name. Undefined for other tables. */
export function knownTable(table: ITable): KnownTable | undefined {
  const resource = resourceOf(table);
  if (resource === undefined) return undefined;
  const properties: TableProperties = synthesized(resource).properties;
  const timeToLive = properties.TimeToLiveSpecification;
  const streamView = properties.StreamSpecification?.StreamViewType;
  return {
    key: keyOf(properties.KeySchema),
    indexes: [...(properties.GlobalSecondaryIndexes ?? []), ...(properties.LocalSecondaryIndexes ?? [])].map(({ KeySchema }) =>
      keyOf(KeySchema),
    ),
    ...(typeof timeToLive?.AttributeName === 'string' && timeToLive.Enabled !== false ? { timeToLive: timeToLive.AttributeName } : {}),
    ...(typeof streamView === 'string' ? { streamView } : {}),
    // A global table has the setting in each replica.
    hasPointInTimeRecovery: [properties, ...(properties.Replicas ?? [])].some(
      ({ PointInTimeRecoverySpecification: recovery }) => recovery !== undefined && recovery.PointInTimeRecoveryEnabled !== false,
    ),
    types: new Map(
      (properties.AttributeDefinitions ?? []).map(({ AttributeName, AttributeType }) => [String(AttributeName), String(AttributeType)]),
    ),
  };
}

function resourceOf(table: ITable): CfnResource | undefined {
  const { defaultChild, root } = table.node;
  if (isTable(defaultChild)) return defaultChild;
  return root.node
    .findAll()
    .filter(isTable)
    .find((found) => refersTo(table, table.tableArn, found.getAtt('Arn'), found) || refersTo(table, table.tableName, found.ref, found));
}

function isTable(construct: IConstruct | undefined): construct is CfnResource {
  return construct !== undefined && CfnResource.isCfnResource(construct) && TYPES.includes(construct.cfnResourceType);
}

function keyOf(parts: readonly KeyPart[] = []): KnownKey {
  const names = (type: string) =>
    parts
      .filter(({ KeyType }) => KeyType === type)
      .flatMap(({ AttributeName }) => (typeof AttributeName === 'string' ? [AttributeName] : []));
  return { partition: names('HASH'), sort: names('RANGE') };
}
