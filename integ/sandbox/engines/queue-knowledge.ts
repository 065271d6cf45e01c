import type { Identity, TypeKnowledge } from '../contracts';
import { members } from '../knowledge';

const NOT_ENCRYPTED = 'asserted only: the engine does not encrypt what it stores';

/** Documented: SetQueueAttributes (Amazon SQS API Reference). */
export const REDRIVE_POLICY = ['deadLetterTargetArn', 'maxReceiveCount'];
export const REDRIVE_ALLOW_POLICY = ['redrivePermission', 'sourceQueueArns'];

const url = (of: Identity) => `https://sqs.${of.region}.amazonaws.com/${of.account}/${queueName(of)}`;

export const queueKnowledge: TypeKnowledge = {
  type: 'AWS::SQS::Queue',
  standing: 'run',
  reason: 'a queue of MiniStack',
  properties: {
    QueueName: 'run',
    VisibilityTimeout: 'run',
    DelaySeconds: 'run',
    MessageRetentionPeriod: 'run',
    ReceiveMessageWaitTimeSeconds: 'run',
    MaximumMessageSize: 'run',
    // Both may be given as JSON text too, whose members are looked at with the queue's values.
    RedrivePolicy: 'run',
    ...members('RedrivePolicy', 'run', REDRIVE_POLICY),
    RedriveAllowPolicy: 'evaluated',
    ...members('RedriveAllowPolicy', 'evaluated', REDRIVE_ALLOW_POLICY),
    FifoQueue: 'run',
    ContentBasedDeduplication: 'run',
    DeduplicationScope: 'run',
    FifoThroughputLimit: 'asserted only: nothing here limits the throughput of a queue',
    KmsMasterKeyId: 'evaluated',
    KmsDataKeyReusePeriodSeconds: NOT_ENCRYPTED,
    SqsManagedSseEnabled: NOT_ENCRYPTED,
    ...members('Tags', 'run', ['Key', 'Value']),
  },
  ref: url,
  attributes: {
    Arn: (of) => `arn:aws:sqs:${of.region}:${of.account}:${queueName(of)}`,
    QueueName: queueName,
    QueueUrl: url,
  },
};

/** CloudFormation gives a FIFO queue without a name one that ends as it must. */
function queueName(of: Identity): string {
  const fifo = String(of.property('FifoQueue')) === 'true' && of.property('QueueName') === undefined;
  return fifo ? `${of.name('QueueName', 75)}.fifo` : of.name('QueueName', 80);
}
