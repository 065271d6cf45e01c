import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Retained } from './retained';

/** Creates a queue that is encrypted with a customer managed key, accepts TLS only, and keeps its messages as its construct does. */
export function createQueue(scope: Construct, id: string, { encryptionKey, removalPolicy }: Retained, props: QueueProps): Queue {
  return new Queue(scope, id, {
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: encryptionKey,
    enforceSSL: true,
    removalPolicy,
    ...props,
  });
}
