import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type IngestLimits, RECEIVES_ALONE, RECEIVES_IN_A_BATCH } from './ingest-limits';

/** How everything is retained that a stack could leave behind. */
export interface Retained {
  readonly encryptionKey: IKey;
  readonly removalPolicy: RemovalPolicy;
}

/** The way of a message that can't be stored: each queue moves to the next what it delivered too often. */
export interface IngestQueues {
  readonly queue: Queue;
  readonly retryQueue: Queue;
  readonly deadLetterQueue: Queue;
}

/** The queues of a path, as the children `Queue`, `RetryQueue` and `DeadLetterQueue`. */
export function createQueues(scope: Construct, retained: Retained, limits: IngestLimits): IngestQueues {
  const create = (id: string, props: QueueProps) =>
    new Queue(scope, id, {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: retained.encryptionKey,
      enforceSSL: true,
      removalPolicy: retained.removalPolicy,
      ...props,
    });
  // No redrive allow policies: each would name the queue before, which names this one, and CloudFormation can't make a circle.
  const deadLetterQueue = create('DeadLetterQueue', { retentionPeriod: limits.deadLetterRetention });
  const retryQueue = create('RetryQueue', {
    retentionPeriod: limits.retryRetention,
    visibilityTimeout: limits.retryVisibilityTimeout,
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: RECEIVES_ALONE },
  });
  const queue = create('Queue', {
    retentionPeriod: limits.retention,
    visibilityTimeout: limits.visibilityTimeout,
    deadLetterQueue: { queue: retryQueue, maxReceiveCount: RECEIVES_IN_A_BATCH },
  });
  return { queue, retryQueue, deadLetterQueue };
}
