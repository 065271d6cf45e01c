import { ownKeyCheck } from '../../iam/keys';
import { uriEncodePath } from '../../protocol/uri';
import type { SandboxContext } from '../../service-module';
import { callerWith } from '../../streams/service-caller';
import type { Trail } from './trail';

const SERVICE = 'cloudtrail.amazonaws.com';

/** Writes compressed files into the bucket of a trail, if the policies of the template let CloudTrail do so. */
export interface TrailFiles {
  /** @throws with the message of CloudTrail or S3 */
  put(name: string, body: Buffer, metadata?: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * Checks what CloudTrail checks when a trail is created: whether its service may write into the bucket and use the key.
 *
 * @throws with its message
 */
export function requirePermissions(context: SandboxContext, trail: Trail): void {
  const { assembly } = context;
  const bucket = `arn:${assembly.partition}:s3:::${trail.bucket}`;
  const acl = { action: 's3:GetBucketAcl', resource: bucket, context: {} };
  if (context.endpoint.denial({ service: SERVICE, sourceArn: trail.arn }, acl) !== undefined) {
    throw new Error(`InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: ${trail.bucket}`);
  }
  const denied = deniedAt(context, trail, `${folderOf(context, trail, 'CloudTrail')}/file.json.gz`);
  if (denied !== undefined) throw new Error(denied);
}

/** Why CloudTrail may not write an object, in its words. */
function deniedAt({ assembly, endpoint }: SandboxContext, { arn, bucket, key }: Trail, name: string): string | undefined {
  const caller = { service: SERVICE, sourceArn: arn };
  const object = `arn:${assembly.partition}:s3:::${bucket}/${name}`;
  const put = { action: 's3:PutObject', resource: object, context: { 's3:x-amz-acl': 'bucket-owner-full-control' } };
  if (endpoint.denial(caller, put) !== undefined) {
    return `InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: ${bucket}`;
  }
  const use = key === undefined ? undefined : ownKeyCheck('kms:GenerateDataKey', key, { 'aws:cloudtrail:arn': arn, 'aws:s3:arn': object });
  return use !== undefined && endpoint.denial(caller, use) !== undefined
    ? `InsufficientEncryptionPolicyException: Insufficient permissions to access S3 bucket ${bucket} or KMS key ${key}.`
    : undefined;
}

/** The folder of events, or that of digests. */
export function folderOf(
  { assembly: { account, region } }: Pick<SandboxContext, 'assembly'>,
  { prefix }: Trail,
  kind: 'CloudTrail' | 'CloudTrail-Digest',
): string {
  return `${prefix}AWSLogs/${account}/${kind}/${region}`;
}

export function trailFiles(context: SandboxContext, trail: Trail): TrailFiles {
  const { assembly, endpoint } = context;
  // The policies of CloudTrail are checked before; then the file is written for it.
  const writer = callerWith(endpoint, assembly.region, () => endpoint.administrator());
  const encryption: Record<string, string> =
    trail.key === undefined ? {} : { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': trail.key };
  return {
    async put(name, body, metadata = {}) {
      const denied = deniedAt(context, trail, name);
      if (denied !== undefined) throw new Error(denied);
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'x-amz-acl': 'bucket-owner-full-control',
        ...encryption,
        ...Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`x-amz-meta-${key}`, value])),
      };
      await writer.send('s3', { method: 'PUT', url: `/${trail.bucket}/${uriEncodePath(name)}`, headers, body });
    },
  };
}
