import type { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';

/** Rejects a time to live that is not a whole number of seconds, because expiries are stored as epoch seconds. */
export function checkTimeToLive(scope: IConstruct, timeToLive: Duration | undefined): void {
  if (timeToLive === undefined || timeToLive.isUnresolved()) return;
  const seconds = timeToLive.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds >= 1) return;
  invalid(scope, 'timeToLive', timeToLive, 'a whole number of seconds, at least 1; omit it to keep items');
}
