import { Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './rule-packs';

/** How long a deleted or replaced object can be restored. */
const RESTORABLE = Duration.days(30);
const UNFINISHED = Duration.days(7);
/** What every bucket has, whatever it stores. */
export const PRIVATE_BUCKET = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  versioned: true,
};

/** How the access log of a bucket is kept. */
export interface AccessLogProps {
  /** What the bucket is, for a reader of the reasons of acknowledged findings: `the lake`. */
  readonly of: string;
  readonly expiration: Duration;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Writes the access log of buckets to another one, the child `AccessLogs`. Not by the prop of the L2, which would use an ACL in apps without the feature flag for
 * bucket policies.
 */
export function logAccess(scope: Construct, buckets: Bucket | readonly Bucket[], { of, expiration, removalPolicy }: AccessLogProps): void {
  const sources = [buckets].flat() as Bucket[];
  const arns = sources.map(({ bucketArn }) => bucketArn);
  const logs = new Bucket(scope, 'AccessLogs', {
    // Documented: "Enabling Amazon S3 server access logging": a bucket that receives access logs can only use SSE-S3 by default.
    encryption: BucketEncryption.S3_MANAGED,
    ...PRIVATE_BUCKET,
    removalPolicy,
    lifecycleRules: [{ id: 'Logs', expiration, noncurrentVersionExpiration: RESTORABLE, abortIncompleteMultipartUploadAfter: UNFINISHED }],
  });
  logs.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [logs.arnForObjects('*')],
      conditions: {
        ArnLike: { 'aws:SourceArn': arns.length === 1 ? arns[0] : arns },
        StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
      },
    }),
  );
  for (const { node } of sources) {
    (node.defaultChild as CfnBucket).loggingConfiguration = { destinationBucketName: logs.bucketName };
  }
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
    `The bucket receives the access log of ${of}. Its own log would be written to itself.`,
  );
  acknowledge(
    logs,
    ['NIST.800.53.R4'],
    'S3BucketDefaultLockEnabled',
    `Only S3 may write to the bucket, and no role of ${of} may delete from it. A trail with Object Lock is decided for a whole platform.`,
  );
  acknowledge(logs, ['AwsSolutions'], 'S1', `The bucket receives the access log of ${of}. Its own log would be written to itself.`);
  acknowledge(
    logs,
    ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'],
    'S3DefaultEncryptionKMS',
    'S3 delivers access logs only to buckets whose default encryption is SSE-S3.',
  );
}
