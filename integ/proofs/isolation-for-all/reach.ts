import type { Platform } from '../isolation/platform';
import { GIVES, type Reach } from '../isolation/services';
import { accesses } from '../isolation/targets';
import type { Held, Model } from './model';

/** One action on one resource of an assembly. */
export interface Place {
  readonly action: string;
  /** What of the resource it reaches; `whole`: all of it, whatever the request names. */
  readonly reach: Reach | 'whole';
  /** Whether the service sets the context key for what is accessed: always, or in some requests, or never. */
  readonly fills: 'one' | 'several' | 'may' | 'never';
  /** The ARN; of a bucket for its objects. */
  readonly resource: string;
  /** The construct path, with ` index <name>` or ` stream`. */
  readonly path: string;
  readonly held: Held;
  readonly layouts: readonly string[];
  readonly files: readonly string[];
  readonly common: readonly string[];
  readonly attributes: readonly string[];
  readonly isObject: boolean;
  /** Whether the resource is only the beginning of an ARN, whose rest the caller names: the label of a stream, the name of a backup. */
  readonly isOpen?: boolean;
  /**
   * The partition key of an index that a write gives an own item, so that the item is in that partition of the index.
   *
   * @default - the access reaches the data of `resource`
   */
  readonly gives?: string;
}

/**
 * Actions that reach data in other ways than the requests of `ACTIONS`: copies, streams and queues, and changes of the policies that protect
 * the data. Documented: Service Authorization Reference.
 */
export const FURTHER: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': named(
    'dynamodb',
    'ExportTableToPointInTime CreateBackup RestoreTableToPointInTime StartAwsBackupJob UpdateContinuousBackups',
    'EnableKinesisStreamingDestination UpdateTable UpdateTimeToLive DeleteTable PutResourcePolicy DeleteResourcePolicy',
    'CreateTableReplica AssociateTableReplica ReadDataForReplication WriteDataForReplication ReplicateSettings',
  ),
  stream: named('dynamodb', 'GetRecords PutResourcePolicy DeleteResourcePolicy'),
  backup: [
    ...named('dynamodb', 'RestoreTableFromBackup RestoreTableFromAwsBackup DeleteBackup'),
    ...named('backup', 'StartRestoreJob StartCopyJob'),
  ],
  'AWS::S3::Bucket': named(
    's3',
    'PutBucketPolicy DeleteBucketPolicy PutBucketAcl PutBucketOwnershipControls PutBucketPublicAccessBlock',
    'PutReplicationConfiguration PutInventoryConfiguration CreateBucketMetadataTableConfiguration PutLifecycleConfiguration',
    'PutBucketVersioning',
  ),
  'AWS::SQS::Queue': named(
    'sqs',
    'SendMessage ReceiveMessage DeleteMessage PurgeQueue StartMessageMoveTask AddPermission RemovePermission SetQueueAttributes',
    'DeleteQueue',
  ),
  // A record becomes a row of the tenant that it names.
  'AWS::KinesisFirehose::DeliveryStream': named('firehose', 'PutRecord PutRecordBatch UpdateDestination'),
  // A topic may have failed events of functions, with the data in them.
  'AWS::SNS::Topic': named('sns', 'Subscribe AddPermission RemovePermission SetTopicAttributes'),
  'AWS::KMS::Key': named('kms', 'PutKeyPolicy ReplicateKey ScheduleKeyDeletion'),
  role: [
    ...named(
      'iam',
      'PutRolePolicy DeleteRolePolicy AttachRolePolicy DetachRolePolicy UpdateAssumeRolePolicy TagRole UntagRole',
      'PutRolePermissionsBoundary DeleteRolePermissionsBoundary',
    ),
    ...named('sts', 'AssumeRole AssumeRoleWithWebIdentity AssumeRoleWithSAML'),
  ],
  user: named(
    'iam',
    'PutUserPolicy DeleteUserPolicy AttachUserPolicy DetachUserPolicy PutUserPermissionsBoundary DeleteUserPermissionsBoundary',
    'TagUser UntagUser CreateAccessKey CreateLoginProfile UpdateLoginProfile',
  ),
  'AWS::IAM::Group': named('iam', 'PutGroupPolicy DeleteGroupPolicy AttachGroupPolicy DetachGroupPolicy AddUserToGroup'),
  'AWS::IAM::ManagedPolicy': named('iam', 'CreatePolicyVersion SetDefaultPolicyVersion'),
  // Each gives credentials of a role that is registered for the data, whatever the caller's own permissions for it are.
  'Lake Formation': named('lakeformation', 'GetDataAccess'),
  'S3 Access Grants': named('s3', 'GetDataAccess'),
  'AWS Backup': named('backup', 'StartRestoreJob StartCopyJob DeleteRecoveryPoint'),
};

