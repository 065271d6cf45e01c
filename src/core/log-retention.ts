import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { invalid } from './private/base/invalid';
import { RETENTION_DAYS } from './private/base/kinds';
import { logRetention } from './private/base/log-retention';

/**
 * How long the log groups of all constructs below a scope keep their events: set it once for each environment.
 *
 * A construct's own `logRetention` overrides the nearest scope that has a setting. Without both, access logs of APIs are kept for 90 days,
 * all other logs for 30 days.
 */
export class LogRetention {
  /**
   * Sets the retention period of all log groups below a scope.
   *
   * @param scope a stack, a stage, an app or any construct
   * @param retention the period: RetentionDays.ONE_WEEK for development, RetentionDays.ONE_YEAR for production
   * @throws when the scope has a setting already, or when a construct below the scope has already used another one
   */
  public static set(scope: IConstruct, retention: RetentionDays): void {
    if (!RETENTION_DAYS.accepts(retention)) invalid(scope, 'LogRetention.set', retention, RETENTION_DAYS.expected);
    logRetention.set(scope, retention);
  }

  /**
   * Returns the setting of the nearest scope, for log groups of your own; undefined if there is none.
   *
   * @param scope the construct that has the log group. Afterwards, no setting can be added to it or to a scope above.
   */
  public static of(scope: IConstruct): RetentionDays | undefined {
    return logRetention.find(scope);
  }

  private constructor() {}
}
