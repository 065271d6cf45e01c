import { Duration } from 'aws-cdk-lib';
import { type Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet, SINGLE_EVENT_PERIOD } from '../core/private/alarm';
import { orElse } from '../core/private/measured';
import type { ITenantRemoval } from './tenant-removal-interface';
import { TenantRemovalMetrics } from './tenant-removal-metrics';

type AlarmName = 'Overdue' | 'Errors';

/** The function is invoked every 15 minutes, and reports at the end of up to 15 minutes. */
const REPORTED_WITHIN = Duration.hours(1);

/** The recommended alarms of a TenantRemoval. Each is created on first use, and only once. */
export class TenantRemovalAlarms {
  /**
   * Alarms of a removal.
   *
   * @param removal a TenantRemoval
   */
  public static fromTenantRemoval(removal: ITenantRemoval): TenantRemovalAlarms {
    return new TenantRemovalAlarms(removal);
  }

  /** All recommendations, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(removal: ITenantRemoval) {
    const metrics = TenantRemovalMetrics.fromTenantRemoval(removal);
    this.alarms = new AlarmSet<AlarmName>(removal, 'tenant-removal', {
      Overdue: {
        severity: AlarmSeverity.CRITICAL,
        metric: orElse(1, metrics.metricOverdue({ period: REPORTED_WITHIN })),
        threshold: 0,
        evaluationPeriods: 1,
        // The function reports every 15 minutes. If it always fails, or is not invoked, nothing else would be noticed.
        missingData: TreatMissingData.BREACHING,
        reason:
          'A count or a removal has made no progress for a day, or has waited for a lake for ten days, or the function has not reported for an hour: read the log of the function, which has the tenant and the error.',
      },
      Errors: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricErrors({ period: SINGLE_EVENT_PERIOD }),
        threshold: 0,
        evaluationPeriods: 1,
        reason:
          'An invocation failed: a request that is not valid, a missing permission, or an object that cannot be deleted. What is open is continued every 15 minutes.',
        // What keeps removals from ending fails again every 15 minutes.
        symptomOf: ['Overdue'],
      },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when a removal makes no progress, or if the function does not report. */
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
