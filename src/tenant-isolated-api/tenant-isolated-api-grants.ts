import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ITenantIsolatedApi } from './tenant-isolated-api-interface';

/** Who may onboard tenants. */
export class TenantIsolatedApiGrants {
  /**
   * Grants of an API.
   *
   * @param api a TenantIsolatedApi
   */
  public static fromTenantIsolatedApi(api: ITenantIsolatedApi): TenantIsolatedApiGrants {
    return new TenantIsolatedApiGrants(api);
  }

  private constructor(private readonly api: ITenantIsolatedApi) {}

  /**
   * Grants onboarding, moving, suspending and resuming tenants, and enrolling their users. A principal with this permission decides who belongs to which tenant.
   *
   * @param grantee an operator's role, or a workflow's
   */
  public onboard(grantee: IGrantable): Grant {
    const { onboarding } = this.api;
    // Not `grantInvoke` alone: its permission is for all versions and aliases too, and there are none.
    const resourceArns = [onboarding.functionArn];
    const grant = Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns });
    return grant.success ? grant : onboarding.grantInvoke(grantee);
  }
}
