import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Tenancy } from '../tenancy';

/** A TenantDirectory of another stack or another app. */
export interface TenantDirectoryAttributes {
  /** ARN of its table. */
  readonly tableArn: string;
  /** The key that encrypts the table: those who read it must be allowed to use it. A key, not an alias. */
  readonly encryptionKey: IKey;
  /** The tenancy of the platform that the directory belongs to: the same as there. */
  readonly tenancy: Tenancy;
}
