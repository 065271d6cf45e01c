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
import { s3Client } from '../../engines/clients';
import { createOrReject, distinct, withoutProblems } from '../../engines/provision';
import type { ProvisionContext } from '../../service-module';
import { readBucket, type TemplateBucket } from './bucket';

/** Creates the buckets, and sets their policies in the engine, so that it rejects a public policy if that is blocked. */
export async function provisionBuckets({ assembly, engines, reject }: ProvisionContext): Promise<void> {
  const buckets = withoutProblems(readEach(assembly, 'AWS::S3::Bucket', readBucket), reject);
  const byName = distinct(buckets, ({ name }) => name, 'use a different BucketName', reject);
  if (engines.continued) return;
  const client = s3Client(engines.ministack, assembly);
  try {
    const created = new Set<string>();
    for (const [name, bucket] of byName) {
      if (await createOrReject(bucket.resource, reject, () => create(client, assembly.region, bucket))) created.add(name);
    }
    for (const resource of assembly.ofType('AWS::S3::BucketPolicy')) {
      const { Bucket, PolicyDocument } = assembly.properties(resource);
      const policy = new PutBucketPolicyCommand({ Bucket: String(Bucket), Policy: JSON.stringify(PolicyDocument) });
      if (created.has(String(Bucket))) await createOrReject(resource, reject, () => client.send(policy));
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
