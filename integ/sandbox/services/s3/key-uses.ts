import type { Assembly, JsonObject } from '../../contracts';
import { type KeyUser, keyUsesOf } from '../../iam/key-uses';
import { objects } from '../../protocol/json';

/** "Amazon S3 doesn't validate the KMS key ID provided in PutBucketEncryption requests" (Amazon S3 API Reference). */
const user: KeyUser = {
  service: 's3',
  actions: ['kms:GenerateDataKey'],
  asks: 'for its caller',
  asked: 'at use',
  message: () => 'no role of this assembly may use the key through S3, so that each upload fails',
};

export const keyUses = (assembly: Assembly) =>
  keyUsesOf(assembly, 'AWS::S3::Bucket', user, (bucket, { BucketEncryption }) => {
    const [rule = {}] = objects((BucketEncryption as JsonObject | undefined)?.ServerSideEncryptionConfiguration);
    const arn = assembly.attribute(bucket, 'Arn');
    return {
      property: 'BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID',
      key: (rule.ServerSideEncryptionByDefault as JsonObject | undefined)?.KMSMasterKeyID,
      context: { 'aws:s3:arn': rule.BucketKeyEnabled === true ? arn : `${arn}/object` },
    };
  });
