import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DashboardGraph, IObservable, RecommendedAlarm } from '../core';
import { having, KEY, REMOVAL_POLICY, RETENTION_DAYS, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { createHandler } from '../core/private/handler';
import { loggedBy, retainedBy } from '../core/private/retained';
import { acknowledge } from '../core/private/rule-packs';
import { rewrittenTable } from '../lake-rewrite/rewriting-role';
import { LAKE_ARRIVAL_SECONDS } from '../runtime/lake-arrival';
import type { StreamingDataLake } from '../streaming-data-lake';
import { allowErasures, allowOpening } from './erasure-role';
import { LakeErasureAlarms } from './lake-erasure-alarms';
import { LakeErasureGrants } from './lake-erasure-grants';
import { graphsOf } from './lake-erasure-graphs';
import type { ILakeErasure } from './lake-erasure-interface';
import { LakeErasureMetrics } from './lake-erasure-metrics';
import { ERASURE_VARIABLES, type ErasureSettings, START_ERASURE_VARIABLES, type StartErasureSettings } from './settings';

/** Props of LakeErasure. */
export interface LakeErasureProps {
  /** The lake. Items are erased in it and in the table that it is a history of. */
  readonly lake: StreamingDataLake;

  /**
   * Names the functions' log groups `/aws/lambda/<name>-start` and `/aws/lambda/<name>-erase`. A log group that was retained when its stack was deleted still occupies its name.
   *
   * @default - generated names
   */
  readonly name?: string;

  /**
   * Encrypts the logs. A key, not an alias. The policy of a key of this app gets the statement that CloudWatch Logs needs; for an imported
   * key, a warning holds the statement to add.
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
   * What happens to the logs when the construct is removed from its stack. DESTROY also needs `DataDestruction.allow` on a scope above.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const INTERVAL = Duration.hours(1);

/**
 * Erases items of a tenant on request, such as those of a student: from the table, and from all files, quarantine, exports and results of
 * queries in the lake, with all versions of the objects. Each erasure leaves a record of who asked and why.
 *
 * An operator invokes the function. The README in this folder has the request, and lists what is erased and what is not.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { Role } from 'aws-cdk-lib/aws-iam';
 * import { LakeErasure, type StreamingDataLake } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const lake: StreamingDataLake;
 * declare const dataProtection: Role;
 * const erasure = new LakeErasure(stack, 'Erasure', { lake });
 * erasure.grants.start(dataProtection);
 * erasure.alarms.all();
 */
export class LakeErasure extends Construct implements ILakeErasure, IObservable {
  /** The function that operators invoke to open an erasure. Whoever may invoke it can delete any item: `grants.start(role)`. */
  public readonly startFunction: IFunction;
  /** The function that erases, each hour and when an erasure is opened. */
  public readonly eraseFunction: IFunction;
  /** Permissions to start erasures. */
  public readonly grants: LakeErasureGrants;
  /** Metrics of the function. */
  public readonly metrics: LakeErasureMetrics;
  /** Recommended alarms, each created on first use. */
  public readonly alarms: LakeErasureAlarms;
  /** Log groups of the functions. They contain ids of erasures and counts, never keys. */
  public readonly logGroups: ILogGroup[];

  /** @internal */
  public readonly _lake: StreamingDataLake;

  /**
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props the lake, and options
   * @throws when the key cannot be used, or the logs would be destroyed without a scope that allows it
   */
  constructor(scope: Construct, id: string, props: LakeErasureProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    const { lake, name } = props;
    const logged = loggedBy(props, retainedBy(this, props));
    const erase = createHandler<ErasureSettings>(this, 'EraseFunction', {
      asset: 'lake-erasure/erase',
      description: `Erases items of a tenant from ${lake.node.path} and its table`,
      timeout: Duration.minutes(15),
      // An object in quarantine or of an export is read as a whole.
      memorySize: 2_048,
      settings: settingsOf(lake),
      variables: ERASURE_VARIABLES,
      ...logged,
      ...(name === undefined ? {} : { name: `${name}-erase` }),
      concurrency: { unreserved: 'An object of the bucket is the lock: a second invocation ends at once.' },
      noDeadLetters: 'An open erasure is stored in the bucket and continued every hour. An alarm reports one that is not finished in time.',
    });
    allowErasures(erase.role, lake);
    const start = createHandler<StartErasureSettings>(this, 'StartFunction', {
      asset: 'lake-erasure/start-erasure',
      description: `Opens an erasure of items of a tenant in ${lake.node.path} and its table, on request`,
      timeout: Duration.minutes(1),
      settings: { ...openingOf(lake), ERASE_FUNCTION: erase.function.functionName },
      variables: START_ERASURE_VARIABLES,
      ...logged,
      ...(name === undefined ? {} : { name: `${name}-start` }),
      concurrency: { unreserved: 'Operators invoke the function, a few times a month.' },
      noDeadLetters: 'The function is not invoked asynchronously.',
    });
    allowOpening(start.role, lake, erase.function);
    this._lake = lake;
    this.startFunction = start.function;
    this.eraseFunction = erase.function;
    this.logGroups = [start.logGroup, erase.logGroup];
    this.grants = LakeErasureGrants.fromLakeErasure(this);
    this.metrics = LakeErasureMetrics.fromLakeErasure(this);
    this.alarms = LakeErasureAlarms.fromLakeErasure(this);
    this.createSchedule();
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  public get graphs(): DashboardGraph[] | undefined {
    return graphsOf(this.metrics);
  }

  private createSchedule(): void {
    const rule = new Rule(this, 'Schedule', {
      description: 'Continues erasures that are open',
      schedule: Schedule.rate(INTERVAL),
      targets: [new LambdaFunction(this.eraseFunction, { event: RuleTargetInput.fromObject({}) })],
    });
    acknowledge(rule, ['Serverless'], 'EventBusDLQ', 'An event has no content of its own: the one of the next hour does the same.');
  }
}

function settingsOf(lake: StreamingDataLake): ErasureSettings {
  return {
    ...rewrittenTable(lake),
    ...openingOf(lake),
    SOURCE_TABLE: lake._source.table.tableName,
  };
}

/** The settings of both functions. */
function openingOf({ bucket, _source: { keys } }: StreamingDataLake) {
  return { BUCKET: bucket.bucketName, KEYS: keys, ARRIVAL_SECONDS: String(LAKE_ARRIVAL_SECONDS) };
}

const PROPS: PropKinds<LakeErasureProps> = {
  lake: required(having<StreamingDataLake>('a StreamingDataLake of this app', 'databaseName', '_source')),
  name: STRING,
  encryptionKey: KEY,
  logRetention: RETENTION_DAYS,
  removalPolicy: REMOVAL_POLICY,
};
