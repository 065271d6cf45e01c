import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet } from '../core/private/alarm';
import type { IBufferedIngestPath } from './buffered-ingest-path-interface';
import { BufferedIngestPathMetrics } from './buffered-ingest-path-metrics';

type AlarmName = 'DeadLetters' | 'OldestMessageAge' | 'OldestRetryAge' | 'WriterErrors' | 'WriterThrottles' | 'FailedShare';

/** The recommended alarms of an ingest path. Each is created on first use, and only once. */
export class BufferedIngestPathAlarms {
  /**
   * Alarms of a path.
   *
   * @param path a BufferedIngestPath, or an imported one
   */
  public static fromBufferedIngestPath(path: IBufferedIngestPath): BufferedIngestPathAlarms {
    return new BufferedIngestPathAlarms(path);
  }

  /** All recommendations, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(path: IBufferedIngestPath) {
    const metrics = BufferedIngestPathMetrics.fromBufferedIngestPath(path);
    const deadLetterAge = path.timeToDeadLetter.toSeconds();
    this.alarms = new AlarmSet<AlarmName>(path, 'buffered-ingest-path', {
      DeadLetters: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricDeadLetters(),
        threshold: 0,
        evaluationPeriods: 1,
        reason: 'A message could not be stored. Its request got a 202, so every such message needs attention.',
        // What keeps every message from being stored ends in dead letters three minutes later.
        symptomOf: ['FailedShare'],
      },
      OldestMessageAge: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricOldestMessageAge(),
        threshold: deadLetterAge,
        evaluationPeriods: 3,
        reason: `Messages wait longer than a message that always fails takes to reach the dead-letter queue (${deadLetterAge} s): the writer does not keep up, or does not run.`,
      },
      OldestRetryAge: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricOldestRetryAge(),
        threshold: deadLetterAge,
        evaluationPeriods: 3,
        reason: `Messages wait in the retry queue for longer than a message that always fails takes to reach the dead-letter queue (${deadLetterAge} s): so many messages fail, or crash the writer, that others wait behind them.`,
        // Both fill the retry queue.
        symptomOf: ['FailedShare', 'WriterErrors'],
      },
      WriterErrors: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricWriterErrors(),
        threshold: 0,
        evaluationPeriods: 3,
        reason:
          'Invocations of the writer fail three minutes in a row. The writer reports single messages that fail, so the cause is a message that crashes it, a timeout or a missing permission. The loss of a single host does not last that long.',
      },
      WriterThrottles: {
        severity: AlarmSeverity.WARNING,
        metric: metrics.metricWriterThrottles(),
        threshold: 0,
        evaluationPeriods: 3,
        reason:
          'The writer is throttled three minutes in a row. Its event sources have a limit of their own, so other functions use up the concurrency of the account.',
      },
      FailedShare: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricFailedShare(),
        threshold: 5,
        evaluationPeriods: 3,
        reason:
          'More than 5 % of the receives fail three minutes in a row. Single messages that always fail stay far below that; a table that rejects writes, or keys that do not fit the bodies, do not.',
      },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when there is a message in the dead-letter queue. */
  public deadLetters(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('DeadLetters').create(overrides);
  }

  /** Alarms when messages wait in the queue for longer than `timeToDeadLetter`. */
  public oldestMessageAge(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('OldestMessageAge').create(overrides);
  }

  /** Alarms when messages wait in the retry queue for longer than `timeToDeadLetter`. */
  public oldestRetryAge(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('OldestRetryAge').create(overrides);
  }

  /** Alarms when invocations of the writer fail as a whole. */
  public writerErrors(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('WriterErrors').create(overrides);
  }

  /** Alarms when the writer is throttled. */
  public writerThrottles(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('WriterThrottles').create(overrides);
  }

  /** Alarms when more than 5 % of the receives fail. */
  public failedShare(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('FailedShare').create(overrides);
  }

  /** Creates all of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
