import type { Identity, TypeKnowledge } from '../contracts';

const NOT_ENCRYPTED = 'asserted only: the engine does not encrypt what it stores';

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
    RedrivePolicy: 'run',
    RedriveAllowPolicy: 'evaluated',
    FifoQueue: 'run',
    ContentBasedDeduplication: 'run',
    DeduplicationScope: 'run',
    FifoThroughputLimit: 'asserted only: nothing here limits the throughput of a queue',
    KmsMasterKeyId: 'evaluated',
    KmsDataKeyReusePeriodSeconds: NOT_ENCRYPTED,
    SqsManagedSseEnabled: NOT_ENCRYPTED,
    Tags: 'run',
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
