import { Duration, type RemovalPolicy, TimeZone } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DashboardGraph, IObservable, RecommendedAlarm } from '../core';
import { having, KEY, NUMBER, REMOVAL_POLICY, RETENTION_DAYS, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { createQueue } from '../core/private/encrypted-queue';
import { createHandler } from '../core/private/handler';
import { loggedBy, type Retained, retainedBy } from '../core/private/retained';
import { acknowledge } from '../core/private/rule-packs';
import { allowRewrites, rewrittenTable } from '../lake-rewrite/rewriting-role';
import type { IStreamingDataLake } from '../streaming-data-lake';
import { createSchedule } from './compaction-schedule';
import { ImportedCompaction } from './imported-compaction';
import { LakeCompactionAlarms } from './lake-compaction-alarms';
import { LakeCompactionGrants } from './lake-compaction-grants';
import { graphsOf } from './lake-compaction-graphs';
import type { ILakeCompaction, LakeCompactionAttributes } from './lake-compaction-interface';
import { LakeCompactionMetrics } from './lake-compaction-metrics';
import { COMPACTION_VARIABLES, type CompactionSettings } from './settings';
import { validateCompaction } from './validate-compaction';

/** Props of LakeCompaction. */
export interface LakeCompactionProps {
  /** The lake whose files are compacted. */
  readonly lake: IStreamingDataLake;

  /**
   * When a run starts, at most 15 minutes later. A run takes up to 15 minutes, and the next one continues.
   *
   * @default - at 1, 2, 3, 4 and 5 o'clock UTC
   */
  readonly schedule?: ScheduleExpression;

  /**
   * New files that the folder of a month may have before the month has ended. With more, it is compacted, with all its rows. 1 to 10,000.
   *
   * @default 100
   */
  readonly mostNewFiles?: number;

  /**
   * Folders that are compacted at the same time, 1 to 10. Each is a query of Athena, whose number is limited for each account.
   *
   * @default 4
   */
  readonly maxConcurrency?: number;

  /**
   * Encrypts the log and the queue of dead letters. A key, not an alias. The policy of a key of this app gets the statement that
   * CloudWatch Logs needs; for an imported key, a warning holds the statement to add.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;

  /**
   * Name of the log group, `/aws/lambda/<name>`. A log group that was retained when its stack was deleted still occupies its name.
   *
   * @default - a generated name
   */
  readonly name?: string;

  /**
   * How long the log group keeps events.
   *
   * @default - LogRetention of the nearest scope, else RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * What happens to the log and the queue when the compaction is removed from its stack. DESTROY also needs `DataDestruction.allow` on a
   * scope above.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Compacts the files of a StreamingDataLake: the many small files of a month become few, with the same rows.
 *
 * The README in this folder has the reasons for each decision.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { LakeCompaction, StreamingDataLake } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const lake: StreamingDataLake;
 * new LakeCompaction(stack, 'Compaction', { lake });
 */
export class LakeCompaction extends Construct implements ILakeCompaction, IObservable {
  /**
   * Imports a LakeCompaction of another stack or app, to watch it: `LakeCompactionAlarms.fromLakeCompaction(imported)`.
   *
   * @param attributes attributes of the compaction
   * @throws when the key is an alias
   */
  public static fromLakeCompactionAttributes(scope: Construct, id: string, attributes: LakeCompactionAttributes): ILakeCompaction {
    return new ImportedCompaction(scope, id, attributes);
  }

  /** The function that compacts folders. Invoke it with `{}` for a run at once. */
  public readonly function: IFunction;
  /** The queue of runs that could not be started, or that ended with an error. */
  public readonly deadLetterQueue: IQueue;
  /** Permissions to start runs. */
  public readonly grants: LakeCompactionGrants;
  /** Metrics of the compaction. */
  public readonly metrics: LakeCompactionMetrics;
  /** Recommended alarms, each created on first use. */
  public readonly alarms: LakeCompactionAlarms;
  /** Log group of the function. It contains counts and the names of folders, never rows. */
  public readonly logGroups: ILogGroup[];

  /**
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props the lake, and options
   * @throws when a number is out of range, when an imported lake has no key, or when data would be destroyed without a scope that allows it
   */
  constructor(scope: Construct, id: string, props: LakeCompactionProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    validateCompaction(this, props);
    const { lake, schedule = NIGHTLY, mostNewFiles = 100, maxConcurrency = 4 } = props;
    const retained = retainedBy(this, props);
    const { encryptionKey } = retained;
    const deadLetterQueue = createDeadLetterQueue(this, retained);
    const handler = createHandler<CompactionSettings>(this, 'Function', {
      asset: 'lake-compaction/compact',
      description: `Compacts the files of ${lake.node.path}`,
      timeout: Duration.minutes(15),
      ...loggedBy(props, retained),
      name: props.name,
      settings: { ...rewrittenTable(lake), MOST_NEW_FILES: mostNewFiles, CONCURRENCY: maxConcurrency },
      variables: COMPACTION_VARIABLES,
      concurrency: { unreserved: 'One run at a time is started by the schedule, and a second one leaves the folders of the first alone.' },
      noDeadLetters: { queue: deadLetterQueue, key: encryptionKey },
    });
    allowRewrites(handler.role, lake, { deletesVersions: false });
    createSchedule(this, { schedule, function: handler.function, deadLetterQueue, encryptionKey });

    this.function = handler.function;
    this.deadLetterQueue = deadLetterQueue;
    this.logGroups = [handler.logGroup];
    this.grants = LakeCompactionGrants.fromLakeCompaction(this);
    this.metrics = LakeCompactionMetrics.fromLakeCompaction(this);
    this.alarms = LakeCompactionAlarms.fromLakeCompaction(this);
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  public get graphs(): DashboardGraph[] | undefined {
    return graphsOf(this.metrics);
  }
}

const NIGHTLY = ScheduleExpression.cron({ minute: '0', hour: '1-5', timeZone: TimeZone.ETC_UTC });

function createDeadLetterQueue(scope: Construct, retained: Retained): IQueue {
  const queue = createQueue(scope, 'DeadLetterQueue', retained, { retentionPeriod: Duration.days(14) });
  const reason = 'This is the dead-letter queue of a schedule and its function, which only operators read.';
  acknowledge(queue, ['AwsSolutions'], 'SQS3', reason);
  acknowledge(queue, ['Serverless'], 'SQSRedrivePolicy', reason);
  return queue;
}

const PROPS: PropKinds<LakeCompactionProps> = {
  lake: required(having<IStreamingDataLake>('a StreamingDataLake, or an imported one', 'deliveryStreamName', 'databaseName', 'layout')),
  schedule: having<ScheduleExpression>('a ScheduleExpression of aws-cdk-lib/aws-scheduler', 'expressionString'),
  mostNewFiles: NUMBER,
  maxConcurrency: NUMBER,
  encryptionKey: KEY,
  name: STRING,
  logRetention: RETENTION_DAYS,
  removalPolicy: REMOVAL_POLICY,
};
