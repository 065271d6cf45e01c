import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Tenancy } from '../tenancy';

/** Attributes of a TenantDirectory that is created in another stack or app. */
export interface TenantDirectoryAttributes {
  /** ARN of the table. */
  readonly tableArn: string;
  /** The key that encrypts the table; grants include its use. A key, not an alias. */
  readonly encryptionKey: IKey;
  /** The tenancy of the directory, with the same values as where the directory is created. */
  readonly tenancy: Tenancy;
}
