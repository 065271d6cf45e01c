import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type IngestLimits, RECEIVES_ALONE, RECEIVES_IN_A_BATCH } from './ingest-limits';

/** How data is encrypted and retained. */
export interface Retained {
  readonly encryptionKey: IKey;
  readonly removalPolicy: RemovalPolicy;
}

/** The queues of a path. Each redrives messages that it delivered too often to the next one. */
export interface IngestQueues {
  readonly queue: Queue;
  readonly retryQueue: Queue;
  readonly deadLetterQueue: Queue;
}

/** Creates the queues, as the children `Queue`, `RetryQueue` and `DeadLetterQueue`. */
export function createQueues(scope: Construct, retained: Retained, limits: IngestLimits): IngestQueues {
  const create = (id: string, props: QueueProps) =>
    new Queue(scope, id, {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: retained.encryptionKey,
      enforceSSL: true,
      removalPolicy: retained.removalPolicy,
      ...props,
    });
  // No redrive allow policies: each would refer to the queue before, which refers to this one, and CloudFormation allows no circular
  // dependency.
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
