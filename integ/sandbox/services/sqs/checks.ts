import type { Assembly, Check, JsonObject } from '../../contracts';
import { keyCheck } from '../../iam/keys';
import { requestTags } from '../../iam/request-tags';
import { ServiceError } from '../../protocol/service-error';
import type { Queue, Queues } from './queues';

/** Operations on one queue. Batch operations are not IAM actions ("Actions, resources, and condition keys for Amazon SQS"). */
const ON_A_QUEUE = new Set([
  'SendMessage',
  'SendMessageBatch',
  'ReceiveMessage',
  'DeleteMessage',
  'DeleteMessageBatch',
  'ChangeMessageVisibility',
  'ChangeMessageVisibilityBatch',
  'CreateQueue',
  'DeleteQueue',
  'GetQueueUrl',
  'GetQueueAttributes',
  'SetQueueAttributes',
  'PurgeQueue',
  'ListQueueTags',
  'TagQueue',
  'UntagQueue',
  'ListDeadLetterSourceQueues',
]);

/**
 * Redrive operations, and the permissions that they require besides their own action ("Configuring queue permissions for dead-letter queue
 * redrive").
 */
const MOVE_TASKS = new Set(['StartMessageMoveTask', 'ListMessageMoveTasks', 'CancelMessageMoveTask']);
const ON_DEAD_LETTERS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

/** The permissions that an operation requires, including those for the queue's key. */
export function checksOf(operation: string, input: JsonObject, queues: Queues, assembly: Assembly): Check[] {
  if (operation === 'ListQueues') {
    return [on('*', 'ListQueues')];
  }
  if (MOVE_TASKS.has(operation)) {
    return moveChecks(operation, input, queues, assembly);
  }
  if (!ON_A_QUEUE.has(operation)) {
    throw new ServiceError('UnsupportedOperation', `The sandbox does not support the operation ${operation} of sqs`);
  }
  const action = operation.replace(/Batch$/, '');
  const arn = queues.arn(String(input.QueueUrl ?? input.QueueName ?? ''));
  const queue = queues.find(arn);
  const check = { ...on(arn, action), context: requestTags((input.Tags ?? input.tags ?? {}) as JsonObject) };
  if (!queue) {
    return [check];
  }
  return action === 'SendMessage'
    ? [check, ...producing(queue, assembly)]
    : action === 'ReceiveMessage'
      ? [check, ...consuming(queue, queues, assembly)]
      : [check];
}

/** "Configuring KMS permissions for producers" (Amazon SQS key management). */
function producing(queue: Queue, assembly: Assembly): Check[] {
  return queue.key === undefined ? [] : ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => onKey(queue, action, assembly));
}

/** "Configuring KMS permissions for consumers": a consumer of a dead-letter queue also decrypts messages of the source queues. */
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
