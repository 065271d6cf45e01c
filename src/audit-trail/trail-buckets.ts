import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, type ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { logAccess, PRIVATE_BUCKET } from '../core/private/private-bucket';
import { acknowledge, REGULATED } from '../core/private/rule-packs';

/** Where CloudTrail delivers, and where Athena writes what queries return. */
export const EVENTS_FOLDER = 'AWSLogs/';
export const RESULTS_FOLDER = 'results/';
/** The filter of S3's request metrics for what CloudTrail delivers. */
export const DELIVERY_METRICS = 'deliveries';
const RESULTS = Duration.days(30);
const UNFINISHED = Duration.days(7);
/** How long S3 keeps what has expired. The lock has ended by then. */
const EXPIRED = Duration.days(1);

/** The buckets of a trail. */
export interface TrailBuckets {
  readonly bucket: Bucket;
  readonly resultsBucket: Bucket;
}

/** How they are kept. */
export interface TrailBucketsProps {
  readonly bucketName?: string;
  readonly trailArn: string;
  readonly account: string;
  readonly retention: ObjectLockRetention;
  readonly encryptionKey: IKey;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Creates the bucket of the events as the child `Bucket`, locked from the moment they are written until they expire; the bucket of the
 * results of queries as the child `Results`, because a default lock is one of the whole bucket; and the access log of both as `AccessLogs`.
 */
export function createBuckets(scope: Construct, props: TrailBucketsProps): TrailBuckets {
  const { bucketName, retention, encryptionKey, removalPolicy } = props;
  const common = { ...PRIVATE_BUCKET, encryption: BucketEncryption.KMS, encryptionKey, removalPolicy };
  const versions = {
    id: 'Versions',
    noncurrentVersionExpiration: EXPIRED,
    expiredObjectDeleteMarker: true,
    abortIncompleteMultipartUploadAfter: UNFINISHED,
  };
  const bucket = new Bucket(scope, 'Bucket', {
    ...common,
    bucketName,
    // With an S3 Bucket Key, CloudTrail would also need to decrypt with the key. It writes few files.
    bucketKeyEnabled: false,
    objectLockDefaultRetention: retention,
    metrics: [{ id: DELIVERY_METRICS, prefix: EVENTS_FOLDER }],
    lifecycleRules: [{ id: 'Events', expiration: retention.duration }, versions],
  });
  allowDelivery(bucket, props);
  const resultsBucket = new Bucket(scope, 'Results', {
    ...common,
    bucketKeyEnabled: true,
    lifecycleRules: [{ id: 'Results', expiration: RESULTS }, versions],
  });
  logAccess(scope, [bucket, resultsBucket], { of: 'the trail', expiration: retention.duration, removalPolicy });
  acknowledge(
    bucket,
    REGULATED,
    'S3BucketReplicationEnabled',
    'Locked objects cannot be lost by a mistake or by a stolen credential. A copy in another account or Region is decided for a whole platform.',
  );
  acknowledge(resultsBucket, REGULATED, 'S3BucketReplicationEnabled', 'Results of queries are made again by running the query.');
  acknowledge(
    resultsBucket,
    ['NIST.800.53.R4'],
    'S3BucketDefaultLockEnabled',
    'Results of queries are copies for a reader and expire. The events themselves are locked in the bucket beside it.',
  );
  return { bucket, resultsBucket };
}

/** Documented: "Amazon S3 bucket policy for CloudTrail", with the condition that only this trail delivers. */
function allowDelivery(bucket: Bucket, { trailArn, account }: TrailBucketsProps): void {
  const principals = [new ServicePrincipal('cloudtrail.amazonaws.com')];
  const source = { 'aws:SourceArn': trailArn };
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AWSCloudTrailAclCheck',
      principals,
      actions: ['s3:GetBucketAcl'],
      resources: [bucket.bucketArn],
      conditions: { StringEquals: source },
    }),
  );
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AWSCloudTrailWrite',
      principals,
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${EVENTS_FOLDER}${account}/*`)],
      conditions: { StringEquals: { ...source, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }),
  );
}
