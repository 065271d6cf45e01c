import { Duration } from 'aws-cdk-lib';
import { type Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet } from '../core/private/alarm';
import { orElse } from '../core/private/measured';
import type { IResilientGovSync } from './resilient-gov-sync-interface';
import { ResilientGovSyncMetrics } from './resilient-gov-sync-metrics';

type AlarmName = 'FailedAttempts' | 'ReportsPutAside' | 'ScheduleDeadLetters' | 'BreakerOpen' | 'Overdue' | 'Heartbeat';

/** Two runs of the schedule, and an hour more where clocks are moved. */
const REPORTED_WITHIN = Duration.hours(13);
const LONGEST_OPEN = Duration.hours(6);

/**
 * The recommended alarms of a ResilientGovSync. Each is created on first use, and only once.
 *
 * The function that starts attempts logs their metrics every 6 hours. In between there is no data, and an alarm keeps its state. So one of
 * attempts that failed rings until one succeeds, however long that takes.
 */
export class ResilientGovSyncAlarms {
  /**
   * Alarms of a sync.
   *
   * @param sync a ResilientGovSync, or an imported one
   */
  public static fromResilientGovSync(sync: IResilientGovSync): ResilientGovSyncAlarms {
    return new ResilientGovSyncAlarms(sync);
  }

  /** All recommendations, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(sync: IResilientGovSync) {
    const metrics = ResilientGovSyncMetrics.fromResilientGovSync(sync);
    const keepsState = { threshold: 0, evaluationPeriods: 1, missingData: TreatMissingData.IGNORE };
    this.alarms = new AlarmSet<AlarmName>(sync, 'resilient-gov-sync', {
      FailedAttempts: {
        ...keepsState,
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricConsecutiveFailures(),
        threshold: 2,
        reason:
          'Three attempts in a row to send the reports of a period failed. The schedule starts 12 of them, one every 6 hours. The execution in Step Functions shows the step that fails. The alarm stays until an attempt succeeds.',
      },
      ReportsPutAside: {
        ...keepsState,
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricReportsPutAside(),
        reason:
          'The API rejected a report, or nobody knows whether it has it, and it is not sent again. The status page has the reason: correct the report, send it again, withdraw it, or record what the authority says.',
      },
      ScheduleDeadLetters: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricScheduleDeadLetters(),
        threshold: 0,
        evaluationPeriods: 1,
        reason:
          'A run of a schedule could not be started, or ended with an error three times. If it was the one of a new period, start that period yourself. The queue deletes its message after 14 days.',
        // While the function does not run, each run of its schedule is a dead letter.
        symptomOf: ['Heartbeat'],
      },
      BreakerOpen: {
        ...keepsState,
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricBreakerOpen(),
        threshold: LONGEST_OPEN.toMilliseconds(),
        reason:
          'The API has answered no call for more than 6 hours while a period is open. Attempts continue by themselves: ask the authority whether it knows.',
      },
      Overdue: {
        ...keepsState,
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricOverdueReports(),
        reason:
          'A period is due, and reports of it are still to be sent, or its data is not complete yet. The status page shows which and why: decide with the authority how they arrive. Reports that were put aside are not counted here but by ReportsPutAside.',
      },
      Heartbeat: {
        severity: AlarmSeverity.CRITICAL,
        // Each run logs 1. Without a run there is no data.
        metric: orElse(2, metrics.metricHeartbeat({ period: REPORTED_WITHIN })),
        threshold: 1,
        evaluationPeriods: 1,
        missingData: TreatMissingData.BREACHING,
        reason:
          'The function that starts attempts has not run for 13 hours, although its schedule invokes it every 6 hours: nothing is started again, and no other alarm of the sync has data. After the first deployment the alarm rings until the first run.',
      },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when three attempts in a row have failed, until one succeeds. */
  public failedAttempts(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('FailedAttempts').create(overrides);
  }

  /** Alarms while reports wait for a person, as dead letters do: they were rejected, or their outcome is unknown. */
  public reportsPutAside(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('ReportsPutAside').create(overrides);
  }

  /** Alarms when a schedule could not start its run, or the run ended with an error. It is not about reports: that is `reportsPutAside`. */
  public scheduleDeadLetters(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('ScheduleDeadLetters').create(overrides);
  }

  /** Alarms when the circuit breaker has been open for more than 6 hours while a period is open. */
  public breakerOpen(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('BreakerOpen').create(overrides);
  }

  /** Alarms when a period is not complete by its due date. Reports that were put aside do not count: `reportsPutAside` is about them. */
  public overdue(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Overdue').create(overrides);
  }

  /** Alarms when the function that starts attempts does not run. */
  public heartbeat(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Heartbeat').create(overrides);
  }

  /** Creates all of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
