import { type Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet, SINGLE_EVENT_PERIOD } from '../core/private/alarm';
import type { IAuditTrail } from './audit-trail-interface';
import { AuditTrailMetrics, SILENCE } from './audit-trail-metrics';

type AlarmName = 'Silence' | 'Rejected';

/** The recommended alarms of a trail. Each is created on first use, and only once. */
export class AuditTrailAlarms {
  /**
   * Alarms of a trail.
   *
   * @param trail an AuditTrail, or an imported one
   */
  public static fromAuditTrail(trail: IAuditTrail): AuditTrailAlarms {
    return new AuditTrailAlarms(trail);
  }

  /** All recommendations, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(trail: IAuditTrail) {
    const metrics = AuditTrailMetrics.fromAuditTrail(trail);
    this.alarms = new AlarmSet<AlarmName>(trail, 'audit-trail', {
      Silence: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricSilence(),
        threshold: 0,
        evaluationPeriods: 1,
        // Without request metrics of the bucket, nobody would notice that the trail is silent.
        missingData: TreatMissingData.BREACHING,
        reason: `CloudTrail delivered nothing for ${SILENCE.toHours()} hours, although it delivers a digest each hour. The trail was stopped, deleted or changed, or the policy of its bucket or key no longer allows the delivery: CloudTrail tries again for 30 days.`,
      },
      Rejected: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricRejected({ period: SINGLE_EVENT_PERIOD }),
        threshold: 0,
        evaluationPeriods: 1,
        reason:
          'S3 rejected requests for files of the trail: CloudTrail could not deliver, or somebody without permission tried to read, replace or delete events. The access log of the bucket has who it was.',
        // What CloudTrail may not deliver, it tries again and again.
        symptomOf: ['Silence'],
      },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when CloudTrail delivers nothing for three hours. */
  public silence(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Silence').create(overrides);
  }

  /** Alarms when S3 rejects requests for files of the trail. */
  public rejected(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Rejected').create(overrides);
  }

  /** Creates all of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
