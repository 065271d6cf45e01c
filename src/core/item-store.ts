import type { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { KeyTemplate } from './key-template';
import { checkItemStore } from './private/base/check-item-store';
import { invalid } from './private/base/invalid';
import { DURATION, listOf, literal, STRING } from './private/base/kinds';
import { checkProps, type PropKinds, required } from './private/base/props';
import { checkTimeToLive } from './private/base/time-to-live';

/** A table that constructs write items to, with its key attributes. */
export interface IItemStore {
  /** The table. */
  readonly table: ITable;
  /** Attribute name of the partition key; its values begin with the tenant id and `#`. */
  readonly partitionKeyName: string;
  /** Attribute name of the sort key; undefined if the table has only a partition key. */
  readonly sortKeyName?: string;
  /** Attribute with the expiry of an item as epoch seconds; undefined if items never expire. */
  readonly timeToLiveAttribute?: string;
  /** How long items are kept after they were received, unless their writer sets another time. Undefined if items do not expire. */
  readonly timeToLive?: Duration;
  /**
   * Templates that writers must use for the partition keys of indexes, by attribute name. Each begins with `{tenant}#`. The table's own
   * partition key is not included.
   */
  readonly indexKeys?: { [attribute: string]: KeyTemplate };
  /**
   * Attribute names of the sort keys of indexes, for which writers need no template. The table's own keys and the `indexKeys` are not
   * included.
   */
  readonly indexSortKeys?: string[];
  /** The noun of the table's tenancy, which is the key of the session tag; undefined if the table belongs to no tenancy. */
  readonly tenantNoun?: string;
}

/** Key attributes of a table. */
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
   * Attribute of the table's time to live.
   *
   * @default - items never expire
   */
  readonly timeToLiveAttribute?: string;
  /**
   * How long items are kept after they were received. Needs `timeToLiveAttribute`.
   *
   * @default - items never expire, except those to which a writer gives an expiry
   */
  readonly timeToLive?: Duration;
  /**
   * Templates that writers must use for the partition keys of indexes, by attribute name. Each must begin with `{tenant}#`, so that no
   * item gets into another tenant's partition. Not for the keys of the table itself.
   *
   * @default - none
   */
  readonly indexKeys?: { [attribute: string]: KeyTemplate };
  /**
   * Attribute names of the sort keys of indexes, other than the keys of the table and `indexKeys`.
   *
   * @default - none
   */
  readonly indexSortKeys?: string[];
}

/** Creates item stores from tables other than TenantTable. */
export class ItemStore {
  /**
   * Uses any table, new or imported. For a table of this app, the options are compared with the table at synthesis.
   *
   * @param table the table. Import a table that is encrypted with a customer managed key with its `encryptionKey`, because writers are
   * only granted the use of a key that is known here.
   * @param options the key attributes of the table
   * @throws when a time to live has no attribute or is not a whole number of seconds, or when an index key could mix tenants or is a key of
   * the table itself
   */
  public static fromTable(table: ITable, options: TableItemStoreOptions): IItemStore {
    checkProps(table, options, OPTIONS);
    if (options.timeToLive !== undefined && options.timeToLiveAttribute === undefined) {
      invalid(table, 'timeToLive', options.timeToLive, 'timeToLiveAttribute as well, the attribute with the expiry of an item');
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
          'a template that begins with {tenant}#: otherwise tenants would share partitions of the index',
        );
      }
    }
    for (const name of options.indexSortKeys ?? []) {
      if (!own.includes(name) && !Object.hasOwn(options.indexKeys ?? {}, name)) continue;
      invalid(table, 'indexSortKeys', name, 'an attribute other than the keys and the expiry of the table itself and the indexKeys');
    }
    checkItemStore(table, options);
    return { table, ...options };
  }

  private constructor() {}
}

const OPTIONS: PropKinds<TableItemStoreOptions> = {
  partitionKeyName: required(STRING),
  sortKeyName: STRING,
  timeToLiveAttribute: STRING,
  timeToLive: DURATION,
  indexKeys: literal('an object of attribute names and key templates: { coursePk: KeyTemplate.of(…) }'),
  indexSortKeys: listOf(STRING, 'a list of attribute names'),
};
