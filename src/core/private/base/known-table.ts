import { CfnResource } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { synthesized } from './synthesized';

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

/** A table that this app makes, as it is when everything has been added; nothing of an imported one. */
export function knownTable(table: ITable): KnownTable | undefined {
  const { defaultChild } = table.node;
  if (!CfnResource.isCfnResource(defaultChild)) return undefined;
  if (!['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'].includes(defaultChild.cfnResourceType)) return undefined;
  const properties: TableProperties = synthesized(defaultChild).properties;
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

function keyOf(parts: readonly KeyPart[] = []): KnownKey {
  const names = (type: string) =>
    parts
      .filter(({ KeyType }) => KeyType === type)
      .flatMap(({ AttributeName }) => (typeof AttributeName === 'string' ? [AttributeName] : []));
  return { partition: names('HASH'), sort: names('RANGE') };
}
