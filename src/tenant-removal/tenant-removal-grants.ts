import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ITenantRemoval } from './tenant-removal-interface';

/** Permissions to count and remove the data of departed tenants. */
export class TenantRemovalGrants {
  /**
   * Grants of a removal.
   *
   * @param removal a TenantRemoval
   */
  public static fromTenantRemoval(removal: ITenantRemoval): TenantRemovalGrants {
    return new TenantRemovalGrants(removal);
  }

  private constructor(private readonly removal: ITenantRemoval) {}

  /**
   * Lets a principal remove the data of tenants that have departed, **for good**. It gets no access to the data itself.
   *
   * @param grantee the role of those who are responsible for tenants that leave
   */
  public start(grantee: IGrantable): Grant {
    const removal = this.removal.function;
    // `grantInvoke` would also allow all versions and aliases, of which there are none.
    const grant = Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns: [removal.functionArn] });
    return grant.success ? grant : removal.grantInvoke(grantee);
  }
}
