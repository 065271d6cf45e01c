import type { Tenancy } from './tenancy';

/** Attributes of a TenantRole that is created in another stack or app. */
export interface TenantRoleAttributes {
  /** ARN of the IAM role. Permissions can be added to it if it belongs to the same account. */
  readonly roleArn: string;
  /** The tenancy of the role, with the same values as where the role is created. */
  readonly tenancy: Tenancy;
}
