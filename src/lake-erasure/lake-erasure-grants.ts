import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ILakeErasure } from './lake-erasure-interface';

/** Permissions to start erasures. */
export class LakeErasureGrants {
  /**
   * Grants of an erasure.
   *
   * @param erasure a LakeErasure
   */
  public static fromLakeErasure(erasure: ILakeErasure): LakeErasureGrants {
    return new LakeErasureGrants(erasure);
  }

  private constructor(private readonly erasure: ILakeErasure) {}

  /**
   * Lets a principal start erasures, **which delete any item of any tenant**. It gets no access to the table or to the lake itself.
   *
   * @param grantee the role of those who are responsible for data protection
   */
  public start(grantee: IGrantable): Grant {
    const { startFunction } = this.erasure;
    // `grantInvoke` would also allow all versions and aliases, of which there are none.
    const resourceArns = [startFunction.functionArn];
    const grant = Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns });
    return grant.success ? grant : startFunction.grantInvoke(grantee);
  }
}
