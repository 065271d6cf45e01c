import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet } from '../core/private/alarm';
import type { IBufferedIngestPath } from './buffered-ingest-path-interface';
import { BufferedIngestPathMetrics } from './buffered-ingest-path-metrics';

type AlarmName = 'DeadLetters' | 'OldestMessageAge' | 'OldestRetryAge' | 'WriterErrors' | 'WriterThrottles' | 'FailedShare';

/** The alarms for an ingest path. None exists until it is asked for, and each is created once. */
export class BufferedIngestPathAlarms {
  /**
   * Alarms of a path.
   *
   * @param path a BufferedIngestPath
   */
  public static fromBufferedIngestPath(path: IBufferedIngestPath): BufferedIngestPathAlarms {
    return new BufferedIngestPathAlarms(path);
  }

  /** All of them, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(path: IBufferedIngestPath) {
    const metrics = BufferedIngestPathMetrics.fromBufferedIngestPath(path);
    const deadLetterAge = path.timeToDeadLetter.toSeconds();
    this.alarms = new AlarmSet<AlarmName>(path, {
      DeadLetters: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricDeadLetters(),
        threshold: 0,
        evaluationPeriods: 1,
        reason: 'A message was given up. Accepted means promised, so one is one too many.',
      },
      OldestMessageAge: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricOldestMessageAge(),
        threshold: deadLetterAge,
        evaluationPeriods: 3,
        reason: `Messages wait longer than one that always fails takes to become a dead letter (${deadLetterAge} s): the writer does not keep up, or does not run.`,
      },
      OldestRetryAge: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricOldestRetryAge(),
        threshold: deadLetterAge,
        evaluationPeriods: 3,
        reason: `Messages that failed in a batch wait longer to be received alone than one that always fails takes to become a dead letter (${deadLetterAge} s): so many fail, or end the writer, that the others wait behind them.`,
      },
      WriterErrors: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricWriterErrors(),
        threshold: 0,
        evaluationPeriods: 3,
        reason:
          'Batches end without an answer three minutes in a row. The writer answers for failed messages, so this is a message that ends it, a timeout or a missing permission; a single lost host heals by itself.',
      },
      WriterThrottles: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricWriterThrottles(),
        threshold: 0,
        evaluationPeriods: 3,
        reason:
          'Batches find no free concurrency three minutes in a row. The event source keeps to its own limit, so something else uses up the account.',
      },
      FailedShare: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricFailedShare(),
        threshold: 5,
        evaluationPeriods: 3,
        reason:
          'More than 5 % of the receives end without an item three minutes in a row: single messages that always fail stay far below that, a table that rejects writes or keys that do not fit the bodies do not.',
      },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when a dead letter waits. */
  public deadLetters(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('DeadLetters').create(overrides);
  }

  /** Alarms when messages wait longer than one that always fails takes to become a dead letter. */
  public oldestMessageAge(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('OldestMessageAge').create(overrides);
  }

  /** Alarms when messages that failed in a batch wait long to be received alone. */
  public oldestRetryAge(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('OldestRetryAge').create(overrides);
  }

  /** Alarms when the writer itself fails. */
  public writerErrors(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('WriterErrors').create(overrides);
  }

  /** Alarms when the account has no concurrency left for the writer. */
  public writerThrottles(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('WriterThrottles').create(overrides);
  }

  /** Alarms when many messages fail. */
  public failedShare(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('FailedShare').create(overrides);
  }

  /** All of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
