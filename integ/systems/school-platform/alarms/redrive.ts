import { setTimeout as pause } from 'node:timers/promises';
import { StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import type { WatchedPlatform } from './watched-platform';

/** Sends the dead letters of the queue at a path again, as an operator does after the end of a fault, and waits until they are on their way. */
export async function redrive({ platform, sandbox: { assembly }, observer }: WatchedPlatform, path: string): Promise<void> {
  const resource = platform.resource('AWS::SQS::Queue', path);
  await observer.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: assembly.attribute(resource, 'Arn') }));
  while ((await observer.depth(assembly.ref(resource))) > 0) await pause(100);
}
