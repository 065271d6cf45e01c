import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Tenancy } from '../tenancy';
import type { TenantIndex } from './tenant-index';

/** A TenantTable of another stack or another app. */
export interface TenantTableAttributes {
  /** ARN of the table. */
  readonly tableArn: string;
  /** The key that encrypts the table: those who use it must be allowed to use the key. A key, not an alias. */
  readonly encryptionKey: IKey;
  /** The tenancy of the platform that the table belongs to: the same as there. */
  readonly tenancy: Tenancy;
  /**
   * ARN of its stream.
   *
   * @default - the stream can't be read from here
   */
  readonly tableStreamArn?: string;
  /**
   * Its indexes, as they are declared where it is created: an index that is left out can't be read from here, and what its partition key's
   * `writers` deny is not denied here.
   *
   * @default []
   */
  readonly indexes?: TenantIndex[];
  /**
   * How long an item lives after it was received, where its writer knows of no other time.
   *
   * @default - items are kept for good, but for those that a writer gives an expiry
   */
  readonly timeToLive?: Duration;
}
