import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  type GlobalSecondaryIndexProps,
  type ITable,
  ProjectionType,
  StreamViewType,
  Table,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { KeyTemplate } from '../core';
import { rejectAlias } from '../core/private/base/key-checks';
import { requireProps } from '../core/private/base/required-props';
import { createDataTable } from '../core/private/data-table';
import type { Tenancy } from '../tenancy';
import { itemKeys, partitionKeyName, sortKeyName, timeToLiveAttribute } from './item-keys';
import type { TenantIndex } from './tenant-index';
import type { TenantTableAttributes } from './tenant-table-attributes';
import { type ITenantTable, TenantTableGrants } from './tenant-table-grants';

/** Props of TenantTable. */
export interface TenantTableProps {
  /** Who shares the table. */
  readonly tenancy: Tenancy;
  /**
   * How long an item lives after it was received, where its writer knows of no other time: whole seconds. DynamoDB removes it within a few days after.
   *
   * @default - items never expire, except those to which a writer gives an expiry
   */
  readonly timeToLive?: Duration;
  /**
   * More ways to look items up.
   *
   * @default []
   */
  readonly indexes?: TenantIndex[];
  /**
   * Encrypts the table, its stream and its backups. A key, not an alias.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;
  /**
   * What becomes of the data when the table leaves its stack. DESTROY also needs `DataDestruction.allow` on a scope above, and leaves the
   * table without deletion protection.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * One table for the items of all tenants: every partition key begins with its tenant's id and `#`, and a tenant's session reaches no
 * other.
 *
 * Items have the keys `pk` and `sk` (text) and, where they expire, `expiresAt` (epoch seconds).
 *
 * @example
 * import { Duration, Stack } from 'aws-cdk-lib';
 * import { Tenancy, TenantTable } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const tenancy: Tenancy;
 * new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30) });
 */
export class TenantTable extends Construct implements ITenantTable {
  /**
   * A TenantTable of another stack or another app.
   *
   * Its grants are policies of the grantee, the use of the key among them: nothing is changed where the table is created. A key whose policy leaves
   * nothing to IAM policies must name the grantees itself.
   *
   * @param attributes what is known of it
   * @throws when the key is an alias, an index could be shared by tenants, or a time to live is not a whole number of seconds
   */
  public static fromTenantTableAttributes(scope: Construct, id: string, attributes: TenantTableAttributes): ITenantTable {
    return new ImportedTenantTable(scope, id, attributes);
  }

  /** The table. Not as a Table: an index added behind this construct's back could be one that tenants share. */
  public readonly table: ITable;
  /** Who shares the table. */
  public readonly tenancy: Tenancy;
  /** More ways to look items up. */
  public readonly indexes: TenantIndex[];
  /** `pk`, of text: begins with the tenant's id and `#`. */
  public readonly partitionKeyName: string = partitionKeyName;
  /** `sk`, of text. */
  public readonly sortKeyName?: string = sortKeyName;
  /** `expiresAt`: an item's expiry as epoch seconds, where it has one. */
  public readonly timeToLiveAttribute?: string = timeToLiveAttribute;
  /** How long an item is kept after it was received, unless its writer sets another time. Undefined where items never expire. */
  public readonly timeToLive?: Duration;
  /** How writers must make the partition keys of the indexes, by attribute name; `pk` is not named. */
  public readonly indexKeys?: { [attribute: string]: KeyTemplate };
  /** Attribute names of the indexes' sort keys, which writers may make as they like; `pk`, `sk` and the `indexKeys` are not named. */
  public readonly indexSortKeys?: string[];
  /** The tenancy's noun: the key of the tag on the sessions that the table admits. */
  public readonly tenantNoun?: string;
  /** Gives sessions of a tenant, and batch writers, exactly what they need. */
  public readonly grants: TenantTableGrants;

  /**
   * @throws when an index could be shared by tenants, a time to live is not a whole number of seconds, or the data would be destroyed without a
   * scope that allows it
   */
  constructor(scope: Construct, id: string, props: TenantTableProps) {
    super(scope, id);
    requireProps(this, props, { tenancy: true });
    this.tenancy = props.tenancy;
    this.tenantNoun = props.tenancy.noun;
    this.timeToLive = props.timeToLive;
    this.indexes = [...(props.indexes ?? [])];
    const written = itemKeys(this, this.indexes, props.timeToLive);
    this.indexKeys = written.indexKeys;
    this.indexSortKeys = written.indexSortKeys;
    this.table = this.createTable(props);
    this.node.defaultChild = this.table.node.defaultChild;
    this.grants = TenantTableGrants.fromTenantTable(this);
  }

  private createTable({ encryptionKey, removalPolicy }: TenantTableProps): ITable {
    const table = createDataTable(this, {
      partitionKeyName,
      sortKeyName,
      timeToLiveAttribute,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      encryptionKey,
      removalPolicy,
    });
    for (const index of this.indexes) table.addGlobalSecondaryIndex(indexProps(index));
    return table;
  }
}

class ImportedTenantTable extends Construct implements ITenantTable {
  public readonly table: ITable;
  public readonly tenancy: Tenancy;
  public readonly indexes: TenantIndex[];
  public readonly partitionKeyName: string = partitionKeyName;
  public readonly sortKeyName?: string = sortKeyName;
  public readonly timeToLiveAttribute?: string = timeToLiveAttribute;
  public readonly timeToLive?: Duration;
  public readonly indexKeys?: { [attribute: string]: KeyTemplate };
  public readonly indexSortKeys?: string[];
  public readonly tenantNoun?: string;
  public readonly grants: TenantTableGrants;

  constructor(scope: Construct, id: string, attributes: TenantTableAttributes) {
    super(scope, id);
    const { tableArn, tableStreamArn, encryptionKey } = attributes;
    rejectAlias(this, 'encryptionKey', encryptionKey);
    this.tenancy = attributes.tenancy;
    this.tenantNoun = attributes.tenancy.noun;
    this.timeToLive = attributes.timeToLive;
    this.indexes = [...(attributes.indexes ?? [])];
    const written = itemKeys(this, this.indexes, attributes.timeToLive);
    this.indexKeys = written.indexKeys;
    this.indexSortKeys = written.indexSortKeys;
    const globalIndexes = this.indexes.map(({ name }) => name);
    this.table = Table.fromTableAttributes(this, 'Table', { tableArn, tableStreamArn, encryptionKey, globalIndexes });
    this.grants = TenantTableGrants.fromTenantTable(this);
  }
}

function indexProps({ name, partitionKey = partitionKeyName, sortKey, attributes }: TenantIndex): GlobalSecondaryIndexProps {
  const projection =
    attributes === undefined
      ? { projectionType: ProjectionType.ALL }
      : attributes.length === 0
        ? { projectionType: ProjectionType.KEYS_ONLY }
        : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: attributes };
  return {
    indexName: name,
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    ...(sortKey === undefined ? {} : { sortKey: { name: sortKey, type: AttributeType.STRING } }),
    ...projection,
  };
}
