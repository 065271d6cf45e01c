import { Duration, type RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DashboardGraph, IObservable, RecommendedAlarm } from '../core';
import { createQuery } from '../core/private/athena/saved-query';
import { createWorkgroup } from '../core/private/athena/workgroup';
import { having, KEY, listOf, REMOVAL_POLICY, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds } from '../core/private/base/props';
import { retainedBy } from '../core/private/retained';
import { acknowledge, REGULATED } from '../core/private/rule-packs';
import { AuditTrailAlarms } from './audit-trail-alarms';
import { AuditTrailGrants } from './audit-trail-grants';
import { graphsOf } from './audit-trail-graphs';
import type { AuditTrailAttributes, IAuditTrail } from './audit-trail-interface';
import { AuditTrailMetrics } from './audit-trail-metrics';
import { ImportedTrail } from './imported-trail';
import { ManagementEvents } from './management-events';
import { createBuckets, RESULTS_FOLDER } from './trail-buckets';
import { createCatalog } from './trail-catalog';
import { allowTrail, trailArnOf } from './trail-key';
import { checkTrail } from './trail-limits';
import { trailNames } from './trail-names';
import { TRAIL_QUERIES } from './trail-queries';
import { selectorsOf } from './trail-selectors';

/** Props of AuditTrail. */
export interface AuditTrailProps {
  /**
   * Tables whose data events are recorded: who read and wrote which key. Without `GetRecords` of their streams, which consumers call four
   * times a second; `GetShardIterator`, which each reader of a stream needs first, is recorded.
   *
   * @default []
   */
  readonly tables?: ITable[];

  /**
   * Buckets whose data events are recorded: who read and wrote which object.
   *
   * @default []
   */
  readonly buckets?: IBucket[];

  /**
   * Functions whose invocations are recorded: those that operators invoke. CloudTrail bills each invocation, so leave out those that
   * serve requests.
   *
   * @default []
   */
  readonly functions?: IFunction[];

  /**
   * Which management events are recorded, in all Regions.
   *
   * @default ManagementEvents.all()
   */
  readonly managementEvents?: ManagementEvents;

  /**
   * How long nobody can delete an event, whatever it contains, and after which it expires. In governance mode, a role with
   * `s3:BypassGovernanceRetention` can delete earlier, for example on the order of a court; in compliance mode, nobody can.
   *
   * @default ObjectLockRetention.governance(Duration.days(365))
   */
  readonly retention?: ObjectLockRetention;

  /**
   * The Regions whose events queries read. All Regions are recorded.
   *
   * @default - the Region of the stack, and us-east-1, which has those of global services such as IAM
   */
  readonly regions?: string[];

  /**
   * Names the bucket `<name>-cloudtrail-logs-<account>-<region>`, the trail and the workgroup `<name>-audit`, and the database
   * `<name>_audit`. A bucket that was retained when its stack was deleted still occupies its name.
   *
   * @default - names that contain the path of the construct
   */
  readonly name?: string;

  /**
   * Encrypts both buckets and the results of queries. A key, not an alias. The policy of a key of this app gets the statements that
   * CloudTrail needs; for an imported key, warnings hold the statements to add.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;

  /**
   * What happens to the buckets when the trail is removed from its stack. DESTROY also needs `DataDestruction.allow` on a scope above, and
   * cannot delete a bucket with locked objects.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const SCAN_LIMIT = Size.gibibytes(100);

/**
 * Records who called which AWS service: management events of the account, and data events of the tables, buckets and functions that matter.
 * Nobody can change or delete an event before it expires, and Athena queries them.
 *
 * Data events of a table contain keys of items, and with them ids of persons. The README in this folder has what that means for erasure.
 *
 * @example
 * import { Duration, Stack } from 'aws-cdk-lib';
 * import { Role } from 'aws-cdk-lib/aws-iam';
 * import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
 * import { AuditTrail, type StreamingDataLake, type TenantTable } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const data: TenantTable;
 * declare const lake: StreamingDataLake;
 * declare const auditors: Role;
 * const trail = new AuditTrail(stack, 'AuditTrail', {
 *   tables: [data.table],
 *   buckets: [lake.bucket],
 *   retention: ObjectLockRetention.governance(Duration.days(400)),
 * });
 * trail.grants.query(auditors);
 * trail.alarms.all();
 */
export class AuditTrail extends Construct implements IAuditTrail, IObservable {
  /**
   * Imports an AuditTrail of another stack or app, to query and watch it.
   *
   * @param attributes attributes of the trail
   * @throws when the key is an alias
   */
  public static fromAuditTrailAttributes(scope: Construct, id: string, attributes: AuditTrailAttributes): IAuditTrail {
    return new ImportedTrail(scope, id, attributes);
  }

