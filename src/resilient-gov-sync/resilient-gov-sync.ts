import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { DashboardGraph, IObservable, RecommendedAlarm } from '../core';
import { DURATION, having, KEY, NUMBER, REMOVAL_POLICY, RETENTION_DAYS, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { createDataTable } from '../core/private/data-table';
import { createLogGroup } from '../core/private/log-group';
import { isName } from '../core/private/log-name';
import { loggedBy, retainedBy } from '../core/private/retained';
import { uniqueName } from '../core/private/unique-name';
import { allowSource } from './allow-reports';
import { createAuditBucket } from './audit-bucket';
import type { GovEndpoint } from './gov-endpoint';
import type { GovSchedule } from './gov-schedule';
import { ImportedSync } from './imported-sync';
import { createRemoval, type SyncRemoval } from './removal-function';
import { createReportBucket } from './report-bucket';
import { REPORT_FOLDERS } from './report-folders';
import type { ReportSource } from './report-source';
import { ResilientGovSyncAlarms } from './resilient-gov-sync-alarms';
import { ResilientGovSyncGrants } from './resilient-gov-sync-grants';
import { graphsOf } from './resilient-gov-sync-graphs';
import type { IResilientGovSync, ResilientGovSyncAttributes } from './resilient-gov-sync-interface';
import { ResilientGovSyncMetrics } from './resilient-gov-sync-metrics';
import { createResolve } from './resolve-function';
import { createRunFunction } from './run-function';
import { createStart } from './start-function';
import { createStateMachine } from './state-machine';
import { createStatus } from './status-function';
import { validateSync } from './validate-sync';

/** Props of ResilientGovSync. */
export interface ResilientGovSyncProps {
  /** When the sync of a period starts: `GovSchedule.quarterly({ timeZone, day, hour })`. */
  readonly schedule: GovSchedule;

  /** Where the reports come from. */
  readonly reports: ReportSource;

  /** The API, and what it promises. */
  readonly endpoint: GovEndpoint;

  /**
   * How long after its end a period must be complete, in whole days: at least a day after the schedule starts it, at most 365.
   *
   * @default Duration.days(30)
   */
  readonly dueAfter?: Duration;

  /**
   * The most reports in progress at the same time, 1 to 40. The rate of the calls is `maxPerSecond` of the endpoint, whatever this is.
   *
   * @default 5
   */
  readonly maxConcurrency?: number;

  /**
   * How long the audit is locked, 1 to 36500 whole days: entries in governance mode, which `s3:BypassGovernanceRetention` ends, closing records
   * in compliance mode, which nothing ends.
   *
   * @default Duration.days(3653)
   */
  readonly auditRetention?: Duration;

  /**
   * Name of the state machine and, with a suffix, of the log groups: `/aws/vendedlogs/states/<name>`, `/aws/lambda/<name>-run`. A state machine
   * or a log group that was retained when its stack was deleted still occupies its name.
   *
   * @default - names that contain the path of the construct
   */
  readonly name?: string;

  /**
   * Encrypts the table, the buckets, the state machine, the queue and the logs. A key, not an alias. The policy of a key of this app gets the
   * statement that CloudWatch Logs needs; for an imported key, warnings hold the statements to add.
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
   * What happens to table, buckets, state machine and logs when the sync is removed from its stack. DESTROY also needs `DataDestruction.allow`
   * on a scope above. A bucket with objects cannot be deleted, and locked objects cannot before their retention ends.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Sends the reports of a period to an API that fails in every way, so that each report arrives once, or a person knows that it did not.
 *
 * The README in this folder has the guarantees, and the reasons for each decision.
 *
 * @example
 * import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
 * import type { Connection } from 'aws-cdk-lib/aws-events';
 * import { Confirmation, Duplicates, GovEndpoint, GovSchedule, ReportSource, ResilientGovSync, type SecureFunction, Transport } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const connection: Connection;
 * declare const makeReports: SecureFunction;
 * new ResilientGovSync(stack, 'Government', {
 *   schedule: GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_BERLIN, day: 5, hour: 6 }),
 *   reports: ReportSource.fromFunction(makeReports.function),
 *   endpoint: GovEndpoint.of({
 *     url: 'https://reports.education.example/v1/reports',
 *     transport: Transport.httpTask(connection),
 *     duplicates: Duplicates.idempotencyKey({ retainedFor: Duration.days(30) }),
 *     confirmation: Confirmation.of({ receipt: 'receipt' }),
 *     maxPerSecond: 10,
 *   }),
 * });
 */
export class ResilientGovSync extends Construct implements IResilientGovSync, IObservable {
  /**
   * Imports a ResilientGovSync of another stack or app of the same account and Region, to watch and to operate it: `ResilientGovSyncAlarms.fromResilientGovSync(imported)`,
   * `ResilientGovSyncGrants.fromResilientGovSync(imported)`, `ResilientGovSyncMetrics.fromResilientGovSync(imported)`.
   *
   * @param attributes attributes of the sync
   * @throws when an attribute is missing, an ARN is of another account or Region, or the key is an alias
   */
  public static fromResilientGovSyncAttributes(scope: Construct, id: string, attributes: ResilientGovSyncAttributes): IResilientGovSync {
    return new ImportedSync(scope, id, attributes);
  }

  /** The state machine that sends the reports of a period. */
  public readonly stateMachine: IStateMachine;
  /** The function that runs its steps. */
  public readonly runFunction: IFunction;
  /** The function that shows where the sync is. Who may invoke it: `grants.readStatus(role)`. */
  public readonly statusFunction: IFunction;
  /** The function with which people decide about reports that were put aside. Who may invoke it: `grants.replay(role)`. */
  public readonly resolveFunction: IFunction;
  /**
   * The function of `ReportSource.lake`, which makes the reports of a period again for people. Undefined for a function of your own. Who may
   * invoke it: `grants.replay(role)`.
   */
  public readonly sourceFunction?: IFunction;
  /** The table with the status of each period and of each report. */
  public readonly table: ITable;
  /** The bucket with the reports. */
  public readonly reportBucket: IBucket;
  /** The bucket with the audit, whose objects are locked. */
  public readonly auditBucket: IBucket;
  /** The function that starts attempts, by schedule and for people: `grants.start(role)`. */
  public readonly startFunction: IFunction;
  /** The queue of runs of the schedules that could not be started, or that ended with an error. Not of reports: they are put aside in the table. */
  public readonly deadLetterQueue: IQueue;
  /** Permissions for the people who run the sync. */
  public readonly grants: ResilientGovSyncGrants;
  /** Metrics of the sync, and a widget for a dashboard. */
  public readonly metrics: ResilientGovSyncMetrics;
  /** Recommended alarms, each created on first use. */
  public readonly alarms: ResilientGovSyncAlarms;
  /** Log groups of the state machine and of the functions. They contain no reports. */
  public readonly logGroups: ILogGroup[];
  /**
   * How data of departed tenants is removed, by a TenantRemoval.
   *
   * @internal
   */
  public readonly _removal: SyncRemoval;

  /**
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props schedule, source and endpoint, and options
   * @throws when the key cannot be used, or data would be destroyed without a scope that allows it. Values that are out of range are reported
   * together at synthesis.
   */
  constructor(scope: Construct, id: string, props: ResilientGovSyncProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    const { schedule, reports, endpoint, name } = props;
    const { maxConcurrency = 5 } = props;
    const times = { dueAfter: props.dueAfter ?? Duration.days(30), auditRetention: props.auditRetention ?? Duration.days(3_653) };
    const { dueAfter, auditRetention } = validateSync(this, { maxConcurrency, name, day: schedule._day, ...times });
    const retained = retainedBy(this, props);
    const logged = loggedBy(props, retained);
    // An invalid name is reported at synthesis, with the other values.
    const stateMachineName = name !== undefined && isName(name) ? name : uniqueName(this, 80);

    const table = createDataTable(this, { partitionKeyName: 'pk', sortKeyName: 'sk', ...retained });
    const reportBucket = createReportBucket(this, retained);
    const auditBucket = createAuditBucket(this, { ...retained, retention: auditRetention });
    const timeZone = schedule.timeZone.timezoneName;
    const run = createRunFunction(this, {
      ...{ endpoint, table, reportBucket, auditBucket, auditRetention, dueAfter, timeZone, stateMachineName, logged, name },
    });
    const status = createStatus(this, { table, timeZone, logged, name });
    const resolve = createResolve(this, { endpoint, table, reportBucket, auditBucket, auditRetention, timeZone, logged, name });
    const source = reports._bind(this, { bucket: reportBucket, prefix: REPORT_FOLDERS.source, timeZone, logged, name });
    allowSource(source, reportBucket);
    endpoint._transport.allowPayloads(reportBucket);
    const logGroup = createLogGroup(this, 'Logs', {
      ...logged,
      standardRetention: RetentionDays.ONE_MONTH,
      // Documented: "Using CloudWatch Logs to log execution history in Step Functions": the prefix keeps a policy of the account short.
      logGroupName: name && `/aws/vendedlogs/states/${name}`,
    });
    const states = { run: run.function, source, endpoint, reportBucket, maxConcurrency };
    this.stateMachine = createStateMachine(this, { ...states, stateMachineName, logGroup, retained });
    const start = createStart(this, { schedule, table, stateMachine: this.stateMachine, stateMachineName, dueAfter, logged, name });
    this.runFunction = run.function;
    this.statusFunction = status.function;
    this.resolveFunction = resolve.function;
    if (reports._isOfSync) this.sourceFunction = source;
    this._removal = (remover, functionId, props) =>
      createRemoval(remover, functionId, { ...props, sync: this, table, reportBucket, timeZone });
    this.table = table;
    this.reportBucket = reportBucket;
    this.auditBucket = auditBucket;
    this.startFunction = start.function;
    this.deadLetterQueue = start.deadLetterQueue;
    this.logGroups = [logGroup, ...[run, start, status, resolve].map((handler) => handler.logGroup)];
    this.grants = ResilientGovSyncGrants.fromResilientGovSync(this);
    this.metrics = ResilientGovSyncMetrics.fromResilientGovSync(this);
    this.alarms = ResilientGovSyncAlarms.fromResilientGovSync(this);
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  public get graphs(): DashboardGraph[] | undefined {
    return graphsOf(this.metrics, this.alarms);
  }
}

const PROPS: PropKinds<ResilientGovSyncProps> = {
  schedule: required(having<GovSchedule>('GovSchedule.quarterly({ timeZone, day, hour })', '_day', '_flexibleMinutes')),
  reports: required(having<ReportSource>('ReportSource.fromFunction(…) or ReportSource.lake(…)', '_bind')),
  endpoint: required(
    having<GovEndpoint>('GovEndpoint.of({ url, transport, duplicates, confirmation, maxPerSecond })', '_transport', '_origin'),
  ),
  dueAfter: DURATION,
  maxConcurrency: NUMBER,
  auditRetention: DURATION,
  name: STRING,
  encryptionKey: KEY,
  logRetention: RETENTION_DAYS,
  removalPolicy: REMOVAL_POLICY,
};
