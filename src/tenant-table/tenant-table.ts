import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  type ITable,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { AppKey, type IItemStore } from '../core';
import { dataRemovalPolicy } from '../core/data-destruction';
import { refuse } from '../core/refuse';
import type { Tenancy } from '../tenancy';
import { type TenantIndex, validateIndexes } from './tenant-index';
import { TenantTableGrants } from './tenant-table-grants';

const partitionKeyName = 'pk';
const sortKeyName = 'sk';
const timeToLiveAttribute = 'expiresAt';

/** Props of TenantTable. */
export interface TenantTableProps {
  /** Who shares the table. */
  readonly tenancy: Tenancy;
  /**
   * How long an item lives after it was received, where its writer knows of no other time. DynamoDB removes it within a few days after.
   *
   * @default - items are kept for good, but for those that a writer gives an expiry
   */
  readonly timeToLive?: Duration;
  /**
   * More ways to look items up.
   *
   * @default []
   */
  readonly indexes?: TenantIndex[];
  /**
   * Encrypts the table, its stream and its backups.
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
 */
export class TenantTable extends Construct implements IItemStore {
  /** The table. Not as a TableV2: an index added behind this construct's back could be one that tenants share. */
  public readonly table: ITable;
  public readonly partitionKeyName: string = partitionKeyName;
  public readonly sortKeyName?: string = sortKeyName;
  public readonly timeToLiveAttribute?: string = timeToLiveAttribute;
  public readonly timeToLive?: Duration;
  /** Gives sessions of a tenant, and batch writers, exactly what they need. */
  public readonly grants: TenantTableGrants;

  /** @throws when an index could be shared by tenants, or the data would be destroyed without a scope that allows it */
  constructor(scope: Construct, id: string, props: TenantTableProps) {
    super(scope, id);
    const indexes = props.indexes ?? [];
    this.timeToLive = props.timeToLive;
    this.validate(props, indexes);
    this.table = this.createTable(props, indexes);
    this.node.defaultChild = this.table.node.defaultChild;
    this.grants = new TenantTableGrants({ table: this.table, indexNames: indexes.map((index) => index.name), tenancy: props.tenancy });
  }

  private validate({ timeToLive }: TenantTableProps, indexes: TenantIndex[]): void {
    if (timeToLive !== undefined && !timeToLive.isUnresolved() && timeToLive.toSeconds() <= 0) {
      refuse(this, 'timeToLive', timeToLive, 'be more than no time, or absent to keep items');
    }
    validateIndexes(this, indexes, { sortKey: sortKeyName, timeToLive: timeToLiveAttribute });
  }

  private createTable({ encryptionKey, removalPolicy }: TenantTableProps, indexes: TenantIndex[]): ITable {
    const policy = dataRemovalPolicy(this, removalPolicy);
    return new TableV2(this, 'Table', {
      partitionKey: { name: partitionKeyName, type: AttributeType.STRING },
      sortKey: { name: sortKeyName, type: AttributeType.STRING },
      globalSecondaryIndexes: indexes.map(indexProps),
      timeToLiveAttribute,
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(encryptionKey ?? AppKey.of(this)),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      deletionProtection: policy !== RemovalPolicy.DESTROY,
      removalPolicy: policy,
    });
  }
}

function indexProps({ name, partitionKey, sortKey, attributes }: TenantIndex): GlobalSecondaryIndexPropsV2 {
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
