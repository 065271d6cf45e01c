import { members, supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

const NOT_ENCRYPTED = 'template only: the engine does not encrypt data';

/** Documented: SetQueueAttributes (Amazon SQS API Reference). */
export const REDRIVE_POLICY = ['deadLetterTargetArn', 'maxReceiveCount'];
export const REDRIVE_ALLOW_POLICY = ['redrivePermission', 'sourceQueueArns'];

const url = (of: Identity) => `https://sqs.${of.region}.amazonaws.com/${of.account}/${queueName(of)}`;

export const queueType: ResourceType = {
  type: 'AWS::SQS::Queue',
  support: 'runs',
  reason: 'a queue in MiniStack',
  // Both policies may also be JSON text, whose members `readQueue` checks.
  properties: {
    ...supported(
      [
        'runs',
        'QueueName VisibilityTimeout DelaySeconds MessageRetentionPeriod ReceiveMessageWaitTimeSeconds MaximumMessageSize RedrivePolicy',
        'FifoQueue ContentBasedDeduplication DeduplicationScope Tags.{Key,Value}',
      ],
      ['evaluated', 'RedriveAllowPolicy KmsMasterKeyId'],
      ['template only: the sandbox does not limit the throughput of a queue', 'FifoThroughputLimit'],
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

/** CloudFormation's name for a queue without one; for a FIFO queue it ends with `.fifo`. */
function queueName(of: Identity): string {
  const fifo = String(of.property('FifoQueue')) === 'true' && of.property('QueueName') === undefined;
  return fifo ? `${of.name('QueueName', 75)}.fifo` : of.name('QueueName', 80);
}
