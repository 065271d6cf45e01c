import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import type { Tenancy } from '../tenancy';
import type { TenantDirectoryGrants } from './tenant-directory-grants';

/** Who is a tenant and who belongs to which, of this app or of another one. */
export interface ITenantDirectory extends IConstruct {
  /** The table. */
  readonly table: ITable;
  /** Whose tenants it lists: constructs that are given the directory take the tenancy from it. */
  readonly tenancy: Tenancy;
  /** Who may read the directory, and who may change it. */
  readonly grants: TenantDirectoryGrants;
}

/** A TenantDirectory of another stack or another app. */
export interface TenantDirectoryAttributes {
  /** ARN of its table. */
  readonly tableArn: string;
  /** The key that encrypts the table: those who read it must be allowed to use it. A key, not an alias. */
  readonly encryptionKey: IKey;
  /** The tenancy of the platform that the directory belongs to: the same as there. */
  readonly tenancy: Tenancy;
}
