import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { IObservable, RecommendedAlarm } from '../core';
import { having, KEY, REMOVAL_POLICY, RETENTION_DAYS, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { createHandler } from '../core/private/handler';
import { loggedBy, retainedBy } from '../core/private/retained';
import { acknowledge } from '../core/private/rule-packs';
import { rewrittenTable } from '../lake-rewrite/rewriting-role';
import type { StreamingDataLake } from '../streaming-data-lake';
import { allowErasures } from './erasure-role';
import { LakeErasureAlarms } from './lake-erasure-alarms';
import type { ILakeErasure } from './lake-erasure-interface';
import { LakeErasureMetrics } from './lake-erasure-metrics';
import { ERASURE_VARIABLES, type ErasureSettings } from './settings';

/** Props of LakeErasure. */
export interface LakeErasureProps {
  /** The lake. Items are erased in it and in the table that it is a history of. */
  readonly lake: StreamingDataLake;

  /**
   * Name of the log group, `/aws/lambda/<name>`. A log group that was retained when its stack was deleted still occupies its name.
   *
   * @default - a generated name
   */
  readonly name?: string;

  /**
   * Encrypts the log. A key, not an alias. The policy of a key of this app gets the statement that CloudWatch Logs needs; for an imported
   * key, a warning holds the statement to add.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;

  /**
   * How long the log group keeps events.
   *
   * @default - LogRetention of the nearest scope, else RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * What happens to the log when the construct is removed from its stack. DESTROY also needs `DataDestruction.allow` on a scope above.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** A stream keeps a change for 24 hours, Firehose tries for 24 hours to deliver it, and one hour more for what the pipe collects. */
const ARRIVAL = Duration.hours(49);
const INTERVAL = Duration.hours(1);

/**
 * Erases items of a tenant on request, such as those of a student: from the table, and from all files, quarantine, exports and results of
 * queries in the lake, with all versions of the objects. Each erasure leaves a record of who asked and why.
 *
 * An operator invokes the function. The README in this folder has the request, and lists what is erased and what is not.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { LakeErasure, type StreamingDataLake } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const lake: StreamingDataLake;
 * new LakeErasure(stack, 'Erasure', { lake }).alarms.all();
 */
export class LakeErasure extends Construct implements ILakeErasure, IObservable {
  /** The function that operators invoke. Whoever may invoke it can delete any item: `function.grantInvoke(role)`. */
  public readonly function: IFunction;
  /** Metrics of the function. */
  public readonly metrics: LakeErasureMetrics;
  /** Recommended alarms, each created on first use. */
  public readonly alarms: LakeErasureAlarms;
  /** The log group of the function. It contains ids of erasures and counts, never keys. */
  public readonly logGroups: ILogGroup[];

  /**
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props the lake, and options
   * @throws when the key cannot be used, or the log would be destroyed without a scope that allows it
   */
  constructor(scope: Construct, id: string, props: LakeErasureProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    const { lake, name } = props;
    const handler = createHandler<ErasureSettings>(this, 'Function', {
      asset: 'lake-erasure/erase',
      description: `Erases items of a tenant from ${lake.node.path} and its table, on request`,
      timeout: Duration.minutes(15),
      // An object in quarantine or of an export is read as a whole.
      memorySize: 2_048,
      settings: settingsOf(lake),
      variables: ERASURE_VARIABLES,
      ...loggedBy(props, retainedBy(this, props)),
      name,
      // Two erasures would write the files of the same month again.
      concurrency: { reserved: 1 },
      noDeadLetters: 'An open erasure is stored in the bucket and continued every hour. An alarm reports one that is not finished in time.',
    });
    allowErasures(handler.role, lake);
    this.function = handler.function;
    this.logGroups = [handler.logGroup];
    this.metrics = LakeErasureMetrics.fromLakeErasure(this);
    this.alarms = LakeErasureAlarms.fromLakeErasure(this);
    this.createSchedule();
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  private createSchedule(): void {
    const rule = new Rule(this, 'Schedule', {
      description: 'Continues erasures that are open',
      schedule: Schedule.rate(INTERVAL),
      targets: [new LambdaFunction(this.function, { event: RuleTargetInput.fromObject({ continue: true }) })],
    });
    acknowledge(rule, ['Serverless'], 'EventBusDLQ', 'An event has no content of its own: the one of the next hour does the same.');
  }
}

function settingsOf(lake: StreamingDataLake): ErasureSettings {
  const { keys, table } = lake._source;
  return {
    ...rewrittenTable(lake),
    FIRST_YEAR: String(lake.firstYear),
    SOURCE_TABLE: table.tableName,
    KEYS: keys,
    ARRIVAL_SECONDS: String(ARRIVAL.toSeconds()),
  };
}

const PROPS: PropKinds<LakeErasureProps> = {
  lake: required(having<StreamingDataLake>('a StreamingDataLake of this app', 'databaseName', '_source')),
  name: STRING,
  encryptionKey: KEY,
  logRetention: RETENTION_DAYS,
  removalPolicy: REMOVAL_POLICY,
};
