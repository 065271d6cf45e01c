import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
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
  return given ?? logRetention.find(scope) ?? standard;
}
