import type { IConstruct } from 'constructs';
import { destructionAllowed } from './private/base/data-removal-policy';

/**
 * Allows data to be destroyed below a scope. Data is only destroyed if a construct's `removalPolicy` is DESTROY and a scope above it
 * allows that, so that a copied prop alone destroys nothing.
 */
export class DataDestruction {
  /**
   * Lets constructs below a scope with `removalPolicy` DESTROY delete their data when they are removed. Use it for development and test
   * stacks.
   *
   * @param scope a stack, a stage, an app or any construct
   */
  public static allow(scope: IConstruct): void {
    destructionAllowed.set(scope, { allowed: true });
  }

  private constructor() {}
}
