import type { Assembly, Check, Endpoint, Functions, JsonObject } from '../../contracts';
import { owner } from '../../iam/documents';
import { sendChecks } from '../../iam/keys';
import { type Hosts, originFor } from '../../process/hosts';
import { send } from '../../protocol/send';
import { ServiceError } from '../../protocol/service-error';
import { queueUrl } from '../../streams/queue-messages';
import { callerWith } from '../../streams/service-caller';
import type { Attributes, Message } from './message';
import type { Subscription } from './store';

const SNS = 'sns.amazonaws.com';
/** Documented: "Amazon SNS raw message delivery": a message with more attributes is discarded as a client-side error. */
const RAW_ATTRIBUTES = 10;
/** Documented: "Make sure your endpoint is ready to process Amazon SNS messages". It passes in real time. */
const HTTP_TIMEOUT_MS = 15_000;

/** A delivery that SNS does not try again. Documented: "Amazon SNS dead-letter queues", client-side errors. */
export class ClientSideError extends Error {}

export interface DelivererParts {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly hosts: Hosts;
  functions(): Functions;
}

/** One attempt to hand a document to an endpoint. Each rejects with a ClientSideError, or with an error after which SNS tries again. */
export interface Deliverer {
  toQueue(queueArn: string, topicArn: string, body: string, attributes?: Attributes): Promise<void>;
  toFunction(functionArn: string, topicArn: string, event: JsonObject): void;
  toHost(subscription: Subscription, type: string, messageId: string, body: string): Promise<void>;
}

export function createDeliverer({ assembly, endpoint, hosts, functions }: DelivererParts): Deliverer {
  const sender = callerWith(endpoint, assembly.region, () => endpoint.administrator());

  /** The policies of the endpoint must let the topic in. */
  function permit(topicArn: string, checks: readonly Check[]): void {
    for (const check of checks) {
      const denied = endpoint.denial({ service: SNS, sourceArn: topicArn }, check);
      if (denied !== undefined) throw new ClientSideError(denied);
    }
  }

  function exists(arn: string, type: string): void {
    // A version or an alias of a function belongs to it.
    const resource = assembly.byArn(owner(arn));
    if (resource?.type !== type) throw new ClientSideError(assembly.whyLeftOut(arn) ?? `${arn} is not in the assembly`);
  }

  return {
    async toQueue(queueArn, topicArn, body, attributes = {}) {
      exists(queueArn, 'AWS::SQS::Queue');
      // Documented: "Configuring AWS KMS permissions for Amazon SNS".
      permit(topicArn, sendChecks(assembly, queueArn, 'sqs:SendMessage', 'aws:sqs:arn'));
      if (Object.keys(attributes).length > RAW_ATTRIBUTES)
        throw new ClientSideError(`a raw message has at most ${RAW_ATTRIBUTES} attributes`);
      const message = { QueueUrl: queueUrl(queueArn), MessageBody: body, MessageAttributes: sqsAttributes(attributes) };
      try {
        await sender.json('sqs', 'AmazonSQS', 'SendMessage', message);
      } catch (error) {
        const lasting = error instanceof ServiceError && (error.status < 500 || error.status === 501);
        throw lasting ? new ClientSideError(error.message) : error;
      }
    },
    toFunction(functionArn, topicArn, event) {
      exists(functionArn, 'AWS::Lambda::Function');
      permit(topicArn, [{ action: 'lambda:InvokeFunction', resource: functionArn, context: {} }]);
      functions().invokeLater(functionArn, event);
    },
    async toHost({ arn, topic, settings }, type, messageId, body) {
      const url = new URL(settings.endpoint);
      const origin = originFor(settings.endpoint, hosts);
      if (origin === undefined) throw new ClientSideError(`${url.origin} is not mapped`);
      const { username, password } = url;
      const basic = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      const { status } = await send(
        {
          ...{ url, method: 'POST', body },
          headers: {
            'x-amz-sns-message-type': type,
            'x-amz-sns-message-id': messageId,
            'x-amz-sns-topic-arn': topic.arn,
            ...(type === 'Notification' ? { 'x-amz-sns-subscription-arn': arn } : {}),
            ...(settings.raw && type === 'Notification' ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
            'content-type': settings.http.contentType,
            'user-agent': 'Amazon Simple Notification Service Agent',
            ...(username === '' ? {} : { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
          },
        },
        origin,
        AbortSignal.timeout(HTTP_TIMEOUT_MS),
      );
      if (status >= 200 && status < 300) return;
      // Documented: "Creating an HTTP/S delivery policy": 5xx and 429 are tried again, all others are permanent failures.
      const reason = `the endpoint responded with the status ${status}`;
      throw status >= 500 || status === 429 ? new Error(reason) : new ClientSideError(reason);
    },
  };
}

function sqsAttributes(attributes: Attributes): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [
      name,
      { DataType: type, ...(type.startsWith('Binary') ? { BinaryValue: value } : { StringValue: value }) },
    ]),
  );
}

/** What a dead-letter queue gets, too. */
export type Content = { readonly body: string; readonly attributes?: Attributes };

export function rawContent({ text, attributes }: Message): Content {
  return { body: text, attributes };
}
