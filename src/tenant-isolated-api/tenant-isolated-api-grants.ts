import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/** Who may make tenants. */
export class TenantIsolatedApiGrants {
  /**
   * @param onboarding the function that makes them
   * @internal
   */
  public static _of(onboarding: IFunction): TenantIsolatedApiGrants {
    return new TenantIsolatedApiGrants(onboarding);
  }

  private constructor(private readonly onboarding: IFunction) {}

  /**
   * Grants onboarding, moving, suspending and resuming tenants, and enrolling their users. A principal with this permission decides who belongs to which tenant.
   *
   * @param grantee an operator's role, or a workflow's
   */
  public onboard(grantee: IGrantable): Grant {
    // Not `grantInvoke` alone: its permission is for all versions and aliases too, and there are none.
    const resourceArns = [this.onboarding.functionArn];
    const grant = Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns });
    return grant.success ? grant : this.onboarding.grantInvoke(grantee);
  }
}
