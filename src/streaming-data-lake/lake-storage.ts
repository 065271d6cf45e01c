import { Duration } from 'aws-cdk-lib';
import { Bucket, BucketEncryption, StorageClass } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { logAccess, PRIVATE_BUCKET } from '../core/private/private-bucket';
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
const UNFINISHED = Duration.days(7);
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
    ...PRIVATE_BUCKET,
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
  logAccess(scope, bucket, { of: 'the lake', expiration: Duration.days(365), removalPolicy });
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
