import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import type { WatchedPlatform } from './watched-platform';

/** Removes what is in the queue at a path. */
export async function purge({ platform, sandbox: { assembly }, observer }: WatchedPlatform, path: string): Promise<void> {
  const QueueUrl = assembly.ref(platform.resource('AWS::SQS::Queue', path));
  await observer.sqs.send(new PurgeQueueCommand({ QueueUrl }));
}