function named(service: string, ...names: readonly string[]): string[] {
  return names.flatMap((some) => some.split(' ')).map((name) => `${service}:${name}`);
}

/** What an account has once in each Region, by the beginning of its ARNs. */
function ofAccount({ account, region }: Model['assembly']): Held[] {
  const held = (type: string, service: string, rest: string): Held => ({
    ...{ path: type, type, arn: `arn:aws:${service}:${region}:${account}:${rest}`, policies: [] },
  });
  return [
    held('Lake Formation', 'lakeformation', ''),
    held('S3 Access Grants', 's3', 'access-grants/'),
    held('AWS Backup', 'backup', 'recovery-point:'),
  ];
}

/** What an ARN only begins. */
const OPEN = ['stream', 'backup', 'Lake Formation', 'S3 Access Grants', 'AWS Backup'];

/** Actions on objects that read, change or delete them in other ways, or open them to others. */
const ON_OBJECTS = named(
  's3',
  'PutObjectAcl PutObjectVersionAcl PutObjectTagging PutObjectVersionTagging ReplicateObject ReplicateDelete InitiateReplication',
  'GetObjectVersionForReplication GetObjectTorrent GetObjectVersionTorrent BypassGovernanceRetention',
);

/** Every action on every resource of an assembly that has data of tenants, and on its roles. */
export function placesOf(model: Model, platform: Platform): Place[] {
  const byArn = new Map(model.held.map((held) => [held.arn, held]));
  const known = accesses(platform).map((access): Place => {
    const { action, facts, resource, layouts, files, common, attributes, target } = access;
    const held = byArn.get(resource.replace(/\/index\/.*$/, '')) ?? { path: resource, arn: resource, type: target, policies: [] };
    const index = target === 'index' ? ` index ${resource.replace(/^.*\/index\//, '')}` : '';
    return {
      ...{ action, reach: facts.reach, fills: facts.fills, resource, path: `${held.path}${index}`, held },
      ...{ layouts, files, common, attributes, isObject: target === 'object' },
    };
  });
  const whole = (action: string, held: Held): Place => ({
    ...{ action, reach: 'whole', fills: 'never', resource: held.arn, path: held.path, held },
    ...{ layouts: [], files: [], common: [], attributes: [], isObject: false, isOpen: OPEN.includes(held.type) },
  });
  const principals = model.principals
    .filter(({ isElsewhere }) => !isElsewhere)
    .map(({ kind, path, arn, trust }): Held => ({ path, arn, type: kind, policies: trust }));
  const further = [...model.held, ...model.givers, ...principals, ...ofAccount(model.assembly)].flatMap((held) =>
    (FURTHER[held.type] ?? []).map((action) => whole(action, held)),
  );
  const objects = known
    .filter(({ action }) => action === 's3:PutObject')
    .flatMap((place) => ON_OBJECTS.map((action) => ({ ...place, action })));
  const keys = known.filter(({ action }) => action === 'kms:Decrypt').map((place) => ({ ...place, action: 'kms:CreateGrant' }));
  // Only an index that has another partition key than its table has partitions that are not the item's own.
  const given = known
    .filter(({ action }) => GIVES.includes(action))
    .flatMap((place) => {
      const table = platform.tables.find(({ arn }) => arn === place.resource);
      const others = (table?.indexes ?? []).filter(({ partitionKey }) => partitionKey !== undefined && partitionKey !== table?.keys[0]);
      return others.map(({ arn, partitionKey }) => ({
        ...place,
        path: `${place.path} index ${arn.replace(/^.*\/index\//, '')}`,
        gives: partitionKey,
      }));
    });
  return [...known, ...further, ...objects, ...keys, ...given];
}
