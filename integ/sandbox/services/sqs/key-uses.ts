import { readSettled } from '../../assembly/properties';
import type { Assembly } from '../../contracts';
import { type KeyUser, keyUsesOf } from '../../iam/key-uses';
import { readQueue } from './queue';

/**
 * SQS checks a key when it is used: SendMessage and ReceiveMessage document errors of KMS, CreateQueue does not (Amazon SQS API Reference).
 */
const user: KeyUser = {
  service: 'sqs',
  actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
  principal: 'caller',
  checked: 'at use',
  message: () => 'no role of this assembly may use the key through SQS, so that each message fails',
};

export const keyUses = (assembly: Assembly) =>
  keyUsesOf(
    user,
    readSettled(assembly, 'AWS::SQS::Queue', readQueue).map(({ resource, arn, keyId: key }) => ({
      ...{ resource, property: 'KmsMasterKeyId', key },
      context: { 'aws:sqs:arn': arn },
    })),
  );
