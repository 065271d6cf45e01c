import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet } from '../core/private/alarm';
import type { ILakeCompaction } from './lake-compaction-interface';
import { LakeCompactionMetrics } from './lake-compaction-metrics';

type AlarmName = 'FailedFolders' | 'Outside' | 'Overdue' | 'DeadLetters';

const DAYS = 3;

/** The recommended alarms of a compaction. Each is created on first use, and only once. */
export class LakeCompactionAlarms {
  /**
   * Alarms of a compaction.
   *
   * @param compaction a LakeCompaction, or an imported one
   */
  public static fromLakeCompaction(compaction: ILakeCompaction): LakeCompactionAlarms {
    return new LakeCompactionAlarms(compaction);
  }

  /** All recommendations, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(compaction: ILakeCompaction) {
    const metrics = LakeCompactionMetrics.fromLakeCompaction(compaction);
    this.alarms = new AlarmSet<AlarmName>(compaction, 'lake-compaction', {
      FailedFolders: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricFailed(),
        threshold: 0,
        evaluationPeriods: 1,
        reason:
          'A folder of the lake could not be compacted. Its rows are not affected, and the next run tries again. The log has the reason: a permission, the scan limit of the workgroup, a file of more than 5 GiB, or a query that did not read all rows of the files.',
      },
      Outside: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricOutside(),
        threshold: 0,
        evaluationPeriods: 1,
        reason:
          'The lake has files of years that its table does not have, so that no query reads them. They stay as they are. The log has the years: lower firstYear of the lake.',
      },
      Overdue: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricLeft(),
        threshold: 0,
        evaluationPeriods: DAYS,
        reason: `No run of the last ${DAYS} days compacted all folders that are due: there are more of them than time, or the workgroup always runs a query, so that replaced files cannot be removed. Then rows of up to a few folders appear twice.`,
      },
      DeadLetters: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricDeadLetters(),
        threshold: 0,
        evaluationPeriods: 1,
        reason: 'A run could not be started, or ended with an error three times. The queue deletes its message after 14 days.',
      },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when a folder cannot be compacted. */
  public failedFolders(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('FailedFolders').create(overrides);
  }

  /** Alarms when the lake has files of years that its table does not have. */
  public outside(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Outside').create(overrides);
  }

  /** Alarms when no run of three days compacted all folders that are due. */
  public overdue(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Overdue').create(overrides);
  }

  /** Alarms when a run could not be started, or ended with an error. */
  public deadLetters(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('DeadLetters').create(overrides);
  }

  /** Creates all of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
