import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';
import { ScopedValue } from './scoped-value';

/** Where `LogRetention.set` was called. */
export const logRetention = new ScopedValue<RetentionDays>('LogRetention.set');

/**
 * How long a log group of a construct keeps events.
 *
 * @param given the construct's own prop, which overrides all
 * @param standard for an app that sets nothing
 */
export function logRetentionOf(scope: IConstruct, given: RetentionDays | undefined, standard: RetentionDays): RetentionDays {
  if (given !== undefined) checkRetention(scope, 'logRetention', given);
  return given ?? logRetention.find(scope) ?? standard;
}

/** Rejects a number of days that CloudWatch Logs does not support: in JavaScript, an enum is a number. */
export function checkRetention(scope: IConstruct, property: string, days: RetentionDays): void {
  if (RetentionDays[days] === undefined) {
    invalid(scope, property, days, 'a value of RetentionDays, because CloudWatch Logs supports only those periods');
  }
}
