import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IResilientGovSync } from './resilient-gov-sync-interface';

/** Permissions for the people who run a sync. */
export class ResilientGovSyncGrants {
  /**
   * Grants of a sync.
   *
   * @param sync a ResilientGovSync, or an imported one
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
    return invoke(this.sync.startFunction, grantee);
  }

  /**
   * Lets a principal see the status of periods and schools, by invoking `statusFunction`, also from a custom widget of a dashboard
   * (`metrics.statusWidget()`). It gets no access to reports, and can change nothing.
   *
   * @param grantee the role of a school administration
   */
  public readStatus(grantee: IGrantable): Grant {
    return invoke(this.sync.statusFunction, grantee);
  }

  /**
   * Lets a principal decide about reports that were put aside, by invoking `resolveFunction`: **it can replace a report, and end one as
   * accepted**. Who and why are in the audit. Reports from a lake can be made again, by invoking `sourceFunction`. It gets no access to
   * reports.
   *
   * @param grantee the role of those who answer for the reports
   */
  public replay(grantee: IGrantable): Grant {
    const { resolveFunction, sourceFunction } = this.sync;
    const grant = invoke(resolveFunction, grantee);
    return sourceFunction === undefined ? grant : grant.combine(invoke(sourceFunction, grantee));
  }
}

function invoke(handler: IFunction, grantee: IGrantable): Grant {
  // `grantInvoke` would also allow all versions and aliases, of which there are none.
  const resourceArns = [handler.functionArn];
  const grant = Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns });
  return grant.success ? grant : handler.grantInvoke(grantee);
}
