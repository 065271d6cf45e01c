import { type RemovalPolicy, Size } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DashboardGraph, IObservable, RecommendedAlarm } from '../core';
import { having, KEY, listOf, REMOVAL_POLICY, RETENTION_DAYS, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { loggedBy, retainedBy } from '../core/private/retained';
import type { StreamingDataLake } from '../streaming-data-lake';
import { createFunctions } from './backfill-functions';
import { createQueues } from './backfill-queues';
import { attributeNames, exportedTable, sendRate } from './backfill-settings';
import { LakeBackfillAlarms } from './lake-backfill-alarms';
import { LakeBackfillGrants } from './lake-backfill-grants';
import { graphsOf } from './lake-backfill-graphs';
import type { ILakeBackfill } from './lake-backfill-interface';
import { LakeBackfillMetrics } from './lake-backfill-metrics';

/** Props of LakeBackfill. */
export interface LakeBackfillProps {
  /** The lake. The table of its source needs point-in-time recovery. */
  readonly lake: StreamingDataLake;

  /**
   * Attributes of items that say when they were last written: numbers of seconds or milliseconds since 1970, or strings in ISO 8601. The
   * first one that an item has becomes `changed_at` of its row when the whole table is exported, because an export has no times of writes.
   * An item without one that is a time since `firstYear` of the lake has the time of the export. List one for each type of items: `['updatedAt', 'registeredAt']`.
   *
   * @default - each item of a whole table has the time of the export
   */
  readonly changedAtAttributes?: string[];

  /**
   * Most bytes that are sent to Firehose in a second, 2 KiB to 4 MiB. The pipe of the lake sends to the same stream, whose quota is 1 MiB a
   * second in most Regions: leave room for it.
   *
   * @default Size.kibibytes(512)
   */
  readonly sendRate?: Size;

  /**
   * Encrypts the queues and the logs. A key, not an alias. The policy of a key of this app gets the statement that CloudWatch Logs needs;
   * for an imported key, a warning holds the statement to add.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;

  /**
   * Names the functions' log groups `/aws/lambda/<name>-start` and `/aws/lambda/<name>-send`. A log group that was retained when its stack
   * was deleted still occupies its name.
   *
   * @default - generated names
   */
  readonly name?: string;

  /**
   * How long the log groups keep events.
   *
   * @default - LogRetention of the nearest scope, else RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * What happens to the queues and the logs when the backfill is removed from its stack. DESTROY also needs `DataDestruction.allow` on a
   * scope above.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Brings items into a data lake that its pipe did not: those from before the lake, and what an outage longer than the 24 hours of the
 * stream left out. An operator invokes a function, which exports the table, and the exported items are sent to the lake's delivery stream.
 *
 * The README in this folder has the reasons for each decision.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { Role } from 'aws-cdk-lib/aws-iam';
 * import { LakeBackfill, StreamingDataLake } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const lake: StreamingDataLake;
 * declare const operators: Role;
 * const backfill = new LakeBackfill(stack, 'Backfill', { lake, changedAtAttributes: ['updatedAt'] });
 * backfill.grants.start(operators);
 */
export class LakeBackfill extends Construct implements ILakeBackfill, IObservable {
  /**
   * The function that operators invoke to start a backfill: with `{}` for the whole table, or with a span of time, `{"from":
   * "2026-11-28T06:00:00Z", "to": "2026-11-29T12:00:00Z"}`.
   */
  public readonly startFunction: IFunction;
  /** The function that exports the table and sends its items. */
  public readonly sendFunction: IFunction;
  /** The queue of exports and of files to send. */
  public readonly queue: IQueue;
  /** The queue of exports and files that failed repeatedly. */
  public readonly deadLetterQueue: IQueue;
  /** Permissions to start backfills. */
  public readonly grants: LakeBackfillGrants;
  /** Metrics of backfills. */
  public readonly metrics: LakeBackfillMetrics;
  /** Recommended alarms, each created on first use. */
  public readonly alarms: LakeBackfillAlarms;
  /** Log groups of the functions. They name exports and files, never items. */
  public readonly logGroups: ILogGroup[];

  /**
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props the lake, and options
   * @throws when the table has no point-in-time recovery, when the rate is out of range, when the name of an attribute is empty or there twice, or when messages would be destroyed without a scope
   * that allows it
   */
  constructor(scope: Construct, id: string, props: LakeBackfillProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    const { lake, name } = props;
    const table = exportedTable(this, lake);
    const changedAtAttributes = attributeNames(this, props.changedAtAttributes ?? []);
    const bytesPerSecond = sendRate(this, props.sendRate ?? Size.kibibytes(512));
    const retained = retainedBy(this, props);

    const queues = createQueues(this, retained);
    const functions = createFunctions(this, {
      ...{ lake, table, queues, changedAtAttributes, bytesPerSecond, name },
      logged: loggedBy(props, retained),
    });

    this.startFunction = functions.start.function;
    this.sendFunction = functions.send.function;
    this.queue = queues.queue;
    this.deadLetterQueue = queues.deadLetterQueue;
    this.logGroups = [functions.start.logGroup, functions.send.logGroup];
    this.grants = LakeBackfillGrants.fromLakeBackfill(this);
    this.metrics = LakeBackfillMetrics.fromLakeBackfill(this);
    this.alarms = LakeBackfillAlarms.fromLakeBackfill(this);
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  public get graphs(): DashboardGraph[] | undefined {
    return graphsOf(this.metrics);
  }
}

const PROPS: PropKinds<LakeBackfillProps> = {
  lake: required(having<StreamingDataLake>('new StreamingDataLake(…): an imported lake does not know its table', '_source')),
  changedAtAttributes: listOf(STRING, "a list of attributes' names"),
  sendRate: having<Size>('a Size, such as Size.kibibytes(512)', 'toBytes', 'isUnresolved'),
  encryptionKey: KEY,
  name: STRING,
  logRetention: RETENTION_DAYS,
  removalPolicy: REMOVAL_POLICY,
};
