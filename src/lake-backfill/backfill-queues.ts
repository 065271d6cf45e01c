import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { createQueue } from '../core/private/encrypted-queue';
import type { Retained } from '../core/private/retained';
import { acknowledge } from '../core/private/rule-packs';

/** The queues of a backfill. */
export interface BackfillQueues {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
}

/** Most of the time is spent waiting for Firehose. What remains of a file then is another message. */
export const SEND_TIMEOUT = Duration.minutes(5);
/** Documented: "Creating and configuring an Amazon SQS event source mapping": six times the timeout of the function. */
const VISIBILITY = Duration.minutes(30);
const RECEIVES = 3;
const LONGEST = Duration.days(14);

/** Creates the queues, as the children `Queue` and `DeadLetterQueue`. */
export function createQueues(scope: Construct, retained: Retained): BackfillQueues {
  const deadLetterQueue = createQueue(scope, 'DeadLetterQueue', retained, { retentionPeriod: LONGEST });
  const queue = createQueue(scope, 'Queue', retained, {
    retentionPeriod: LONGEST,
    visibilityTimeout: VISIBILITY,
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: RECEIVES },
  });
  acknowledge(deadLetterQueue, ['Serverless'], 'SQSRedrivePolicy', 'This is the dead-letter queue, which only operators read.');
  return { queue, deadLetterQueue };
}
