import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { Tenancy } from './tenancy';
import type { TenantRoleGrants } from './tenant-role-grants';

/** A role whose sessions carry one tenant's id as their tag, of this app or of another one. */
export interface ITenantRole extends IConstruct {
  /** The role itself. Whatever it is granted, it can do nothing in a session without the tag. */
  readonly role: IRole;
  /** Whose noun is the session tag's key. */
  readonly tenancy: Tenancy;
  /** Who may open sessions. */
  readonly grants: TenantRoleGrants;
}

/** A TenantRole of another stack or another app. */
export interface TenantRoleAttributes {
  /** ARN of its role. Statements can be added to it from here where it belongs to the same account. */
  readonly roleArn: string;
  /** The tenancy of the platform that the role belongs to: the same as there. */
  readonly tenancy: Tenancy;
}
