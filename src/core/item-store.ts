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
  /** Attribute that holds the expiry as epoch seconds; none where items are kept for good. */
  readonly timeToLiveAttribute?: string;
  /** How long an item lives after it was received; none where items are kept for good. */
  readonly timeToLive?: Duration;
}

/** What a table does not say about itself. */
export interface TableItemStoreOptions {
  /** Attribute name of the partition key. */
  readonly partitionKeyName: string;
  /**
   * Attribute name of the sort key.
   *
   * @default undefined
   */
  readonly sortKeyName?: string;
  /**
   * Attribute that the table's time to live is set to.
   *
   * @default undefined
   */
  readonly timeToLiveAttribute?: string;
  /**
   * How long an item lives after it was received. Needs `timeToLiveAttribute`, and the reverse.
   *
   * @default undefined
   */
  readonly timeToLive?: Duration;
}

/** Item stores that are not a TenantTable. */
export class ItemStore {
  /** Any table, new or imported, as a place to write items to. */
  public static fromTable(table: ITable, options: TableItemStoreOptions): IItemStore {
    if ((options.timeToLive === undefined) !== (options.timeToLiveAttribute === undefined)) {
      refuse(table, 'timeToLive', options.timeToLive, 'be given together with timeToLiveAttribute, or neither of them');
    }
    return { table, ...options };
  }

  private constructor() {}
}
