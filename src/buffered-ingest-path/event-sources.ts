import { type CfnEventSourceMapping, EventSourceMapping, type EventSourceMappingOptions, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { IngestLimits } from './ingest-limits';
import type { IngestQueues } from './queues';

/** Connects the writer to its queues, as the children `EventSource` and `RetryEventSource`. */
export function createEventSources(
  scope: Construct,
  target: IFunction,
  queues: IngestQueues,
  limits: IngestLimits,
): CfnEventSourceMapping[] {
  const { batchSize, batchWindow, maxConcurrency } = limits;
  const create = (id: string, { queueArn }: IQueue, options: EventSourceMappingOptions): CfnEventSourceMapping =>
    new EventSourceMapping(scope, id, { target, eventSourceArn: queueArn, reportBatchItemFailures: true, ...options }).node
      .defaultChild as CfnEventSourceMapping;
  return [
    create('EventSource', queues.queue, { batchSize, maxBatchingWindow: batchWindow, maxConcurrency }),
    // Without a batching window, because each message is received alone.
    create('RetryEventSource', queues.retryQueue, { batchSize: 1, maxConcurrency }),
  ];
}
