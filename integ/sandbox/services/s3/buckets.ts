import type { Assembly, JsonObject } from '../../contracts';
import { keyArn } from '../../iam/keys';
import { objects } from '../../protocol/json';

/** What the endpoint needs to know of a bucket. */
export interface Bucket {
  readonly name: string;
  readonly arn: string;
  /** The customer-managed key of its default encryption, where it has one. */
  readonly key?: string;
  /** One data key for the whole bucket: its encryption context is the bucket's ARN. */
  readonly bucketKey: boolean;
}

/** The buckets of the assembly, by name. */
export function readBuckets(assembly: Assembly): ReadonlyMap<string, Bucket> {
  const buckets = assembly.ofType('AWS::S3::Bucket').map((resource): Bucket => {
    const encryption = (assembly.properties(resource).BucketEncryption ?? {}) as JsonObject;
    const [rule = {}] = objects(encryption.ServerSideEncryptionConfiguration);
    const { SSEAlgorithm = '', KMSMasterKeyID } = (rule.ServerSideEncryptionByDefault ?? {}) as JsonObject;
    const key = String(SSEAlgorithm).startsWith('aws:kms') ? keyArn(assembly, KMSMasterKeyID) : undefined;
    return {
      name: assembly.ref(resource),
      arn: assembly.attribute(resource, 'Arn'),
      bucketKey: String(rule.BucketKeyEnabled) === 'true',
      ...(key === undefined ? {} : { key }),
    };
  });
  return new Map(buckets.map((bucket) => [bucket.name, bucket]));
}
