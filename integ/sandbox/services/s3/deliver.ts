import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Assembly, Check, Endpoint, Functions, JsonObject, Topics } from '../../contracts';
import { owner } from '../../iam/documents';
import { sendChecks } from '../../iam/keys';
import { ServiceError } from '../../protocol/service-error';
import type { Notification } from './notification-document';

const S3 = 's3.amazonaws.com';
const TYPES = { function: 'AWS::Lambda::Function', queue: 'AWS::SQS::Queue', topic: 'AWS::SNS::Topic' };

export interface DeliveryParts {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  functions(): Functions;
  topics(): Topics;
}

/** Sends the events of a bucket, as the service `s3.amazonaws.com` with the bucket as its source. */
export interface Delivery {
  /** @throws ServiceError as S3 does, if a destination does not exist or its policies do not let the bucket in */
  validate(bucketArn: string, notification: Notification): void;
  /** Rejects with the reason if the destination does not accept the event. */
  send(bucketArn: string, notification: Notification, event: JsonObject): Promise<void>;
  close(): void;
}

export function createDelivery({ assembly, endpoint, functions, topics }: DeliveryParts): Delivery {
  let client: SQSClient | undefined;

  /** Documented: "Granting permissions to publish event notification messages to a destination" (Amazon S3 User Guide). */
  function checksOf({ kind, arn }: Notification): Check[] {
    if (kind === 'function') return [{ action: 'lambda:InvokeFunction', resource: arn, context: {} }];
    return kind === 'topic'
      ? sendChecks(assembly, arn, 'sns:Publish', 'aws:sns:topicArn')
      : sendChecks(assembly, arn, 'sqs:SendMessage', 'aws:sqs:arn');
  }

  function problemOf(sourceArn: string, notification: Notification): string | undefined {
    const { kind, arn } = notification;
    const type = TYPES[kind];
    // A version or an alias of a function belongs to it.
    const resource = assembly.byArn(kind === 'function' ? owner(arn) : arn);
    if (resource?.type !== type) return assembly.whyLeftOut(arn) ?? `${arn} is not a ${kind} of the assembly`;
    if (kind === 'queue' && arn.endsWith('.fifo')) return `${arn} is a FIFO queue, which S3 does not send events to`;
    for (const check of checksOf(notification)) {
      const denied = endpoint.denial({ service: S3, sourceArn }, check);
      if (denied !== undefined) return denied;
    }
    return undefined;
  }

  function openClient(): SQSClient {
    const { expiration: _, ...credentials } = endpoint.administrator();
    return new SQSClient({ endpoint: endpoint.url, region: assembly.region, credentials });
  }

  return {
    validate(bucketArn, notification) {
      const problem = problemOf(bucketArn, notification);
      if (problem !== undefined) {
        throw new ServiceError('InvalidArgument', `Unable to validate the following destination configurations: ${problem}`);
      }
    },
    async send(bucketArn, notification, event) {
      const problem = problemOf(bucketArn, notification);
      if (problem !== undefined) throw new Error(problem);
      if (notification.kind === 'function') return functions().invokeLater(notification.arn, event);
      if (notification.kind === 'topic') {
        const notice = { subject: 'Amazon S3 Notification', message: JSON.stringify(event) };
        return topics().publishAs(S3, bucketArn, notification.arn, notice);
      }
      const queue = assembly.byArn(notification.arn);
      client ??= openClient();
      await client.send(new SendMessageCommand({ QueueUrl: queue && assembly.ref(queue), MessageBody: JSON.stringify(event) }));
    },
    close: () => client?.destroy(),
  };
}
