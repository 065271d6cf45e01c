import type { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { refuse } from './refuse';

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
  /** How long an item lives after it was received, where its writer knows of no other time; none where items are kept for good. */
  readonly timeToLive?: Duration;
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
   * @default - items are kept for good, but for those that a writer gives an expiry
   */
  readonly timeToLive?: Duration;
}

/** Item stores that are not a TenantTable. */
export class ItemStore {
  /** Any table, new or imported, as a place to write items to. */
  public static fromTable(table: ITable, options: TableItemStoreOptions): IItemStore {
    if (options.timeToLive !== undefined && options.timeToLiveAttribute === undefined) {
      refuse(table, 'timeToLive', options.timeToLive, "come with timeToLiveAttribute, the attribute that the table's expiry is set to");
    }
    return { table, ...options };
  }

  private constructor() {}
}
