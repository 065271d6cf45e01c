import { members, supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

const NOT_ENCRYPTED = 'template only: the engine does not encrypt what it stores';

/** Documented: SetQueueAttributes (Amazon SQS API Reference). */
export const REDRIVE_POLICY = ['deadLetterTargetArn', 'maxReceiveCount'];
export const REDRIVE_ALLOW_POLICY = ['redrivePermission', 'sourceQueueArns'];

const url = (of: Identity) => `https://sqs.${of.region}.amazonaws.com/${of.account}/${queueName(of)}`;

export const queueType: ResourceType = {
  type: 'AWS::SQS::Queue',
  support: 'runs',
  reason: 'a queue of MiniStack',
  // Both may be given as JSON text too, whose members are looked at with the queue's values.
  properties: {
    ...supported(
      [
        'runs',
        'QueueName VisibilityTimeout DelaySeconds MessageRetentionPeriod ReceiveMessageWaitTimeSeconds MaximumMessageSize RedrivePolicy',
        'FifoQueue ContentBasedDeduplication DeduplicationScope Tags.{Key,Value}',
      ],
      ['evaluated', 'RedriveAllowPolicy KmsMasterKeyId'],
      ['template only: nothing here limits the throughput of a queue', 'FifoThroughputLimit'],
      [NOT_ENCRYPTED, 'KmsDataKeyReusePeriodSeconds SqsManagedSseEnabled'],
    ),
    ...members('RedrivePolicy', 'runs', REDRIVE_POLICY),
    ...members('RedriveAllowPolicy', 'evaluated', REDRIVE_ALLOW_POLICY),
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
