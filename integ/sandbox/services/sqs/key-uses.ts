import type { Assembly } from '../../contracts';
import { type KeyUser, keyUsesOf } from '../../iam/key-uses';

/** SQS asks a key when it is used: the errors of KMS are among those of SendMessage and ReceiveMessage, not of CreateQueue (Amazon SQS API Reference). */
const user: KeyUser = {
  service: 'sqs',
  actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
  asks: 'for its caller',
  asked: 'at use',
  message: () => 'no role of this assembly may use the key through SQS, so that each message fails',
};

export const keyUses = (assembly: Assembly) =>
  keyUsesOf(assembly, 'AWS::SQS::Queue', user, (queue, { KmsMasterKeyId }) => ({
    property: 'KmsMasterKeyId',
    key: KmsMasterKeyId,
    context: { 'aws:sqs:arn': assembly.attribute(queue, 'Arn') },
  }));
