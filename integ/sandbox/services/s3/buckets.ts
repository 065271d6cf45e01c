import { readEach } from '../../assembly/properties';
import type { Assembly } from '../../contracts';
import { keyArn } from '../../iam/keys';
import { readBucket, type TemplateBucket } from './bucket';

/** A bucket as the endpoint uses it. */
export interface Bucket extends Pick<TemplateBucket, 'name' | 'arn' | 'bucketKey' | 'requestMetrics'> {
  /** The customer managed key of its default encryption, if it has one. */
  readonly key?: string;
}

/** The buckets of the assembly, by name. */
export function readBuckets(assembly: Assembly): ReadonlyMap<string, Bucket> {
  const buckets = readEach(assembly, 'AWS::S3::Bucket', readBucket);
  return new Map(
    buckets.map(({ name, arn, bucketKey, requestMetrics, algorithm, keyId }) => [
      name,
      { name, arn, bucketKey, requestMetrics, key: algorithm.startsWith('aws:kms') ? keyArn(assembly, keyId) : undefined },
    ]),
  );
}
