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
  readonly common: readonly string[];
  readonly attributes: readonly string[];
  readonly isObject: boolean;
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
  'AWS::DynamoDB::Table': [
    ...['ExportTableToPointInTime', 'CreateBackup', 'RestoreTableToPointInTime', 'StartAwsBackupJob'],
    ...['EnableKinesisStreamingDestination', 'PutResourcePolicy', 'DeleteResourcePolicy'],
  ].map((name) => `dynamodb:${name}`),
  stream: ['dynamodb:GetRecords', 'dynamodb:PutResourcePolicy', 'dynamodb:DeleteResourcePolicy'],
  'AWS::S3::Bucket': [
    'PutBucketPolicy',
    'DeleteBucketPolicy',
    'PutBucketAcl',
    'PutReplicationConfiguration',
    'PutBucketPublicAccessBlock',
  ].map((name) => `s3:${name}`),
  'AWS::SQS::Queue': [
    ...['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'PurgeQueue', 'StartMessageMoveTask'],
    ...['AddPermission', 'RemovePermission', 'SetQueueAttributes'],
  ].map((name) => `sqs:${name}`),
  'AWS::KMS::Key': ['kms:PutKeyPolicy'],
  role: [
    ...['PutRolePolicy', 'DeleteRolePolicy', 'AttachRolePolicy', 'DetachRolePolicy', 'UpdateAssumeRolePolicy'],
    ...['PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary'],
  ]
    .map((name) => `iam:${name}`)
    .concat('sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'),
};

/** Actions on objects that open them to others. */
const ON_OBJECTS = ['s3:PutObjectAcl', 's3:PutObjectVersionAcl', 's3:ReplicateObject'];

/** Every action on every resource of an assembly that has data of tenants, and on its roles. */
export function placesOf(model: Model, platform: Platform): Place[] {
  const byArn = new Map(model.held.map((held) => [held.arn, held]));
  const known = accesses(platform).map((access): Place => {
    const { action, facts, resource, layouts, common, attributes, target } = access;
    const held = byArn.get(resource.replace(/\/index\/.*$/, '')) ?? { path: resource, arn: resource, type: target, policies: [] };
    const index = target === 'index' ? ` index ${resource.replace(/^.*\/index\//, '')}` : '';
    return {
      ...{ action, reach: facts.reach, fills: facts.fills, resource, path: `${held.path}${index}`, held },
      ...{ layouts, common, attributes, isObject: target === 'object' },
    };
  });
  const whole = (action: string, held: Held): Place => ({
    ...{ action, reach: 'whole', fills: 'never', resource: held.arn, path: held.path, held },
    ...{ layouts: [], common: [], attributes: [], isObject: false },
  });
  const roles = model.principals
    .filter(({ kind }) => kind === 'role')
    .map(({ path, arn, trust }): Held => ({ path, arn, type: 'role', policies: trust }));
  const further = [...model.held, ...roles].flatMap((held) => (FURTHER[held.type] ?? []).map((action) => whole(action, held)));
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