  /** Name of the trail. */
  public readonly trailName: string;
  /** The bucket to which CloudTrail delivers events, in `AWSLogs/`. Its objects are locked. */
  public readonly bucket: IBucket;
  /** The bucket of the results of queries, in `results/`, for 30 days. */
  public readonly resultsBucket: IBucket;
  /** Name of the database in the AWS Glue Data Catalog. Its table is `events`. */
  public readonly databaseName: string;
  /** Name of the workgroup of Athena. */
  public readonly workgroupName: string;
  /** How long events are locked, and after which they expire. */
  public readonly retention: ObjectLockRetention;
  /** Permissions to query and to validate. */
  public readonly grants: AuditTrailGrants;
  /** Metrics of the trail. */
  public readonly metrics: AuditTrailMetrics;
  /** Recommended alarms, each created on first use. */
  public readonly alarms: AuditTrailAlarms;
  /** None: events are not written to CloudWatch Logs, where nothing would lock them. */
  public readonly logGroups: ILogGroup[] = [];

  /**
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props what is recorded, and options
   * @throws when nothing is recorded, when the retention is not known at synthesis, when the key cannot be used, or when data would be
   * destroyed without a scope that allows it
   */
  constructor(scope: Construct, id: string, props: AuditTrailProps = {}) {
    super(scope, id);
    checkProps(this, props, PROPS);
    const { tables = [], buckets = [], functions = [], regions, name } = props;
    const { managementEvents = ManagementEvents.all(), retention = ObjectLockRetention.governance(Duration.days(365)) } = props;
    const recorded = { managementEvents, tables, buckets, functions };
    const days = checkTrail(this, { ...recorded, retention, regions });
    const retained = retainedBy(this, props);
    const { encryptionKey } = retained;
    const names = trailNames(this, name);

    const trailArn = trailArnOf(this, names.trail);
    const { account } = Stack.of(this);
    const { bucket, resultsBucket } = createBuckets(this, { ...retained, bucketName: names.bucket, trailArn, account, retention });
    allowTrail(this, encryptionKey, names.trail);
    const trail = new CfnTrail(this, 'Trail', {
      trailName: names.trail,
      s3BucketName: bucket.bucketName,
      kmsKeyId: encryptionKey.keyArn,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      advancedEventSelectors: selectorsOf(recorded),
    });
    // CloudTrail checks when it creates the trail whether it may deliver.
    if (bucket.policy !== undefined) trail.node.addDependency(bucket.policy);
    acknowledge(trail, REGULATED, 'CloudTrailCloudWatchLogsEnabled', NOT_IN_LOGS);

    createCatalog(this, { names, bucket, regions, days });
    const workgroup = createWorkgroup(this, {
      ...names,
      ...{ bucket: resultsBucket, folder: RESULTS_FOLDER, encryptionKey, scanLimit: SCAN_LIMIT },
    });
    for (const [question, query] of Object.entries(TRAIL_QUERIES)) {
      createQuery(this, question, query, { database: names.database, workgroup });
    }

    this.trailName = names.trail;
    this.bucket = bucket;
    this.resultsBucket = resultsBucket;
    this.databaseName = names.database;
    this.workgroupName = names.workgroup;
    this.retention = retention;
    this.grants = AuditTrailGrants.fromAuditTrail(this);
    this.metrics = AuditTrailMetrics.fromAuditTrail(this);
    this.alarms = AuditTrailAlarms.fromAuditTrail(this);
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  public get graphs(): DashboardGraph[] | undefined {
    return graphsOf(this.metrics);
  }
}

const NOT_IN_LOGS =
  'Events contain keys of items. A log group would be a second copy of them that nothing locks and that costs as much as the trail. Athena queries them, and an alarm reports a trail that is silent.';

const PROPS: PropKinds<AuditTrailProps> = {
  tables: listOf(having<ITable>('', 'tableArn', 'tableName'), 'a list of tables: [data.table]'),
  buckets: listOf(having<IBucket>('', 'bucketArn', 'bucketName'), 'a list of buckets: [lake.bucket]'),
  functions: listOf(having<IFunction>('', 'functionArn', 'functionName'), 'a list of functions: [removal.function]'),
  managementEvents: having<ManagementEvents>('ManagementEvents.all(), .changes() or .none()', 'recorded'),
  retention: having<ObjectLockRetention>('ObjectLockRetention.governance(Duration.days(365)), or .compliance(…)', 'duration', 'mode'),
  regions: listOf(STRING, "a list of Regions: ['eu-west-1', 'us-east-1']"),
  name: STRING,
  encryptionKey: KEY,
  removalPolicy: REMOVAL_POLICY,
};
