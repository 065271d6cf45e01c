import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IResilientGovSync } from './resilient-gov-sync-interface';

/** Permissions for the people who run a sync. */
export class ResilientGovSyncGrants {
  /**
   * Grants of a sync.
   *
   * @param sync a ResilientGovSync
   */
  public static fromResilientGovSync(sync: IResilientGovSync): ResilientGovSyncGrants {
    return new ResilientGovSyncGrants(sync);
  }

  private constructor(private readonly sync: IResilientGovSync) {}

  /**
   * Lets a principal start a period again at any time, by invoking `startFunction` with `period`, `who` and `why`. It gets no access to
   * reports.
   *
   * @param grantee the role of those who run the sync
   */
  public start(grantee: IGrantable): Grant {
    const { startFunction } = this.sync;
    // `grantInvoke` would also allow all versions and aliases, of which there are none.
    const resourceArns = [startFunction.functionArn];
    const grant = Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns });
    return grant.success ? grant : startFunction.grantInvoke(grantee);
  }
}
