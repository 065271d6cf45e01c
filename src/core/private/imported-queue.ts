import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { rejectAlias } from './base/key-checks';

/** A queue of another stack or app; grants include the use of its key where that is known. */
export function importedQueue(scope: Construct, id: string, queueArn: string, encryptionKey: IKey | undefined): IQueue {
  if (encryptionKey !== undefined) rejectAlias(scope, 'encryptionKey', encryptionKey);
  return Queue.fromQueueAttributes(scope, id, { queueArn, keyArn: encryptionKey?.keyArn });
}
