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
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DashboardGraph, IObservable, KeyTemplate, RecommendedAlarm } from '../core';
import { rejectAlias } from '../core/private/base/key-checks';
import { DURATION, having, KEY, listOf, REMOVAL_POLICY, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { createDataTable } from '../core/private/data-table';
import type { Tenancy } from '../tenancy';
import { itemKeys, partitionKeyName, sortKeyName, timeToLiveAttribute } from './item-keys';
import type { TenantIndex } from './tenant-index';
import type { TenantTableAttributes } from './tenant-table-attributes';
import { type ITenantTable, TenantTableGrants } from './tenant-table-grants';
import { graphsOf } from './tenant-table-graphs';

/** Props of TenantTable. */
export interface TenantTableProps {
  /** The tenancy whose tenants share the table. */
  readonly tenancy: Tenancy;
  /**
   * How long items are kept after they were received, unless their writer sets another time; whole seconds. DynamoDB deletes an item within
   * a few days after it expired.
   *
   * @default - items never expire, except those to which a writer gives an expiry
   */
  readonly timeToLive?: Duration;
  /**
   * Global secondary indexes.
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
   * What happens to the data when the table is removed from its stack. DESTROY also needs `DataDestruction.allow` on a scope above, and
   * leaves the table without deletion protection.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * One table for the items of all tenants: every partition key begins with the tenant's id and `#`, and IAM limits a tenant's session to
 * its own keys.
 *
 * Items have the string keys `pk` and `sk` and, if they expire, `expiresAt` (epoch seconds).
 *
 * @example
 * import { Duration, Stack } from 'aws-cdk-lib';
 * import { Tenancy, TenantTable } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const tenancy: Tenancy;
 * new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30) });
 */
export class TenantTable extends Construct implements ITenantTable, IObservable {
  /**
   * Imports a TenantTable of another stack or app.
   *
   * Grants, including the use of the key, are added to the policies of the grantee: nothing changes in the stack that creates the table.
   * If the key policy does not allow IAM policies to grant access, it must name the grantees itself.
   *
   * @param attributes attributes of the table
   * @throws when the key is an alias, an index could be shared by tenants, or a time to live is not a whole number of seconds
   */
  public static fromTenantTableAttributes(scope: Construct, id: string, attributes: TenantTableAttributes): ITenantTable {
    return new ImportedTenantTable(scope, id, attributes);
  }

  /** The table. Its type is not Table, because an index that is added without this construct could mix tenants. */
  public readonly table: ITable;
  /** The tenancy whose tenants share the table. */
  public readonly tenancy: Tenancy;
  /** Global secondary indexes. */
  public readonly indexes: TenantIndex[];
  /** `pk`, a string that begins with the tenant's id and `#`. */
  public readonly partitionKeyName: string = partitionKeyName;
  /** `sk`, a string. */
  public readonly sortKeyName?: string = sortKeyName;
  /** `expiresAt`, the expiry of an item as epoch seconds; optional in each item. */
  public readonly timeToLiveAttribute?: string = timeToLiveAttribute;
  /** How long items are kept after they were received, unless their writer sets another time. Undefined if items do not expire. */
  public readonly timeToLive?: Duration;
  /** Templates that writers must use for the partition keys of indexes, by attribute name, without `pk`. */
  public readonly indexKeys?: { [attribute: string]: KeyTemplate };
  /** Attribute names of the sort keys of indexes, for which writers need no template; without `pk`, `sk` and the `indexKeys`. */
  public readonly indexSortKeys?: string[];
  /** The noun of the tenancy, which is the key of the session tag. */
  public readonly tenantNoun?: string;
  /** Permissions for tenants' sessions and for batch writers. */
  public readonly grants: TenantTableGrants;
  /** None: requests that fail or are throttled are reported by those who send them. */
  public readonly recommendedAlarms: RecommendedAlarm[] = [];
  /** None: DynamoDB writes no log. */
  public readonly logGroups: ILogGroup[] = [];

  /**
   * @throws when an index could be shared by tenants, a time to live is not a whole number of seconds, or the data would be destroyed
   * without a scope that allows it
   */
  constructor(scope: Construct, id: string, props: TenantTableProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
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

  public get graphs(): DashboardGraph[] | undefined {
    return graphsOf(this.table, this.indexes);
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
    checkProps(this, attributes, ATTRIBUTES);
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

const TENANCY = required(having<Tenancy>('a Tenancy: Tenancy.of(…)', 'noun', 'tiers'));
const INDEXES = listOf(having<TenantIndex>('', 'name'), 'a list of indexes, such as [{ name: … }]');
const PROPS: PropKinds<TenantTableProps> = {
  tenancy: TENANCY,
  timeToLive: DURATION,
  indexes: INDEXES,
  encryptionKey: KEY,
  removalPolicy: REMOVAL_POLICY,
};

const ATTRIBUTES: PropKinds<TenantTableAttributes> = {
  tableArn: required(STRING),
  encryptionKey: required(KEY),
  tenancy: TENANCY,
  tableStreamArn: STRING,
  indexes: INDEXES,
  timeToLive: DURATION,
};
