import type { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { KeyTemplate } from './key-template';
import { checkItemStore } from './private/base/check-item-store';
import { invalid } from './private/base/invalid';
import { checkTimeToLive } from './private/base/time-to-live';

/** A table that constructs write items to, with what they must know of its keys. */
export interface IItemStore {
  /** The table itself. */
  readonly table: ITable;
  /** Attribute name of the partition key; its values begin with the tenant id and `#`. */
  readonly partitionKeyName: string;
  /** Attribute name of the sort key; none where the table has only a partition key. */
  readonly sortKeyName?: string;
  /** Attribute that holds an item's expiry as epoch seconds; none where the table expires nothing. */
  readonly timeToLiveAttribute?: string;
  /** How long an item is kept after it was received, unless its writer sets another time. Undefined where items never expire. */
  readonly timeToLive?: Duration;
  /**
   * How writers must make the partition keys of the indexes, by attribute name; each begins with `{tenant}#`. An index on the table's own
   * partition key is not named: its values are the table's.
   */
  readonly indexKeys?: { [attribute: string]: KeyTemplate };
  /**
   * Attribute names of the indexes' sort keys, which writers may make as they like. The table's own keys and the `indexKeys` are not
   * named again.
   */
  readonly indexSortKeys?: string[];
  /** The noun of the tenancy that the table belongs to, the key of its sessions' tag; none where it belongs to none. */
  readonly tenantNoun?: string;
}

/** What a table does not say about itself. */
export interface TableItemStoreOptions {
  /** Attribute name of the partition key. */
  readonly partitionKeyName: string;
  /**
   * Attribute name of the sort key.
   *
   * @default - the table has a partition key only
   */
  readonly sortKeyName?: string;
  /**
   * Attribute that the table's time to live is set to.
   *
   * @default - the table expires nothing
   */
  readonly timeToLiveAttribute?: string;
  /**
   * How long an item lives after it was received. Needs `timeToLiveAttribute`.
   *
   * @default - items never expire, except those to which a writer gives an expiry
   */
  readonly timeToLive?: Duration;
  /**
   * How writers must make the partition keys of the table's indexes, by attribute name: each begins with `{tenant}#`, or a writer could put
   * one tenant's item among another's. The keys of the table itself are not named here.
   *
   * @default - writers know of no index that is divided by tenants
   */
  readonly indexKeys?: { [attribute: string]: KeyTemplate };
  /**
   * Attribute names of the indexes' sort keys, other than the keys of the table and `indexKeys`.
   *
   * @default - none
   */
  readonly indexSortKeys?: string[];
}

/** Item stores that are not a TenantTable. */
export class ItemStore {
  /**
   * Any table, new or imported, as a place to write items to. What is said of a table of this app is compared with it at synthesis.
   *
   * @param table the table; an imported one that is encrypted with a key of its own must be imported with that `encryptionKey`, because
   * writers are given the use of the key that the table names, and of none where it names none
   * @param options what the table does not say about itself
   * @throws when a time to live has no attribute or is no number of whole seconds, or an index key would not keep tenants apart or is the table's own
   */
  public static fromTable(table: ITable, options: TableItemStoreOptions): IItemStore {
    if (options.timeToLive !== undefined && options.timeToLiveAttribute === undefined) {
      invalid(table, 'timeToLive', options.timeToLive, "timeToLiveAttribute beside it, the attribute that holds an item's expiry");
    }
    checkTimeToLive(table, options.timeToLive);
    const own = [options.partitionKeyName, options.sortKeyName, options.timeToLiveAttribute];
    for (const [name, template] of Object.entries(options.indexKeys ?? {})) {
      if (own.includes(name)) invalid(table, 'indexKeys', name, 'an attribute other than the keys and the expiry of the table itself');
      if (!template.beginsWithTenant()) {
        invalid(
          table,
          `indexKeys.${name}`,
          template,
          'a template that begins with {tenant}#: tenants would otherwise share partitions of the index',
        );
      }
    }
    for (const name of options.indexSortKeys ?? []) {
      if (!own.includes(name) && !Object.hasOwn(options.indexKeys ?? {}, name)) continue;
      invalid(table, 'indexSortKeys', name, 'an attribute other than the keys and the expiry of the table itself, and the indexKeys');
    }
    checkItemStore(table, options);
    return { table, ...options };
  }

  private constructor() {}
}
