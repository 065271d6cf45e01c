import { Duration, Lazy, type RemovalPolicy } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct, type IConstruct } from 'constructs';
import type { DashboardGraph, IObservable, RecommendedAlarm } from '../core';
import { invalid } from '../core/private/base/invalid';
import { DURATION, having, KEY, listOf, REMOVAL_POLICY, RETENTION_DAYS } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { createHandler, type Handler } from '../core/private/handler';
import { type Logged, loggedBy, retainedBy } from '../core/private/retained';
import { keepInOwnPolicy } from '../core/private/role-policy';
import { acknowledge } from '../core/private/rule-packs';
import type { LakeErasure } from '../lake-erasure';
import type { ResilientGovSync } from '../resilient-gov-sync';
import { TenantRole } from '../tenancy';
import type { ITenantDirectory } from '../tenant-directory';
import type { ITenantTable } from '../tenant-table';
import { checkPlaces, folderSetting, lakeSetting, tableSetting } from './removal-places';
import { allowErasure, allowItems, allowKeys, allowObjects, allowRecords, allowRemoval } from './removal-role';
import { retainedStores } from './retained-stores';
import { REMOVAL_VARIABLES, type RemovalSettings, type RemovedSync, type RetainedStores } from './settings';
import type { TenantFolder } from './tenant-folder';
import { TenantRemovalAlarms } from './tenant-removal-alarms';
import { TenantRemovalGrants } from './tenant-removal-grants';
import { graphsOf } from './tenant-removal-graphs';
import type { ITenantRemoval } from './tenant-removal-interface';
import { TenantRemovalMetrics } from './tenant-removal-metrics';

/** Props of TenantRemoval. */
export interface TenantRemovalProps {
  /** The directory, with the record of each tenant. It also keeps the records of removals. */
  readonly directory: ITenantDirectory;

  /**
   * How long the data of a departed tenant is kept, in whole days, at least 23. Messages that are still in the queues of a
   * BufferedIngestPath expire within 23 days.
   *
   * @default Duration.days(30)
   */
  readonly holdPeriod?: Duration;

  /**
   * Tables with items of tenants.
   *
   * @default - no tables
   */
  readonly tables?: ITenantTable[];

  /**
   * Folders of tenants in buckets: `TenantFolder.inBucket(bucket, 'reports/')`.
   *
   * @default - no folders
   */
  readonly folders?: TenantFolder[];

  /**
   * Erasures of lakes whose rows are removed. The table of each lake must be one of `tables`: an item that remains there would be stored
   * in the lake again when it changes.
   *
   * @default - no lakes
   */
  readonly lakes?: LakeErasure[];

  /**
   * Syncs with reports of tenants. As long as a report of the tenant is not final, its data is not removed from any place: it may be needed
   * to correct the report.
   *
   * @default - no syncs
   */
  readonly syncs?: ResilientGovSync[];

  /**
   * Encrypts the logs. A key, not an alias. The policy of a key of this app gets the statement that CloudWatch Logs needs; for an imported
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
   * What happens to the logs when the construct is removed from its stack. DESTROY also needs `DataDestruction.allow` on a scope above.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const INTERVAL = Duration.minutes(15);

/** The sum of the longest retention periods of a BufferedIngestPath: its queue, its queue of retries, and its dead letters. */
const SHORTEST_HOLD_DAYS = 23;

/**
 * Removes the data of a tenant that has departed, on request and after a hold period: from tables, folders of buckets, lakes, and the
 * reports of syncs. Each removal leaves a record of who asked, why, and how much was removed where.
 *
 * Items and objects are deleted in a session of that tenant, so that IAM allows no access to those of any other tenant. An operator invokes
 * the function; the README in this folder has the requests.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { Role } from 'aws-cdk-lib/aws-iam';
 * import { Bucket } from 'aws-cdk-lib/aws-s3';
 * import { type LakeErasure, type ResilientGovSync, type TenantDirectory, TenantFolder, TenantRemoval, type TenantTable } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const directory: TenantDirectory;
 * declare const data: TenantTable;
 * declare const reports: Bucket;
 * declare const erasure: LakeErasure;
 * declare const government: ResilientGovSync;
 * declare const operators: Role;
 * const removal = new TenantRemoval(stack, 'Removal', {
 *   directory,
 *   tables: [data],
 *   folders: [TenantFolder.inBucket(reports, 'reports/')],
 *   lakes: [erasure],
 *   syncs: [government],
 * });
 * removal.grants.start(operators);
 * removal.alarms.all();
 */
export class TenantRemoval extends Construct implements ITenantRemoval, IObservable {
  /** The function that operators invoke. Whoever may invoke it can remove the data of departed tenants: `grants.start(role)`. */
  public readonly function: IFunction;
  /** Permissions to count and remove. */
  public readonly grants: TenantRemovalGrants;
  /** Metrics of the function. */
  public readonly metrics: TenantRemovalMetrics;
  /** Recommended alarms, each created on first use. */
  public readonly alarms: TenantRemovalAlarms;
  /** The log groups of the function and of those for syncs. They contain ids of tenants and counts, never keys. */
  public readonly logGroups: ILogGroup[];
  private readonly listed: IConstruct[] = [];

