import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { createQueue } from '../core/private/encrypted-queue';
import type { Retained } from '../core/private/retained';
import { type IngestLimits, RECEIVES_ALONE, RECEIVES_IN_A_BATCH } from './ingest-limits';

/** The queues of a path. Each redrives messages that it delivered too often to the next one. */
export interface IngestQueues {
  readonly queue: Queue;
  readonly retryQueue: Queue;
  readonly deadLetterQueue: Queue;
}

/** Creates the queues, as the children `Queue`, `RetryQueue` and `DeadLetterQueue`. */
export function createQueues(scope: Construct, retained: Retained, limits: IngestLimits): IngestQueues {
  // No redrive allow policies: each would refer to the queue before, which refers to this one, and CloudFormation allows no circular
  // dependency.
  const deadLetterQueue = createQueue(scope, 'DeadLetterQueue', retained, { retentionPeriod: limits.deadLetterRetention });
  const retryQueue = createQueue(scope, 'RetryQueue', retained, {
    retentionPeriod: limits.retryRetention,
    visibilityTimeout: limits.retryVisibilityTimeout,
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: RECEIVES_ALONE },
  });
  const queue = createQueue(scope, 'Queue', retained, {
    retentionPeriod: limits.retention,
    visibilityTimeout: limits.visibilityTimeout,
    deadLetterQueue: { queue: retryQueue, maxReceiveCount: RECEIVES_IN_A_BATCH },
  });
  return { queue, retryQueue, deadLetterQueue };
}
