import { CfnResource } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IConstruct } from 'constructs';
import { refersTo, synthesized } from './synthesized';

/** Attribute names of a key; a part is absent where it is only known at deployment. */
export interface KnownKey {
  readonly partition: readonly string[];
  readonly sort: readonly string[];
}

/** What the template of this app says of a table. */
export interface KnownTable {
  readonly key: KnownKey;
  readonly indexes: readonly KnownKey[];
  /** Absent where the table expires nothing. */
  readonly timeToLive?: string;
  /** `S`, `N` or `B`, of each attribute that is part of a key. */
  readonly types: ReadonlyMap<string, string>;
}

interface KeyPart {
  readonly AttributeName?: unknown;
  readonly KeyType?: unknown;
}

interface TableProperties {
  readonly KeySchema?: readonly KeyPart[];
  readonly AttributeDefinitions?: readonly { readonly AttributeName?: unknown; readonly AttributeType?: unknown }[];
  readonly GlobalSecondaryIndexes?: readonly { readonly KeySchema?: readonly KeyPart[] }[];
  readonly LocalSecondaryIndexes?: readonly { readonly KeySchema?: readonly KeyPart[] }[];
  readonly TimeToLiveSpecification?: { readonly AttributeName?: unknown; readonly Enabled?: unknown };
}

const TYPES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

/** A table that this app makes, as it is when everything has been added, also where it is imported by its ARN or name; nothing of another one. */
export function knownTable(table: ITable): KnownTable | undefined {
  const resource = resourceOf(table);
  if (resource === undefined) return undefined;
  const properties: TableProperties = synthesized(resource).properties;
  const timeToLive = properties.TimeToLiveSpecification;
  return {
    key: keyOf(properties.KeySchema),
    indexes: [...(properties.GlobalSecondaryIndexes ?? []), ...(properties.LocalSecondaryIndexes ?? [])].map(({ KeySchema }) =>
      keyOf(KeySchema),
    ),
    ...(typeof timeToLive?.AttributeName === 'string' && timeToLive.Enabled !== false ? { timeToLive: timeToLive.AttributeName } : {}),
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
    .find((made) => refersTo(table, table.tableArn, made.getAtt('Arn'), made) || refersTo(table, table.tableName, made.ref, made));
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
