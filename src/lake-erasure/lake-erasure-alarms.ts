import { Duration } from 'aws-cdk-lib';
import { type Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet, SINGLE_EVENT_PERIOD } from '../core/private/alarm';
import { orElse } from '../core/private/measured';
import type { ILakeErasure } from './lake-erasure-interface';
import { LakeErasureMetrics } from './lake-erasure-metrics';

type AlarmName = 'Overdue' | 'Errors';

/** The function is invoked every hour, and reports at the end of up to 15 minutes. */
const REPORTED_WITHIN = Duration.hours(3);

/** The recommended alarms of a LakeErasure. Each is created on first use, and only once. */
export class LakeErasureAlarms {
  /**
   * Alarms of an erasure function.
   *
   * @param erasure a LakeErasure
   */
  public static fromLakeErasure(erasure: ILakeErasure): LakeErasureAlarms {
    return new LakeErasureAlarms(erasure);
  }

  /** All recommendations, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(erasure: ILakeErasure) {
    const metrics = LakeErasureMetrics.fromLakeErasure(erasure);
    this.alarms = new AlarmSet<AlarmName>(erasure, 'lake-erasure', {
      Overdue: {
        severity: AlarmSeverity.CRITICAL,
        metric: orElse(1, metrics.metricOverdue({ period: REPORTED_WITHIN })),
        threshold: 0,
        evaluationPeriods: 1,
        // The function reports each hour. If it always fails, or is not invoked, nothing else would be noticed.
        missingData: TreatMissingData.BREACHING,
        reason:
          'An erasure could have been finished a day ago and is still open, or has been open for ten days, or the function has not reported for three hours. Laws set a limit, such as a month: read the log of the function, which has the id of the erasure and the error.',
      },
      Errors: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricErrors({ period: SINGLE_EVENT_PERIOD }),
        threshold: 0,
        evaluationPeriods: 1,
        reason:
          'An invocation failed: a request that is not valid, a missing permission, or a query. An erasure that is open is continued every hour.',
        // What keeps erasures from ending fails again each hour.
        symptomOf: ['Overdue'],
      },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when an erasure is open for a day longer than it has to be, or for ten days, or if the function does not report. */
  public overdue(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Overdue').create(overrides);
  }

  /** Alarms when an invocation fails. */
  public errors(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Errors').create(overrides);
  }

  /** Creates all of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