  /**
   * @throws when there is nothing to remove data from, when the hold period is too short, when a table or folder belongs to another
   * tenancy or is given twice, when the table of a lake is not among the tables, or when the logs would be destroyed without a scope that
   * allows it
   */
  constructor(scope: Construct, id: string, props: TenantRemovalProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    const { directory, holdPeriod = Duration.days(30), tables = [], folders = [], lakes = [], syncs = [] } = props;
    const holdSeconds = checkHold(this, holdPeriod);
    checkPlaces(this, directory, { tables, folders, lakes, syncs });
    const logged = loggedBy(props, retainedBy(this, props));

    const tenants = new TenantRole(this, 'Tenants', { tenancy: directory.tenancy });
    keepInOwnPolicy(tenants.role);
    const ofSyncs = syncs.map((sync) => ({ sync, remove: this.createSyncFunction(sync, tenants, logged) }));
    const handler = this.createFunction(directory, logged, {
      DIRECTORY_TABLE: directory.table.tableName,
      HOLD_SECONDS: String(holdSeconds),
      TENANT_ROLE_ARN: tenants.role.roleArn,
      TENANT_TAG: directory.tenancy.noun,
      TABLES: tables.map(tableSetting),
      FOLDERS: folders.map(folderSetting),
      LAKES: lakes.map(lakeSetting),
      SYNCS: ofSyncs.map(({ sync, remove }) => syncSetting(sync, remove)),
      // Retention periods can still change until synthesis, and so can the list.
      RETAINED: Lazy.any({
        produce: () => retainedStores({ tables, lakes, syncs: ofSyncs }, [directory, ...this.listed, this]),
      }) as unknown as RetainedStores[],
    });
    tenants.grants.openSessions(handler.role);
    allowRecords(handler.role, directory);
    for (const table of tables) {
      allowKeys(handler.role, table);
      allowItems(tenants, table);
    }
    for (const folder of folders) allowObjects(tenants, folder);
    for (const erasure of lakes) allowErasure(handler.role, erasure);
    for (const { remove } of ofSyncs) allowRemoval(handler.role, remove.function);

    this.function = handler.function;
    this.logGroups = [handler, ...ofSyncs.map(({ remove }) => remove)].map(({ logGroup }) => logGroup);
    this.grants = TenantRemovalGrants.fromTenantRemoval(this);
    this.metrics = TenantRemovalMetrics.fromTenantRemoval(this);
    this.alarms = TenantRemovalAlarms.fromTenantRemoval(this);
    this.createSchedule();
  }

  /**
   * Lists the stores of other constructs in the record of each removal: log groups, queues, tables, buckets and user pools below them, with
   * the day until which each has data of the tenant. Nothing is removed from them. Those of the tables, lakes and syncs are listed in any
   * case, and so are those of the directory.
   *
   * @param constructs constructs of this app, such as an API, an ingest path, a service, a user pool or an audit trail
   */
  public listStoresOf(...constructs: IConstruct[]): void {
    this.listed.push(...constructs);
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  public get graphs(): DashboardGraph[] | undefined {
    return graphsOf(this.metrics);
  }

  private createFunction(directory: ITenantDirectory, logged: Logged, settings: RemovalSettings): Handler {
    return createHandler<RemovalSettings>(this, 'Function', {
      asset: 'tenant-removal/remove',
      description: `Removes the data of tenants of ${directory.node.path} that have departed, on request`,
      timeout: Duration.minutes(15),
      settings,
      variables: REMOVAL_VARIABLES,
      environmentRemedy: 'Create a TenantRemoval for each group of tables and folders.',
      ...logged,
      concurrency: { unreserved: 'The record of a removal says which invocation works on it: a second one leaves it alone.' },
      noDeadLetters: 'What is open is stored in the directory and continued every 15 minutes. An alarm reports what makes no progress.',
    });
  }

  /** The sync knows what it has of a tenant. Its id in this construct does not depend on the order of the syncs. */
  private createSyncFunction(sync: ResilientGovSync, tenants: TenantRole, logged: Logged): ReturnType<ResilientGovSync['_removal']> {
    return sync._removal(this, `Sync${sync.node.addr.slice(-8)}`, { tenants, logged });
  }

  private createSchedule(): void {
    const rule = new Rule(this, 'Schedule', {
      description: 'Continues counts and removals that are open',
      schedule: Schedule.rate(INTERVAL),
      targets: [new LambdaFunction(this.function, { event: RuleTargetInput.fromObject({ continue: true }) })],
    });
    acknowledge(rule, ['Serverless'], 'EventBusDLQ', 'An event has no content of its own: the next one does the same.');
  }
}

function syncSetting({ node, reportBucket }: ResilientGovSync, remove: Handler): RemovedSync {
  return { place: node.path, removeFunction: remove.function.functionName, bucket: reportBucket.bucketName };
}

function checkHold(scope: Construct, period: Duration): number {
  const expected = `whole days, at least ${SHORTEST_HOLD_DAYS}, known at synthesis: messages that are still in queues expire within that time`;
  if (period.isUnresolved()) return invalid(scope, 'holdPeriod', period, expected);
  const days = period.toDays({ integral: false });
  if (!Number.isInteger(days) || days < SHORTEST_HOLD_DAYS) return invalid(scope, 'holdPeriod', period.toString(), expected);
  return period.toSeconds();
}

const PROPS: PropKinds<TenantRemovalProps> = {
  directory: required(having<ITenantDirectory>('a TenantDirectory', 'tenancy', 'table', 'grants')),
  holdPeriod: DURATION,
  tables: listOf(having<ITenantTable>('', 'tenancy', 'table', 'partitionKeyName'), 'a list of tables: [data]'),
  folders: listOf(having<TenantFolder>('', 'bucket', 'prefix'), "a list of folders: [TenantFolder.inBucket(bucket, 'reports/')]"),
  lakes: listOf(having<LakeErasure>('', 'startFunction', '_lake'), 'a list of LakeErasure constructs of this app: [erasure]'),
  syncs: listOf(
    having<ResilientGovSync>('', 'reportBucket', '_removal'),
    'a list of ResilientGovSync constructs of this app: [government]',
  ),
  encryptionKey: KEY,
  logRetention: RETENTION_DAYS,
  removalPolicy: REMOVAL_POLICY,
};
