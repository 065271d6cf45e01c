import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ILakeBackfill } from './lake-backfill-interface';

/** Permissions to start backfills. */
export class LakeBackfillGrants {
  /**
   * Grants of a backfill.
   *
   * @param backfill a LakeBackfill
   */
  public static fromLakeBackfill(backfill: ILakeBackfill): LakeBackfillGrants {
    return new LakeBackfillGrants(backfill);
  }

  private constructor(private readonly backfill: ILakeBackfill) {}

  /**
   * Lets a principal start backfills. It gets no access to the table, to exported files or to the lake.
   *
   * @param grantee the role of an operator
   */
  public start(grantee: IGrantable): Grant {
    const { startFunction } = this.backfill;
    // `grantInvoke` would also allow all versions and aliases, of which there are none.
    const resourceArns = [startFunction.functionArn];
    const grant = Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns });
    return grant.success ? grant : startFunction.grantInvoke(grantee);
  }
}
