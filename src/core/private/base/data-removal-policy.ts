import { RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';
import { ScopedValue } from './scoped-value';

/** Where `DataDestruction.allow` was called. */
export const destructionAllowed = new ScopedValue<{ readonly allowed: true }>('DataDestruction.allow');

/**
 * The removal policy of something that keeps data.
 *
 * @param removalPolicy the construct's prop; RETAIN when it is absent
 * @throws when it is DESTROY and no scope allows that
 */
export function dataRemovalPolicy(scope: IConstruct, removalPolicy: RemovalPolicy | undefined): RemovalPolicy {
  if (removalPolicy === RemovalPolicy.DESTROY && destructionAllowed.find(scope) === undefined) {
    invalid(
      scope,
      'removalPolicy',
      'DESTROY',
      'RETAIN, or a scope above that allows the loss of its data: DataDestruction.allow(Stack.of(this))',
    );
  }
  return removalPolicy ?? RemovalPolicy.RETAIN;
}
