import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type GlobalSecondaryIndexProps,
  type ITable,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { IItemStore, KeyTemplate } from '../core';
import { acknowledgeNoBackupPlan } from '../core/private/backup-finding';
import { dataRemovalPolicy } from '../core/private/base/data-removal-policy';
import { requireProps } from '../core/private/base/required-props';
import { checkTimeToLive } from '../core/private/base/time-to-live';
import { encryptionKeyOf } from '../core/private/encryption-key';
import type { Tenancy } from '../tenancy';
import type { TenantIndex } from './tenant-index';
import { type IndexGrants, TenantTableGrants } from './tenant-table-grants';
import { validateIndexes } from './validate-indexes';

const partitionKeyName = 'pk';
const sortKeyName = 'sk';
const timeToLiveAttribute = 'expiresAt';

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
export class TenantTable extends Construct implements IItemStore {
  /** The table. Not as a Table: an index added behind this construct's back could be one that tenants share. */
  public readonly table: ITable;
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
  public readonly tenant?: string;
  /** Gives sessions of a tenant, and batch writers, exactly what they need. */
  public readonly grants: TenantTableGrants;

  /**
   * A table of its own.
   *
   * @param scope where it belongs
   * @param id its name there
   * @param props who shares it, and what is other than the defaults
   * @throws when an index could be shared by tenants, a time to live is no number of whole seconds, or the data would be destroyed without a
   * scope that allows it
   */
  constructor(scope: Construct, id: string, props: TenantTableProps) {
    super(scope, id);
    requireProps(this, props, { tenancy: true });
    const indexes = props.indexes ?? [];
    this.timeToLive = props.timeToLive;
    this.tenant = props.tenancy.tenant;
    this.validate(props, indexes);
    this.indexKeys = indexKeys(indexes);
    this.indexSortKeys = indexSortKeys(indexes, this.indexKeys);
    this.table = this.createTable(props, indexes);
    this.node.defaultChild = this.table.node.defaultChild;
    this.grants = TenantTableGrants._of(this.table, indexGrants(indexes), props.tenancy);
  }

  private validate({ timeToLive }: TenantTableProps, indexes: TenantIndex[]): void {
    checkTimeToLive(this, timeToLive);
    validateIndexes(this, indexes, { partitionKey: partitionKeyName, sortKey: sortKeyName, timeToLive: timeToLiveAttribute });
  }

  private createTable({ encryptionKey, removalPolicy }: TenantTableProps, indexes: TenantIndex[]): ITable {
    const policy = dataRemovalPolicy(this, removalPolicy);
    // Not TableV2: with a customer-managed key it fails in every stack whose region is not known at synthesis.
    const table = new Table(this, 'Table', {
      partitionKey: { name: partitionKeyName, type: AttributeType.STRING },
      sortKey: { name: sortKeyName, type: AttributeType.STRING },
      timeToLiveAttribute,
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: encryptionKeyOf(this, encryptionKey),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      deletionProtection: policy !== RemovalPolicy.DESTROY,
      removalPolicy: policy,
    });
    for (const index of indexes) table.addGlobalSecondaryIndex(indexProps(index));
    acknowledgeNoBackupPlan(table);
    return table;
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

function indexKeys(indexes: TenantIndex[]): { [attribute: string]: KeyTemplate } {
  return Object.fromEntries(
    indexes.flatMap(({ partitionKey = partitionKeyName, partitionKeyTemplate }) =>
      partitionKey === partitionKeyName || partitionKeyTemplate === undefined ? [] : [[partitionKey, partitionKeyTemplate]],
    ),
  );
}

/** What the grants must know of the indexes. */
function indexGrants(indexes: TenantIndex[]): IndexGrants {
  const trusted = indexes.flatMap(({ partitionKey = partitionKeyName, writers }) =>
    partitionKey === partitionKeyName || writers?.includeSessions ? [] : [partitionKey],
  );
  return { names: indexes.map(({ name }) => name), trustedKeys: [...new Set(trusted)] };
}

function indexSortKeys(indexes: TenantIndex[], made: { [attribute: string]: KeyTemplate }): string[] {
  const names = indexes.flatMap(({ sortKey }) => (sortKey === undefined ? [] : [sortKey]));
  const taken = [partitionKeyName, sortKeyName, ...Object.keys(made)];
  return [...new Set(names)].filter((name) => !taken.includes(name));
}
