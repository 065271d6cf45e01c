import { Duration, type RemovalPolicy, type Size } from 'aws-cdk-lib';
import type { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DashboardGraph, IObservable, RecommendedAlarm } from '../core';
import { createQuery } from '../core/private/athena/saved-query';
import { createWorkgroup } from '../core/private/athena/workgroup';
import { DURATION, having, KEY, listOf, NUMBER, REMOVAL_POLICY, RETENTION_DAYS, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { createQueue } from '../core/private/encrypted-queue';
import { createLogGroup } from '../core/private/log-group';
import { loggedBy, retainedBy } from '../core/private/retained';
import { acknowledge } from '../core/private/rule-packs';
import { LAKE_FOLDERS } from '../runtime/lake-folders';
import { ImportedLake } from './imported-lake';
import { createDatabase, createQuarantineTable, createTable } from './lake-catalog';
import type { LakeColumn } from './lake-column';
import { describeColumns, type LakeColumns, lakeColumns } from './lake-columns';
import { createDeadLetterDelivery, createDelivery } from './lake-delivery';
import { LakeLayout } from './lake-layout';
import { lakeLimits } from './lake-limits';
import { type LakeNames, lakeNames } from './lake-names';
import { createDeadLetterPipe, createPipe } from './lake-pipes';
import type { LakeQuery } from './lake-query';
import type { LakeSource } from './lake-source';
import type { LakeSourceVariant } from './lake-source-variant';
import { createLakeBucket } from './lake-storage';
import { createViews } from './lake-views';
import { StreamingDataLakeAlarms } from './streaming-data-lake-alarms';
import { StreamingDataLakeGrants } from './streaming-data-lake-grants';
import { graphsOf } from './streaming-data-lake-graphs';
import type { IStreamingDataLake, StreamingDataLakeAttributes } from './streaming-data-lake-interface';
import { StreamingDataLakeMetrics } from './streaming-data-lake-metrics';

/** Props of StreamingDataLake. */
export interface StreamingDataLakeProps {
  /** Where the changes come from: `LakeSource.tableStream(table)`. */
  readonly source: LakeSource;

  /** What is stored of an item, besides what every row has. An attribute without a column is not stored. */
  readonly columns: LakeColumn[];

  /**
   * How the files are divided into folders.
   *
   * @default LakeLayout.perTenant()
   */
  readonly layout?: LakeLayout;

  /**
   * Name of the table with all changes. Views and the quarantine table are named after it: `<tableName>_changes`, `<tableName>_current`,
   * `<tableName>_quarantine`.
   *
   * @default 'items'
   */
  readonly tableName?: string;

  /**
   * Name of the workgroup and, with underscores instead of hyphens, of the database; the log groups contain it. A log group that was
   * retained when its stack was deleted still occupies its name.
   *
   * @default - a name that contains the path of the construct
   */
  readonly name?: string;

  /**
   * How long Firehose collects records before it writes a file, 60 to 900 seconds. A shorter interval makes more and smaller files.
   *
   * @default Duration.minutes(15)
   */
  readonly bufferInterval?: Duration;

  /**
   * Size of the records after which a file is written earlier, 64 to 128 MiB.
   *
   * @default Size.mebibytes(128)
   */
  readonly bufferSize?: Size;

  /**
   * Most bytes that a query may read, at least 10 MiB. A query that would read more is cancelled.
   *
   * @default Size.gibibytes(10)
   */
  readonly scanLimit?: Size;

  /**
   * The first year that has changes. Queries look for the 25 years from then on.
   *
   * @default 2026
   */
  readonly firstYear?: number;

  /**
   * Encrypts the bucket, the delivery streams, the queue, the logs and the results of queries. A key, not an alias. The policy of a key of
   * this app gets the statement that CloudWatch Logs needs; for an imported key, a warning holds the statement to add.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;

  /**
   * How long the log groups keep events.
   *
   * @default - LogRetention of the nearest scope, else RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * What happens to the bucket, the queue and the logs when the lake is removed from its stack. DESTROY also needs
   * `DataDestruction.allow` on a scope above. A bucket with objects cannot be deleted: empty it first.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Stores each change of a table's items as a row of Parquet files, by year, month and tenant, without code that transforms them. Athena
 * queries the files.
 *
 * The README in this folder has the reasons for each decision.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { LakeColumn, LakeSource, StreamingDataLake, TenantTable } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const data: TenantTable;
 * new StreamingDataLake(stack, 'Lake', {
 *   source: LakeSource.tableStream(data),
 *   columns: [
 *     LakeColumn.string('student_id').from('student'),
 *     LakeColumn.decimal('score', 5, 2),
 *     LakeColumn.string('city').from('address.city'),
 *   ],
 * });
 */
export class StreamingDataLake extends Construct implements IStreamingDataLake, IObservable {
  /**
   * Imports a StreamingDataLake of another stack or app, to watch it: `StreamingDataLakeAlarms.fromStreamingDataLake(imported)`.
   *
   * @param attributes attributes of the lake
   * @throws when the key is an alias, or the buffer interval is not known at synthesis
   */
  public static fromStreamingDataLakeAttributes(scope: Construct, id: string, attributes: StreamingDataLakeAttributes): IStreamingDataLake {
    return new ImportedLake(scope, id, attributes);
  }

  /** The bucket: files in `data/`, what could not be stored in `quarantine/`, results of queries in `results/`. */
  public readonly bucket: IBucket;
  /** Name of the pipe that reads the source. */
  public readonly pipeName: string;
  /** Name of the Firehose stream that stores the changes. */
  public readonly deliveryStreamName: string;
  /** The queue of what the pipe could not send. A second pipe moves its messages to quarantine. */
  public readonly deadLetterQueue: IQueue;
  /** Name of the source's table. */
  public readonly sourceTableName: string;
  /** How long Firehose collects records before it writes a file. */
  public readonly bufferInterval: Duration;
  /** How the files are divided into folders. */
  public readonly layout: LakeLayout;
  /** Noun of the tenants; the column that holds their ids. */
  public readonly tenantNoun: string;
  /** The first year whose files queries read. */
  public readonly firstYear: number;
  /** Name of the database in the AWS Glue Data Catalog. */
  public readonly databaseName: string;
  /** Name of the table with all changes. */
  public readonly tableName: string;
  /** Name of the workgroup of Athena. */
  public readonly workgroupName: string;
  /** Permissions to query. */
  public readonly grants: StreamingDataLakeGrants;
  /** Metrics of the lake. */
  public readonly metrics: StreamingDataLakeMetrics;
  /** Recommended alarms, each created on first use. */
  public readonly alarms: StreamingDataLakeAlarms;
  /** Log groups of pipes and delivery streams. They contain errors, never records. */
  public readonly logGroups: ILogGroup[];

  /** @internal */
  public readonly _source: LakeSourceVariant;
  /** @internal */
  public readonly _columns: LakeColumns;

  private readonly names: LakeNames;
  private readonly workgroup: CfnWorkGroup;

  /**
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props the source, the columns, and options
   * @throws when columns conflict with each other or with what items have, when the source has no stream of new images, or when data would
   * be destroyed without a scope that allows it. Values that are out of range are reported together at synthesis.
   */
  constructor(scope: Construct, id: string, props: StreamingDataLakeProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    const { layout = LakeLayout.perTenant(), tableName = 'items', name } = props;
    const source = props.source._variant;
    const retained = retainedBy(this, props);
    const { encryptionKey } = retained;
    const names = lakeNames(this, name, tableName);
    const columns = lakeColumns(this, { columns: props.columns, source });
    const limits = lakeLimits(this, props, columns, layout);

    const logged = { ...loggedBy(props, retained), standardRetention: RetentionDays.ONE_MONTH };
    const pipeLog = createLogGroup(this, 'PipeLogs', { ...logged, logGroupName: name && `/aws/vendedlogs/pipes/${name}` });
    const deliveryLog = createLogGroup(this, 'DeliveryLogs', { ...logged, logGroupName: name && `/aws/kinesisfirehose/${name}` });
    const bucket = createLakeBucket(this, retained);
    const deadLetterQueue = createQueue(this, 'DeadLetterQueue', retained, {
      retentionPeriod: Duration.days(14),
      // A message is not delivered again while the pipe collects and sends its batch.
      visibilityTimeout: Duration.minutes(5),
    });
    acknowledgeDeadLetters(deadLetterQueue);

    const database = createDatabase(this, names);
    const catalog = { bucket, names, columns, layout, firstYear: limits.firstYear };
    const table = createTable(this, database, catalog);
    createQuarantineTable(this, database, catalog);
    createViews(this, table, catalog);
    const workgroup = createWorkgroup(this, { ...names, bucket, folder: LAKE_FOLDERS.results, encryptionKey, scanLimit: limits.scanLimit });

    const streams = { bucket, encryptionKey, logGroup: deliveryLog };
    const delivery = createDelivery(this, { ...streams, ...catalog, ...limits, table });
    const deadLetterDelivery = createDeadLetterDelivery(this, streams);
    const pipes = { deadLetterQueue, encryptionKey, logGroup: pipeLog };
    const pipe = createPipe(this, { ...pipes, source, delivery });
    createDeadLetterPipe(this, { ...pipes, delivery: deadLetterDelivery });

    this.bucket = bucket;
    this.pipeName = pipe.ref;
    this.deliveryStreamName = delivery.ref;
    this.deadLetterQueue = deadLetterQueue;
    this.sourceTableName = source.table.tableName;
    this.bufferInterval = limits.bufferInterval;
    this.layout = layout;
    this.tenantNoun = source.tenantNoun;
    this.firstYear = limits.firstYear;
    this.databaseName = names.database;
    this.workgroupName = names.workgroup;
    this.logGroups = [pipeLog, deliveryLog];
    this.tableName = names.table;
    this._columns = columns;
    this._source = source;
    this.names = names;
    this.workgroup = workgroup;
    this.grants = StreamingDataLakeGrants.fromStreamingDataLake(this);
    this.metrics = StreamingDataLakeMetrics.fromStreamingDataLake(this);
    this.alarms = StreamingDataLakeAlarms.fromStreamingDataLake(this);
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  public get graphs(): DashboardGraph[] | undefined {
    return graphsOf(this.metrics, this.alarms);
  }

  /**
   * Saves a query in the workgroup, where those who may query find it by its name.
   *
   * @param name name of the query: `courses-with-falling-average`
   * @param query the SQL, the question that it answers, and its parameters
   * @returns the id of the saved query, for `GetNamedQuery`
   * @throws when the name is taken, when a question mark in the SQL is not explained, and when the SQL names no tenant although each query
   * must
   */
  public addQuery(name: string, query: LakeQuery): string {
    const { names, workgroup, layout, tenantNoun } = this;
    return createQuery(this, name, query, {
      database: names.database,
      workgroup,
      requiredColumn: layout.hasTenantFolders ? tenantNoun : undefined,
    });
  }

  /** The columns of the views as a Markdown table, for the documentation of the platform: names, types, and where their values come from. */
  public describeColumns(): string {
    return describeColumns(this._columns, this.layout);
  }
}

function acknowledgeDeadLetters(queue: IQueue): void {
  const reason = 'This is the dead-letter queue of a pipe. A second pipe moves its messages to quarantine, and they stay until it could.';
  acknowledge(queue, ['AwsSolutions'], 'SQS3', reason);
  acknowledge(queue, ['Serverless'], 'SQSRedrivePolicy', reason);
}

const PROPS: PropKinds<StreamingDataLakeProps> = {
  source: required(having<LakeSource>('LakeSource.tableStream(…)', '_variant')),
  columns: required(listOf(having<LakeColumn>('', 'name', 'path'), "a list of columns: [LakeColumn.string('student_id')]")),
  layout: having<LakeLayout>('LakeLayout.perTenant() or LakeLayout.perMonth()', 'hasTenantFolders'),
  tableName: STRING,
  name: STRING,
  bufferInterval: DURATION,
  bufferSize: having<Size>('a Size, such as Size.mebibytes(128)', 'toMebibytes', 'isUnresolved'),
  scanLimit: having<Size>('a Size, such as Size.gibibytes(10)', 'toMebibytes', 'isUnresolved'),
  firstYear: NUMBER,
  encryptionKey: KEY,
  logRetention: RETENTION_DAYS,
  removalPolicy: REMOVAL_POLICY,
};
