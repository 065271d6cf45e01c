import { readSettled } from '../../assembly/properties';
import type { Assembly } from '../../contracts';
import { type KeyUser, keyUsesOf } from '../../iam/key-uses';
import { readTopic, TOPIC } from './topic';

/** SNS checks a key when it is used: Publish documents errors of KMS, CreateTopic does not (Amazon SNS API Reference). */
const user: KeyUser = {
  service: 'sns',
  actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
  principal: 'caller',
  checked: 'at use',
  message: () => 'no role of this assembly may use the key through SNS, so that each message of a role fails',
};

export const keyUses = (assembly: Assembly) =>
  keyUsesOf(
    user,
    readSettled(assembly, TOPIC, readTopic).map(({ resource, arn, keyId: key }) => ({
      ...{ resource, property: 'KmsMasterKeyId', key },
      context: { 'aws:sns:topicArn': arn },
    })),
  );
