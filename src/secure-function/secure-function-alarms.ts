import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet } from '../core/private/alarm';
import { invalid } from '../core/private/base/invalid';
import type { ISecureFunction } from './secure-function-interface';
import { SecureFunctionMetrics } from './secure-function-metrics';

type AlarmName = 'Errors' | 'Throttles' | 'DeadLetters';

/** The recommended alarms of a function. Each is created on first use, and only once. */
export class SecureFunctionAlarms {
  /**
   * Alarms of a function.
   *
   * @param fn a SecureFunction, or an imported one
   */
  public static fromSecureFunction(fn: ISecureFunction): SecureFunctionAlarms {
    return new SecureFunctionAlarms(fn);
  }

  /** All recommendations, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(private readonly fn: ISecureFunction) {
    const metrics = SecureFunctionMetrics.fromSecureFunction(fn);
    this.alarms = new AlarmSet<AlarmName>(fn, 'secure-function', {
      Errors: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricErrors(),
        threshold: 0,
        evaluationPeriods: 3,
        reason:
          'Invocations fail three minutes in a row, by an exception that is not caught, a timeout, a crash or a missing permission. The loss of a single host does not last that long.',
      },
      Throttles: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricThrottles(),
        threshold: 0,
        evaluationPeriods: 3,
        reason:
          'The function is throttled three minutes in a row: the reservation is too small for the load, or other functions use up the concurrency of the account.',
      },
      DeadLetters:
        fn.deadLetterQueue === undefined
          ? undefined
          : {
              severity: AlarmSeverity.WARNING,
              metric: metrics.metricDeadLetters(),
              threshold: 0,
              evaluationPeriods: 1,
              reason: 'An event failed three times and is in the dead-letter queue, which deletes it after 14 days.',
              // An event is a dead letter because its invocations fail or are throttled.
              symptomOf: ['Errors', 'Throttles'],
            },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when invocations fail. */
  public errors(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Errors').create(overrides);
  }

  /** Alarms when the function is throttled. */
  public throttles(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Throttles').create(overrides);
  }

  /**
   * Alarms when there is an event in the dead-letter queue.
   *
   * @throws when the function has no dead-letter queue
   */
  public deadLetters(overrides?: AlarmOverrides): Alarm {
    const alarm = this.alarms.find('DeadLetters');
    return (
      alarm?.create(overrides) ??
      invalid(this.fn, 'deadLetterQueue', undefined, 'DeadLetters.queue(), or deadLetterQueueArn of an imported function, for this alarm')
    );
  }

  /** Creates all of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
