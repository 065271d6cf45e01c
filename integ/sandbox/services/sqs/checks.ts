import type { Assembly, Check, JsonObject } from '../../contracts';
import { keyCheck } from '../../iam/keys';
import { ServiceError } from '../../protocol/service-error';
import type { Queue, Queues } from './queues';

/** Actions of IAM by operation: the batches are not actions («Actions, resources, and condition keys for Amazon SQS»). */
const ACTIONS: Readonly<Record<string, string>> = {
  SendMessage: 'SendMessage',
  SendMessageBatch: 'SendMessage',
  ReceiveMessage: 'ReceiveMessage',
  DeleteMessage: 'DeleteMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibility: 'ChangeMessageVisibility',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
  CreateQueue: 'CreateQueue',
  DeleteQueue: 'DeleteQueue',
  GetQueueUrl: 'GetQueueUrl',
  GetQueueAttributes: 'GetQueueAttributes',
  SetQueueAttributes: 'SetQueueAttributes',
  PurgeQueue: 'PurgeQueue',
  ListQueueTags: 'ListQueueTags',
  TagQueue: 'TagQueue',
  UntagQueue: 'UntagQueue',
  ListDeadLetterSourceQueues: 'ListDeadLetterSourceQueues',
};

/** What a redrive needs besides its own action: «Configuring queue permissions for dead-letter queue redrive». */
const MOVE_TASKS = new Set(['StartMessageMoveTask', 'ListMessageMoveTasks', 'CancelMessageMoveTask']);
const ON_DEAD_LETTERS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

/** What must be allowed for an operation, the permissions on the queue's key included. */
export function checksOf(operation: string, input: JsonObject, queues: Queues, assembly: Assembly): Check[] {
  if (operation === 'ListQueues') {
    return [on('*', 'ListQueues')];
  }
  if (MOVE_TASKS.has(operation)) {
    return moveChecks(operation, input, queues, assembly);
  }
  const action = ACTIONS[operation];
  if (action === undefined) {
    throw new ServiceError('UnsupportedOperation', `The sandbox does not support the operation ${operation} of sqs`);
  }
  const arn = queues.arn(String(input.QueueUrl ?? input.QueueName ?? ''));
  const tags = Object.entries((input.Tags ?? input.tags ?? {}) as JsonObject);
  const context =
    tags.length > 0
      ? {
          'aws:TagKeys': tags.map(([key]) => key),
          ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, String(value)])),
        }
      : {};
  const queue = queues.find(arn);
  const check = { ...on(arn, action), context };
  if (!queue) {
    return [check];
  }
  return action === 'SendMessage'
    ? [check, ...producing(queue, assembly)]
    : action === 'ReceiveMessage'
      ? [check, ...consuming(queue, queues, assembly)]
      : [check];
}

/** «Configuring KMS permissions for producers» (Amazon SQS key management). */
function producing(queue: Queue, assembly: Assembly): Check[] {
  return queue.key === undefined ? [] : ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => onKey(queue, action, assembly));
}

/** «Configuring KMS permissions for consumers»: a dead-letter queue's consumer opens the messages of the source queues too. */
function consuming(queue: Queue, queues: Queues, assembly: Assembly): Check[] {
  const keys = new Map([queue, ...queues.sourcesOf(queue.arn)].map((each) => [each.key, each]));
  return [...keys].filter(([key]) => key !== undefined).map(([, each]) => onKey(each, 'kms:Decrypt', assembly));
}

function moveChecks(operation: string, input: JsonObject, queues: Queues, assembly: Assembly): Check[] {
  const source = queues.find(operation === 'CancelMessageMoveTask' ? sourceOf(String(input.TaskHandle)) : String(input.SourceArn));
  if (!source) {
    throw new ServiceError('ResourceNotFoundException', "The resource that you specified for the SourceArn parameter doesn't exist.");
  }
  const own = [operation, ...ON_DEAD_LETTERS].map((action) => on(source.arn, action));
  if (operation !== 'StartMessageMoveTask') {
    return own;
  }
  const destination = input.DestinationArn === undefined ? undefined : queues.find(String(input.DestinationArn));
  const destinations = destination ? [destination] : queues.sourcesOf(source.arn);
  return [
    ...own,
    ...consuming(source, queues, assembly),
    ...destinations.flatMap((queue) => [on(queue.arn, 'SendMessage'), ...producing(queue, assembly)]),
  ];
}

function on(resource: string, action: string): Check {
  return { action: `sqs:${action}`, resource, context: {} };
}

function onKey(queue: Queue, action: string, { region }: Assembly): Check {
  return keyCheck(action, queue.key ?? '', `sqs.${region}.amazonaws.com`, { 'aws:sqs:arn': queue.arn });
}

function sourceOf(handle: string): string {
  try {
    return String(JSON.parse(Buffer.from(handle, 'base64').toString()).sourceArn);
  } catch {
    return '';
  }
}
