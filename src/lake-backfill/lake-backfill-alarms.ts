import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet, SINGLE_EVENT_PERIOD } from '../core/private/alarm';
import type { ILakeBackfill } from './lake-backfill-interface';
import { LakeBackfillMetrics } from './lake-backfill-metrics';

type AlarmName = 'DeadLetters' | 'FailedExports';

/** The recommended alarms of a LakeBackfill. Each is created on first use, and only once. */
export class LakeBackfillAlarms {
  /**
   * Alarms of a backfill.
   *
   * @param backfill a LakeBackfill
   */
  public static fromLakeBackfill(backfill: ILakeBackfill): LakeBackfillAlarms {
    return new LakeBackfillAlarms(backfill);
  }

  /** All recommendations, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(backfill: ILakeBackfill) {
    const metrics = LakeBackfillMetrics.fromLakeBackfill(backfill);
    this.alarms = new AlarmSet<AlarmName>(backfill, 'lake-backfill', {
      DeadLetters: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricDeadLetters(),
        threshold: 0,
        evaluationPeriods: 1,
        reason:
          'An export or a file of one failed repeatedly, so that a backfill is not complete. The log has the reason: fix it, and redrive the dead letter within 14 days.',
      },
      FailedExports: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricFailedExports({ period: SINGLE_EVENT_PERIOD }),
        threshold: 0,
        evaluationPeriods: 1,
        reason: 'DynamoDB reported that an export failed. It is requested three times, and is then a dead letter. The log has the reason.',
        // An export that always fails is a dead letter after the third time.
        symptomOf: ['DeadLetters'],
      },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when there is an export or a file in the dead-letter queue. */
  public deadLetters(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('DeadLetters').create(overrides);
  }

  /** Alarms when an export fails. */
  public failedExports(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('FailedExports').create(overrides);
  }

  /** Creates both of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
