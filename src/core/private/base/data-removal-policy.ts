import { RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';
import { ScopedValue } from './scoped-value';

/** The scopes for which `DataDestruction.allow` was called. */
export const destructionAllowed = new ScopedValue<{ readonly allowed: true }>('DataDestruction.allow');

/**
 * Returns the removal policy of a resource with data.
 *
 * @param removalPolicy the construct's prop, RETAIN by default
 * @throws when it is DESTROY and no scope allows that
 */
export function dataRemovalPolicy(scope: IConstruct, removalPolicy: RemovalPolicy | undefined): RemovalPolicy {
  if (removalPolicy === RemovalPolicy.DESTROY && destructionAllowed.find(scope) === undefined) {
    invalid(scope, 'removalPolicy', 'DESTROY', 'RETAIN, or DataDestruction.allow(Stack.of(this)) to allow that data is deleted');
  }
  return removalPolicy ?? RemovalPolicy.RETAIN;
}
