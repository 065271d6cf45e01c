import type { IConstruct } from 'constructs';
import { destructionAllowed } from './private/base/data-removal-policy';

/**
 * The second of the two keys that it takes to destroy data: a construct's `removalPolicy` says DESTROY, and a scope above it says that
 * this may be. A copied prop alone destroys nothing.
 */
export class DataDestruction {
  /**
   * Lets constructs below a scope destroy their data when they are removed, where their `removalPolicy` says so: for stacks of
   * developers and of tests.
   *
   * @param scope a stack, a stage, an app or any construct
   */
  public static allow(scope: IConstruct): void {
    destructionAllowed.set(scope, { allowed: true });
  }

  private constructor() {}
}
