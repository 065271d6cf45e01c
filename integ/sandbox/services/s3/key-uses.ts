import { readSettled } from '../../assembly/properties';
import type { Assembly } from '../../contracts';
import { keyUsesOf, writesObjects } from '../../iam/key-uses';
import { readBucket } from './bucket';

/** "Amazon S3 doesn't validate the KMS key ID provided in PutBucketEncryption requests" (Amazon S3 API Reference). */
const user = writesObjects('each upload fails');

export const keyUses = (assembly: Assembly) =>
  keyUsesOf(
    user,
    readSettled(assembly, 'AWS::S3::Bucket', readBucket).map(({ resource, arn, keyId: key, bucketKey }) => ({
      ...{ resource, key },
      property: 'BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID',
      context: { 'aws:s3:arn': bucketKey ? arn : `${arn}/object` },
    })),
  );
