import { readSettled } from '../../assembly/properties';
import type { Assembly } from '../../contracts';
import { type KeyUser, keyUsesOf, writesObjects } from '../../iam/key-uses';
import { readStream } from './delivery-stream';
import { STREAM } from './resource-types';

/** Firehose writes objects with its role, so that S3 uses the key for the role. */
const ofObjects = writesObjects('nothing is delivered');

/** Documented: "CreateDeliveryStream … creates a grant that enables it to use the customer managed key". */
const ofStream: KeyUser = {
  service: 'firehose',
  actions: ['kms:CreateGrant'],
  principal: 'caller',
  checked: 'at deployment',
  message: () => 'Firehose is not authorized to create a grant on the key',
};

export const keyUses = (assembly: Assembly) =>
  readSettled(assembly, STREAM, readStream).flatMap(({ resource, arn, bucket, key, streamKey }) => [
    ...keyUsesOf(ofObjects, [
      {
        resource,
        property: 'ExtendedS3DestinationConfiguration.EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN',
        key,
        context: { 'aws:s3:arn': `arn:aws:s3:::${bucket}` },
      },
    ]),
    ...keyUsesOf(ofStream, [
      { resource, property: 'DeliveryStreamEncryptionConfigurationInput.KeyARN', key: streamKey, context: { 'aws:firehose:arn': arn } },
    ]),
  ]);
