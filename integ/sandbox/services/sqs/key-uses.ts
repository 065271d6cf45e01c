import { readSettled } from '../../assembly/properties';
import type { Assembly } from '../../contracts';
import { type KeyUser, keyUsesOf } from '../../iam/key-uses';
import { readQueue } from './queue';

/** SQS asks a key when it is used: the errors of KMS are among those of SendMessage and ReceiveMessage, not of CreateQueue (Amazon SQS API Reference). */
const user: KeyUser = {
  service: 'sqs',
  actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
  asks: 'for its caller',
  asked: 'at use',
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
