import { randomUUID } from 'node:crypto';
import type { Clock, JsonObject } from '../../contracts';
import type { JsonEngine } from '../../protocol/aws-json';
import { objects } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import type { Queue, Queues } from './queues';

type Status = 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED';

interface Task {
  readonly handle: string;
  readonly source: Queue;
  readonly destinationArn?: string;
  readonly perSecond?: number;
  readonly startedAt: number;
  readonly toMove: number;
  moved: number;
  status: Status;
  failure?: string;
}

export interface MoveTasks {
  start(input: JsonObject): Promise<JsonObject>;
  list(input: JsonObject): JsonObject;
  cancel(input: JsonObject): JsonObject;
  close(): void;
}

/**
 * Dead-letter queue redrive ("Configure a dead-letter queue redrive using the Amazon SQS API"): messages get new IDs and are moved one by
 * one.
 */
export function createMoveTasks(queues: Queues, clock: Clock, call: JsonEngine['call']): MoveTasks {
  const tasks: Task[] = [];

  async function run(task: Task): Promise<void> {
    while (task.status === 'RUNNING' && task.moved < task.toMove) {
      const { Messages } = await call('ReceiveMessage', {
        QueueUrl: task.source.name,
        MaxNumberOfMessages: Math.min(10, task.toMove - task.moved),
        VisibilityTimeout: 30,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      const messages = objects(Messages);
      if (messages.length === 0) {
        break;
      }
      for (const message of messages) {
        await move(task, message);
      }
      if (task.perSecond !== undefined) {
        await clock.sleep((1000 * messages.length) / task.perSecond);
      }
    }
    task.status = task.status === 'CANCELLING' ? 'CANCELLED' : 'COMPLETED';
  }

  async function move(task: Task, message: JsonObject): Promise<void> {
    const attributes = message.Attributes as Record<string, string>;
    const destination = task.destinationArn ?? attributes.DeadLetterQueueSourceArn;
    if (destination === undefined) {
      throw new Error('CouldNotDetermineMessageSource');
    }
    await call('SendMessage', {
      QueueUrl: nameOf(destination),
      MessageBody: message.Body,
      ...(message.MessageAttributes ? { MessageAttributes: message.MessageAttributes } : {}),
      ...(attributes.AWSTraceHeader
        ? { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: attributes.AWSTraceHeader } } }
        : {}),
      ...(attributes.MessageGroupId ? { MessageGroupId: attributes.MessageGroupId } : {}),
      ...(attributes.MessageDeduplicationId ? { MessageDeduplicationId: attributes.MessageDeduplicationId } : {}),
    });
    await call('DeleteMessage', { QueueUrl: task.source.name, ReceiptHandle: message.ReceiptHandle });
    task.moved++;
  }

  return {
    async start({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond }) {
      const source = found(queues, String(SourceArn));
      if (queues.sourcesOf(source.arn).length === 0) {
        throw new ServiceError('InvalidParameterValueException', 'Source queue must be configured as a Dead Letter Queue.');
      }
      if (tasks.some((task) => task.source.arn === source.arn && (task.status === 'RUNNING' || task.status === 'CANCELLING'))) {
        throw new ServiceError(
          'UnsupportedOperation',
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      }
      const perSecond = MaxNumberOfMessagesPerSecond === undefined ? undefined : Number(MaxNumberOfMessagesPerSecond);
      if (perSecond !== undefined && !(perSecond >= 1 && perSecond <= 500)) {
        throw new ServiceError(
          'InvalidParameterValueException',
          `Value ${perSecond} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and 500.`,
        );
      }
      const { Attributes } = await call('GetQueueAttributes', { QueueUrl: source.name, AttributeNames: ['ApproximateNumberOfMessages'] });
      const task: Task = {
        handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString('base64'),
        source,
        ...(DestinationArn === undefined ? {} : { destinationArn: found(queues, String(DestinationArn)).arn }),
        ...(perSecond === undefined ? {} : { perSecond }),
        startedAt: clock.now(),
        toMove: Number((Attributes as JsonObject).ApproximateNumberOfMessages),
        moved: 0,
        status: 'RUNNING',
      };
      tasks.unshift(task);
      run(task).catch((error: Error) => {
        task.status = 'FAILED';
        task.failure = error.message;
      });
      return { TaskHandle: task.handle };
    },
    list({ SourceArn, MaxResults = 1 }) {
      const source = found(queues, String(SourceArn));
      return {
        Results: tasks
          .filter((task) => task.source.arn === source.arn)
          .slice(0, Number(MaxResults))
          .map(shown),
      };
    },
    cancel({ TaskHandle }) {
      const task = tasks.find(({ handle }) => handle === TaskHandle);
      if (task?.status !== 'RUNNING') {
        throw new ServiceError('ResourceNotFoundException', 'Task does not exist.');
      }
      task.status = 'CANCELLING';
      return { ApproximateNumberOfMessagesMoved: task.moved };
    },
    close() {
      for (const task of tasks) {
        task.status = task.status === 'RUNNING' ? 'CANCELLING' : task.status;
      }
    },
  };
}

function shown(task: Task): JsonObject {
  return {
    // Only a running task can be canceled, so only it has a handle.
    ...(task.status === 'RUNNING' ? { TaskHandle: task.handle } : {}),
    Status: task.status,
    SourceArn: task.source.arn,
    ...(task.destinationArn === undefined ? {} : { DestinationArn: task.destinationArn }),
    ...(task.perSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: task.perSecond }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(task.failure === undefined ? {} : { FailureReason: task.failure }),
    StartedTimestamp: task.startedAt,
  };
}

function found(queues: Queues, arn: string): Queue {
  const queue = queues.find(arn);
  if (!queue) {
    throw new ServiceError('ResourceNotFoundException', "The resource that you specified for the SourceArn parameter doesn't exist.");
  }
  return queue;
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
