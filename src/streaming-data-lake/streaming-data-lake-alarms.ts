import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet } from '../core/private/alarm';
import type { IStreamingDataLake } from './streaming-data-lake-interface';
import { StreamingDataLakeMetrics } from './streaming-data-lake-metrics';

type AlarmName =
  | 'Standstill'
  | 'PipeFailures'
  | 'DeadLetters'
  | 'OldestDeadLetterAge'
  | 'ConversionFailures'
  | 'Quarantined'
  | 'ActivePartitions'
  | 'Freshness';

/** Buffer intervals that a record may be in Firehose. Documented: "Buffer data for dynamic partitioning", up to 1.5 without errors. */
const INTERVALS = 3;
const OLDEST_DEAD_LETTER_SECONDS = 3_600;

/** The recommended alarms of a data lake. Each is created on first use, and only once. */
export class StreamingDataLakeAlarms {
  /**
   * Alarms of a lake.
   *
   * @param lake a StreamingDataLake, or an imported one
   */
  public static fromStreamingDataLake(lake: IStreamingDataLake): StreamingDataLakeAlarms {
    return new StreamingDataLakeAlarms(lake);
  }

  /** All recommendations, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(lake: IStreamingDataLake) {
    const metrics = StreamingDataLakeMetrics.fromStreamingDataLake(lake);
    const freshness = INTERVALS * lake.bufferInterval.toSeconds();
    this.alarms = new AlarmSet<AlarmName>(lake, 'streaming-data-lake', {
      Standstill: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricStandstill(),
        threshold: 0,
        // Not one: after a quiet night, a period can end between the first write and its reading.
        evaluationPeriods: 2,
        reason:
          'Items were written in each of two periods of 3 hours, and the pipe read no change. DynamoDB drops a change after 24 hours: start the pipe, or find why it fails, before then.',
      },
      PipeFailures: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricPipeFailures(),
        threshold: 0,
        evaluationPeriods: 15,
        reason:
          'Executions of the pipe failed in each of 15 minutes. A single record that always fails is a dead letter sooner. The cause is a missing permission, a disabled key, or Firehose.',
      },
      DeadLetters: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricDeadLetters(),
        threshold: 0,
        evaluationPeriods: 1,
        reason:
          'The pipe could not send records to Firehose. The stream still has them for at most 24 hours after the change: replay them as described in the README.',
      },
      OldestDeadLetterAge: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricOldestDeadLetterAge(),
        threshold: OLDEST_DEAD_LETTER_SECONDS,
        evaluationPeriods: 1,
        reason:
          'A dead letter has been in the queue for an hour: the pipe to quarantine does not work. The queue drops messages after 14 days.',
        // A disabled key, or Firehose, fails both pipes.
        symptomOf: ['PipeFailures'],
      },
      ConversionFailures: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricConversionFailures(),
        threshold: 0,
        evaluationPeriods: 1,
        reason: 'A record could not be converted to Parquet. It is in quarantine: its values do not fit the declared columns.',
      },
      Quarantined: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricQuarantined(),
        threshold: 0,
        evaluationPeriods: 1,
        reason: 'A record was put into quarantine and is missing in the lake. The quarantine table has the reason of each record.',
        // Each of them puts its records into quarantine.
        symptomOf: ['DeadLetters', 'ConversionFailures', 'ActivePartitions'],
      },
      ActivePartitions: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricActivePartitionsExceeded(),
        threshold: 0,
        evaluationPeriods: 1,
        reason:
          'More tenants had changes in one buffer interval than Firehose has active partitions for (500 by default). Their records are in quarantine: request a higher quota, or use LakeLayout.perMonth().',
      },
      Freshness: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricFreshness(),
        threshold: freshness,
        evaluationPeriods: 3,
        reason: `Records wait in Firehose for more than ${freshness} s, ${INTERVALS} buffer intervals: it cannot write to the bucket. It may drop a record after two hours.`,
      },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when items are written and the pipe reads no change, in each of two periods of 3 hours. */
  public standstill(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Standstill').create(overrides);
  }

  /** Alarms when executions of the pipe keep failing. */
  public pipeFailures(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('PipeFailures').create(overrides);
  }

  /** Alarms when a message arrives in the dead-letter queue. */
  public deadLetters(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('DeadLetters').create(overrides);
  }

  /** Alarms when a dead letter is not moved to quarantine. */
  public oldestDeadLetterAge(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('OldestDeadLetterAge').create(overrides);
  }

  /** Alarms when a record cannot be converted to Parquet. */
  public conversionFailures(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('ConversionFailures').create(overrides);
  }

  /** Alarms when anything is put into quarantine. */
  public quarantined(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Quarantined').create(overrides);
  }

  /** Alarms when there are more active partitions than Firehose allows. */
  public activePartitions(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('ActivePartitions').create(overrides);
  }

  /** Alarms when records wait in Firehose for more than three buffer intervals. */
  public freshness(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Freshness').create(overrides);
  }

  /** Creates all of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
