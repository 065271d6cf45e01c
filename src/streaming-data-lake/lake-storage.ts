import { Duration, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectOwnership, StorageClass } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Retained } from '../core/private/retained';
import { acknowledge } from '../core/private/rule-packs';
import { LAKE_FOLDERS } from '../runtime/lake-folders';

/** Storage classes that a query can read at once. */
const INFREQUENT_AFTER = Duration.days(90);
const ARCHIVED_AFTER = Duration.days(365);
/** How long a deleted or replaced object can be restored. */
const RESTORABLE = Duration.days(30);
const QUARANTINED = Duration.days(90);
const RESULTS = Duration.days(30);
/** A day longer than a dead letter about an exported file is kept. */
const EXPORTS = Duration.days(15);
const ACCESS_LOGS = Duration.days(365);
const UNFINISHED = Duration.days(7);
/** What both buckets have, whatever they store. */
const PRIVATE = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  versioned: true,
};
/** The filter of S3's request metrics for what is put into quarantine. */
export const QUARANTINE_METRICS = 'quarantine';

/**
 * Creates the bucket of a lake as the child `Bucket`: files, quarantine and query results, each in a folder. Its access log is in the
 * bucket `AccessLogs`.
 */
export function createLakeBucket(scope: Construct, { encryptionKey, removalPolicy }: Retained): Bucket {
  const bucket = new Bucket(scope, 'Bucket', {
    encryption: BucketEncryption.KMS,
    encryptionKey,
    bucketKeyEnabled: true,
    ...PRIVATE,
    removalPolicy,
    metrics: [{ id: QUARANTINE_METRICS, prefix: LAKE_FOLDERS.quarantine }],
    lifecycleRules: [
      {
        id: 'Data',
        prefix: LAKE_FOLDERS.data,
        transitions: [
          { storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: INFREQUENT_AFTER },
          { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: ARCHIVED_AFTER },
        ],
      },
      { id: 'Quarantine', prefix: LAKE_FOLDERS.quarantine, expiration: QUARANTINED },
      { id: 'Results', prefix: LAKE_FOLDERS.results, expiration: RESULTS },
      {
        id: 'Versions',
        noncurrentVersionExpiration: RESTORABLE,
        expiredObjectDeleteMarker: true,
        abortIncompleteMultipartUploadAfter: UNFINISHED,
      },
      { id: 'Backfill', prefix: LAKE_FOLDERS.backfill, expiration: EXPORTS, noncurrentVersionExpiration: Duration.days(1) },
    ],
  });
  logAccess(scope, bucket, removalPolicy);
  acknowledge(
    bucket,
    ['NIST.800.53.R4'],
    'S3BucketDefaultLockEnabled',
    'With Object Lock, the data of a person could not be erased on request. Objects are versioned. Only compaction and erasure, which are constructs of their own, may delete files, and only in the folders of one table.',
  );
  acknowledge(
    bucket,
    ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
    'S3BucketReplicationEnabled',
    'Objects are versioned, and the table of which they are a history has backups of its own. A copy in another Region is decided for a whole platform.',
  );
  return bucket;
}

/**
 * Writes the access log of a bucket to another one. Not by the prop of the L2, which would use an ACL in apps without the feature flag for
 * bucket policies.
 */
function logAccess(scope: Construct, bucket: Bucket, removalPolicy: Retained['removalPolicy']): void {
  const logs = new Bucket(scope, 'AccessLogs', {
    // Documented: "Enabling Amazon S3 server access logging": a bucket that receives access logs can only use SSE-S3 by default.
    encryption: BucketEncryption.S3_MANAGED,
    ...PRIVATE,
    removalPolicy,
    lifecycleRules: [
      { id: 'Logs', expiration: ACCESS_LOGS, noncurrentVersionExpiration: RESTORABLE, abortIncompleteMultipartUploadAfter: UNFINISHED },
    ],
  });
  logs.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [logs.arnForObjects('*')],
      conditions: {
        ArnLike: { 'aws:SourceArn': bucket.bucketArn },
        StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
      },
    }),
  );
  (bucket.node.defaultChild as CfnBucket).loggingConfiguration = { destinationBucketName: logs.bucketName };
  acknowledge(
    logs,
    ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
    'S3BucketReplicationEnabled',
    'Access logs are not needed to restore anything.',
  );
  acknowledge(
    logs,
    ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
    'S3BucketLoggingEnabled',
    'The bucket receives the access log of the lake. Its own log would be written to itself.',
  );
  acknowledge(
    logs,
    ['NIST.800.53.R4'],
    'S3BucketDefaultLockEnabled',
    'Only S3 may write to the bucket, and no role of the lake may delete from it. A trail with Object Lock is decided for a whole platform.',
  );
  acknowledge(logs, ['AwsSolutions'], 'S1', 'The bucket receives the access log of the lake. Its own log would be written to itself.');
  acknowledge(
    logs,
    ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'],
    'S3DefaultEncryptionKMS',
    'S3 delivers access logs only to buckets whose default encryption is SSE-S3.',
  );
}
