import {
  type BucketLocationConstraint,
  type BucketVersioningStatus,
  CreateBucketCommand,
  type ObjectLockRetentionMode,
  type ObjectOwnership,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3';
import { readEach } from '../../assembly/properties';
import type { Assembly, Engines } from '../../contracts';
import { s3Client } from '../../engines/clients';
import { EngineError } from '../../engines/command';
import { distinct, madeOf } from '../../engines/make';
import { readBucket, type TemplateBucket } from './bucket';

/** Makes the buckets, and shows the engine their policies, so that it rejects a public one where that is blocked. */
export async function provisionBuckets(assembly: Assembly, engines: Engines): Promise<void> {
  const buckets = readEach(assembly, 'AWS::S3::Bucket', readBucket);
  for (const { problems } of buckets) if (problems.length > 0) throw new EngineError(problems.join('\n'));
  const byName = distinct(buckets, ({ name }) => name, 'give one another BucketName');
  const client = s3Client(engines, assembly);
  try {
    for (const bucket of buckets) await madeOf(bucket.resource, () => create(client, assembly.region, bucket));
    for (const resource of assembly.ofType('AWS::S3::BucketPolicy')) {
      const { Bucket, PolicyDocument } = assembly.properties(resource);
      const policy = new PutBucketPolicyCommand({ Bucket: String(Bucket), Policy: JSON.stringify(PolicyDocument) });
      if (byName.has(String(Bucket))) await madeOf(resource, () => client.send(policy));
    }
  } finally {
    client.destroy();
  }
}

async function create(client: S3Client, region: string, bucket: TemplateBucket): Promise<void> {
  const { name: Bucket, ownership, locks, algorithm, keyId, bucketKey, blocks, versioning, lock, tags } = bucket;
  const elsewhere = { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
  await client.send(
    new CreateBucketCommand({
      Bucket,
      ObjectOwnership: ownership as ObjectOwnership,
      ObjectLockEnabledForBucket: locks,
      ...(region === 'us-east-1' ? {} : elsewhere),
    }),
  );
  const byDefault = { SSEAlgorithm: algorithm as ServerSideEncryption, KMSMasterKeyID: keyId === undefined ? undefined : String(keyId) };
  const Rules = [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: bucketKey }];
  await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: blocks }));
  if (versioning !== undefined) {
    const VersioningConfiguration = { Status: versioning as BucketVersioningStatus };
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
  if (lock !== undefined) {
    const { mode, days: Days, years: Years } = lock;
    const Rule = mode === undefined ? undefined : { DefaultRetention: { Mode: mode as ObjectLockRetentionMode, Days, Years } };
    await client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule } }));
  }
  const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  if (TagSet.length > 0) await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
}
