import type { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';

/** A table that constructs write items to, with what they must know of its keys. */
export interface IItemStore {
  /** The table itself. */
  readonly table: ITable;
  /** Attribute name of the partition key; its values begin with the tenant id and `#`. */
  readonly partitionKeyName: string;
  /** Attribute name of the sort key. */
  readonly sortKeyName: string;
  /** Attribute that holds the expiry as epoch seconds; none where items are kept for good. */
  readonly timeToLiveAttribute?: string;
  /** How long an item lives after it was received; none where items are kept for good. */
  readonly timeToLive?: Duration;
}
