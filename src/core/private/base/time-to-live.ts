import type { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';

/** Rejects a time to live that an expiry in epoch seconds can't say. */
export function checkTimeToLive(scope: IConstruct, timeToLive: Duration | undefined): void {
  if (timeToLive === undefined || timeToLive.isUnresolved()) return;
  const seconds = timeToLive.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds >= 1) return;
  invalid(scope, 'timeToLive', timeToLive, 'whole seconds, at least one, or absent to keep items');
}
