import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ITenantIsolatedApi } from './tenant-isolated-api-interface';

/** Permissions to onboard tenants. */
export class TenantIsolatedApiGrants {
  /**
   * Grants of an API.
   *
   * @param api a TenantIsolatedApi, or an imported one
   */
  public static fromTenantIsolatedApi(api: ITenantIsolatedApi): TenantIsolatedApiGrants {
    return new TenantIsolatedApiGrants(api);
  }

  private constructor(private readonly api: ITenantIsolatedApi) {}

  /**
   * Lets a principal onboard, move, suspend, resume and offboard tenants, and enroll and list their users. A principal with this
   * permission decides who belongs to which tenant.
   *
   * @param grantee the role of an operator or of a workflow
   */
  public onboard(grantee: IGrantable): Grant {
    const { onboarding } = this.api;
    // `grantInvoke` would also allow all versions and aliases, of which there are none.
    const resourceArns = [onboarding.functionArn];
    const grant = Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns });
    return grant.success ? grant : onboarding.grantInvoke(grantee);
  }
}
