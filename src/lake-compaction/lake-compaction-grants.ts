import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ILakeCompaction } from './lake-compaction-interface';

/** Permissions to start runs. */
export class LakeCompactionGrants {
  /**
   * Grants of a compaction.
   *
   * @param compaction a LakeCompaction, or an imported one
   */
  public static fromLakeCompaction(compaction: ILakeCompaction): LakeCompactionGrants {
    return new LakeCompactionGrants(compaction);
  }

  private constructor(private readonly compaction: ILakeCompaction) {}

  /**
   * Lets a principal start a run at once. It gets no access to the lake.
   *
   * @param grantee the role of an operator
   */
  public start(grantee: IGrantable): Grant {
    const handler = this.compaction.function;
    // `grantInvoke` would also allow all versions and aliases, of which there are none.
    const grant = Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns: [handler.functionArn] });
    return grant.success ? grant : handler.grantInvoke(grantee);
  }
}
