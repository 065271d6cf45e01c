import type { Assembly, Check } from '../../contracts';
import { keyArn, keyCheck } from '../../iam/keys';
import { ServiceError } from '../../protocol/service-error';
import type { Bucket } from './buckets';
import type { S3Request } from './read';

const ALGORITHM = 'x-amz-server-side-encryption';
const KEY = 'x-amz-server-side-encryption-aws-kms-key-id';
const BUCKET_KEY = 'x-amz-server-side-encryption-bucket-key-enabled';

/**
 * The customer managed key of a new object: that of the request, or else of the bucket. Undefined for S3's own keys and for the AWS managed
 * key, which `aws:kms` without a key means (documented: PutObject, Amazon S3 API Reference).
 */
export function writeKey({ headers }: S3Request, bucket: Bucket, assembly: Assembly): string | undefined {
  const { [ALGORITHM]: algorithm, [KEY]: given, [BUCKET_KEY]: bucketKey } = headers;
  if (bucketKey !== undefined && bucketKey !== String(bucket.bucketKey)) {
    throw new ServiceError('NotImplemented', `The sandbox does not support ${BUCKET_KEY} that differs from the bucket's`, 501);
  }
  if (given !== undefined && !algorithm?.startsWith('aws:kms')) {
    const message = `Server Side Encryption with AWS KMS managed key requires HTTP header ${ALGORITHM} : aws:kms`;
    throw new ServiceError('InvalidArgument', message);
  }
  if (algorithm === undefined) {
    return bucket.key;
  }
  try {
    return keyArn(assembly, given);
  } catch (error) {
    throw new ServiceError('KMS.NotFoundException', (error as Error).message);
  }
}

/** The encryption headers of a new object for the engine, which requires a key. */
export function encryptionHeaders(request: S3Request, assembly: Assembly): Record<string, string> {
  const { [ALGORITHM]: algorithm, [KEY]: given } = request.headers;
  if (!algorithm?.startsWith('aws:kms')) {
    return {};
  }
  const { partition, region, account } = assembly;
  return { [ALGORITHM]: 'aws:kms', [KEY]: keyArn(assembly, given) ?? `arn:${partition}:kms:${region}:${account}:alias/aws/s3` };
}

/** The customer managed key of an object, from the headers of the engine's response. */
export function readKey(headers: Readonly<Record<string, string>>, assembly: Assembly): string | undefined {
  return keyArn(assembly, headers[KEY]);
}

/**
 * The check of a key. Documented: "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys" (Amazon S3 User Guide): with an S3 Bucket Key
 * the encryption context is the bucket's ARN.
 */
export function onKey(
  action: 'kms:GenerateDataKey' | 'kms:Decrypt',
  key: string,
  bucket: Bucket,
  object: string,
  { region }: Assembly,
): Check {
  return keyCheck(action, key, `s3.${region}.amazonaws.com`, { 'aws:s3:arn': bucket.bucketKey ? bucket.arn : `${bucket.arn}/${object}` });
}

/** The header for objects with an S3 Bucket Key, which the engine does not store. */
export function shownEncryption(headers: Readonly<Record<string, string>>, bucket: Bucket | undefined): Record<string, string> {
  return headers[KEY] !== undefined && bucket?.bucketKey ? { [BUCKET_KEY]: 'true' } : {};
}
