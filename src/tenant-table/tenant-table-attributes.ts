import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Tenancy } from '../tenancy';
import type { TenantIndex } from './tenant-index';

/** Attributes of a TenantTable that is created in another stack or app. */
export interface TenantTableAttributes {
  /** ARN of the table. */
  readonly tableArn: string;
  /** The key that encrypts the table; grants include its use. A key, not an alias. */
  readonly encryptionKey: IKey;
  /** The tenancy of the table, with the same values as where the table is created. */
  readonly tenancy: Tenancy;
  /**
   * ARN of the table's stream.
   *
   * @default - the stream cannot be used through the imported table
   */
  readonly tableStreamArn?: string;
  /**
   * Indexes, declared as where the table is created. Grants do not include an index that is left out, and do not deny writes of its
   * partition key.
   *
   * @default []
   */
  readonly indexes?: TenantIndex[];
  /**
   * How long items are kept after they were received, unless their writer sets another time.
   *
   * @default - items never expire, except those to which a writer gives an expiry
   */
  readonly timeToLive?: Duration;
}
