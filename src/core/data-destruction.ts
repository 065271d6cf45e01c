import { RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { refuse } from './refuse';
import { ScopedValue } from './scoped-value';

const allowances = new ScopedValue<{ readonly allowed: true }>('DataDestruction.allow');

/**
 * The second of the two keys that it takes to destroy data: a construct's `removalPolicy` says DESTROY, and a scope above it says that
 * this may be. A copied prop alone destroys nothing.
 */
export class DataDestruction {
  /**
   * Lets constructs below a scope destroy their data when they are removed, where their `removalPolicy` says so: for stacks of
   * developers and of tests.
   */
  public static allow(scope: IConstruct): void {
    allowances.set(scope, { allowed: true });
  }

  private constructor() {}
}

/**
 * The removal policy of something that keeps data.
 *
 * @param removalPolicy the construct's prop; RETAIN when it is absent
 * @throws when it is DESTROY and no scope allows that
 */
export function dataRemovalPolicy(scope: IConstruct, removalPolicy: RemovalPolicy | undefined): RemovalPolicy {
  if (removalPolicy === RemovalPolicy.DESTROY && allowances.find(scope) === undefined) {
    refuse(
      scope,
      'removalPolicy',
      'DESTROY',
      'be RETAIN, or a scope above must allow the loss of its data: DataDestruction.allow(Stack.of(this))',
    );
  }
  return removalPolicy ?? RemovalPolicy.RETAIN;
}
