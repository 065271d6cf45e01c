import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet } from '../core/private/alarm';
import type { IOperations } from './operations-interface';
import { OperationsMetrics } from './operations-metrics';

type AlarmName = 'FailedNotifications';

/** The alarm of the messages themselves. Operations creates it, as it does those of what it watches. */
export class OperationsAlarms {
  /**
   * Alarms of an Operations.
   *
   * @param operations an Operations
   */
  public static fromOperations(operations: IOperations): OperationsAlarms {
    return new OperationsAlarms(operations);
  }

  /** All recommendations, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(operations: IOperations) {
    const metrics = OperationsMetrics.fromOperations(operations);
    this.alarms = new AlarmSet<AlarmName>(operations, 'operations', {
      FailedNotifications: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricFailed(),
        threshold: 0,
        evaluationPeriods: 1,
        reason:
          'A message of an alarm could not be delivered: PagerDuty did not accept it, or an address does not exist any more. Those who got this message get the others, too.',
      },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when a message of an alarm could not be delivered. */
  public failedNotifications(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('FailedNotifications').create(overrides);
  }

  /** Creates all of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
