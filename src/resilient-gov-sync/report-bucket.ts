import { Duration } from 'aws-cdk-lib';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { logAccess, PRIVATE_BUCKET } from '../core/private/private-bucket';
import type { Retained } from '../core/private/retained';
import { acknowledge } from '../core/private/rule-packs';
import { REPORT_FOLDERS } from './report-folders';

/** A report can be sent again, also as the source has written it since, or corrected, for a year after its period. */
const REPORTS = Duration.days(400);
const RESULTS = Duration.days(90);
/** How long a replaced object can be restored. */
const RESTORABLE = Duration.days(30);
const ACCESS_LOGS = Duration.days(365);

/** Creates the bucket of reports as the child `ReportBucket`: what the source wrote, payloads under their hash, lists, and results of map runs. */
export function createReportBucket(scope: Construct, { encryptionKey, removalPolicy }: Retained): Bucket {
  const expiring = (id: string, prefix: string, expiration: Duration) => ({ id, prefix, expiration });
  const bucket = new Bucket(scope, 'ReportBucket', {
    encryption: BucketEncryption.KMS,
    encryptionKey,
    bucketKeyEnabled: true,
    ...PRIVATE_BUCKET,
    removalPolicy,
    lifecycleRules: [
      expiring('Source', REPORT_FOLDERS.source, REPORTS),
      expiring('Payloads', REPORT_FOLDERS.payloads, REPORTS),
      expiring('Lists', REPORT_FOLDERS.lists, REPORTS),
      expiring('Results', REPORT_FOLDERS.results, RESULTS),
      {
        id: 'Versions',
        noncurrentVersionExpiration: RESTORABLE,
        expiredObjectDeleteMarker: true,
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      },
    ],
  });
  logAccess(bucket, bucket, { of: 'the reports', expiration: ACCESS_LOGS, removalPolicy });
  acknowledge(
    bucket,
    ['NIST.800.53.R4'],
    'S3BucketDefaultLockEnabled',
    'Reports contain personal data, which must be erasable. The audit, which has their hashes only, is locked in a bucket of its own.',
  );
  acknowledge(
    bucket,
    ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
    'S3BucketReplicationEnabled',
    'Objects are versioned, and reports can be made again from their source. A copy in another Region is decided for a whole platform.',
  );
  return bucket;
}
