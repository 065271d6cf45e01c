import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { RecommendedAlarm } from '../core';
import { above, alarmNamed } from '../core/private/alarm';
import type { IngestMetrics } from './ingest-metrics';

/** The alarms that an ingest path would be woken by. None exists until its method is called; calling it again gives the same one. */
export class IngestAlarms {
  /**
   * @param scope where alarms are made
   * @param metrics what they watch
   * @param deadLetterAge seconds that a message takes at most until it is stored or dead, when nothing is late
   * @internal
   */
  public static _of(scope: Construct, metrics: IngestMetrics, deadLetterAge: number): IngestAlarms {
    return new IngestAlarms(scope, metrics, deadLetterAge);
  }

  /** All of them, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private constructor(
    private readonly scope: Construct,
    metrics: IngestMetrics,
    deadLetterAge: number,
  ) {
    this.recommended = [
      above('DeadLetters', metrics.deadLetters(), 0, 1, 'A message was given up. Accepted means promised, so one is one too many.'),
      above(
        'OldestMessageAge',
        metrics.oldestMessageAge(),
        deadLetterAge,
        3,
        `Messages wait longer than a poisonous one takes to become a dead letter (${deadLetterAge} s): the writer does not keep up, or does not run.`,
      ),
      above(
        'OldestRetryAge',
        metrics.oldestRetryAge(),
        deadLetterAge,
        3,
        `Messages that failed in a batch wait longer to be received alone than a poisonous one takes to become a dead letter (${deadLetterAge} s): so many fail, or end the writer, that the others wait behind them.`,
      ),
      above(
        'WriterErrors',
        metrics.writerErrors(),
        0,
        3,
        'Batches end without an answer three minutes in a row. The writer answers for failed messages, so this is a message that ends it, a timeout or a missing permission; a single lost host heals by itself.',
      ),
      above(
        'WriterThrottles',
        metrics.writerThrottles(),
        0,
        3,
        'Batches find no free concurrency three minutes in a row. The event source keeps to its own limit, so something else uses up the account.',
      ),
      above(
        'FailedShare',
        metrics.failedShare(),
        5,
        3,
        'More than 5 % of the receives end without an item three minutes in a row: single poisonous messages stay far below that, a table that rejects writes or keys that do not fit the bodies do not.',
      ),
    ];
  }

  /** Rings when a dead letter waits. */
  public deadLetters(): Alarm {
    return this.create('DeadLetters');
  }

  /** Rings when messages wait longer than failing ones take to die. */
  public oldestMessageAge(): Alarm {
    return this.create('OldestMessageAge');
  }

  /** Alarms when messages that failed in a batch wait long to be received alone. */
  public oldestRetryAge(): Alarm {
    return this.create('OldestRetryAge');
  }

  /** Rings when the writer itself fails. */
  public writerErrors(): Alarm {
    return this.create('WriterErrors');
  }

  /** Rings when the account has no concurrency left for the writer. */
  public writerThrottles(): Alarm {
    return this.create('WriterThrottles');
  }

  /** Rings when many messages fail. */
  public failedShare(): Alarm {
    return this.create('FailedShare');
  }

  private create(name: string): Alarm {
    return alarmNamed(this.scope, this.recommended, name);
  }
}
