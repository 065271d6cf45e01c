import type { Tenancy } from './tenancy';

/** A TenantRole of another stack or another app. */
export interface TenantRoleAttributes {
  /** ARN of its role. Statements can be added to it from here where it belongs to the same account. */
  readonly roleArn: string;
  /** The tenancy of the platform that the role belongs to: the same as there. */
  readonly tenancy: Tenancy;
}
