import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet } from '../core/private/alarm';
import { invalid } from '../core/private/base/invalid';
import type { ISecureFunction } from './secure-function-interface';
import { SecureFunctionMetrics } from './secure-function-metrics';

type AlarmName = 'Errors' | 'Throttles' | 'DeadLetters';

/** The alarms for a function. None exists until it is asked for, and each is created once. */
export class SecureFunctionAlarms {
  /**
   * Alarms of a function.
   *
   * @param fn the function
   */
  public static fromSecureFunction(fn: ISecureFunction): SecureFunctionAlarms {
    return new SecureFunctionAlarms(fn);
  }

  /** All of them, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(private readonly fn: ISecureFunction) {
    const metrics = SecureFunctionMetrics.fromSecureFunction(fn);
    this.alarms = new AlarmSet<AlarmName>(fn, {
      Errors: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricErrors(),
        threshold: 0,
        evaluationPeriods: 3,
        reason:
          'Events end without an answer three minutes in a row: an exception that nothing catches, a timeout, a crash or a missing permission. A single lost host heals by itself.',
      },
      Throttles: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricThrottles(),
        threshold: 0,
        evaluationPeriods: 3,
        reason:
          'Events find no free concurrency three minutes in a row: the reservation is too small for the load, or other functions use up the account.',
      },
      DeadLetters:
        fn.deadLetterQueue === undefined
          ? undefined
          : {
              severity: AlarmSeverity.WARNING,
              metric: metrics.metricDeadLetters(),
              threshold: 0,
              evaluationPeriods: 1,
              reason: 'An event failed three times and waits for a person. It is deleted after 14 days.',
            },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when events fail. */
  public errors(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Errors').create(overrides);
  }

  /** Alarms when events find no free concurrency. */
  public throttles(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Throttles').create(overrides);
  }

  /**
   * Alarms when a failed event waits.
   *
   * @throws when the function has no queue for them
   */
  public deadLetters(overrides?: AlarmOverrides): Alarm {
    const alarm = this.alarms.find('DeadLetters');
    return alarm?.create(overrides) ?? invalid(this.fn, 'deadLetters', 'DeadLetters.none', 'DeadLetters.queue() for this alarm');
  }

  /** All of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
