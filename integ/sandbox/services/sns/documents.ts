import type { JsonObject } from '../../contracts';
import type { Attributes, Message } from './message';
import type { Signer } from './signing';

/** Writes the JSON documents that subscribers get, signed. */
export interface Documents {
  /** Documented: "HTTP/HTTPS notification JSON format". Queues get the same. */
  notification(message: Message, subscriptionArn: string, version: '1' | '2'): Promise<JsonObject>;
  /** Documented: "Invoking Lambda functions with Amazon SNS notifications". */
  event(message: Message, subscriptionArn: string, version: '1' | '2'): Promise<JsonObject>;
  /** Documented: "HTTP/HTTPS subscription confirmation JSON format". */
  confirmation(of: Confirmation, version: '1' | '2'): Promise<JsonObject>;
  /** The link that confirms. */
  confirmationLink(of: Pick<Confirmation, 'topicArn' | 'token'>): string;
}

/** What is asked of an endpoint that has been subscribed. */
export interface Confirmation {
  readonly id: string;
  readonly topicArn: string;
  readonly token: string;
  readonly at: number;
}

/** @param url of the endpoint, where the links of messages lead */
export function createDocuments(signer: Signer, region: string, url: string): Documents {
  const link = (action: string, parameters: Readonly<Record<string, string>>) =>
    `${url}/?${new URLSearchParams({ Action: action, ...parameters })}`;
  const signed = async (document: JsonObject, version: '1' | '2'): Promise<JsonObject> => ({
    ...document,
    SignatureVersion: version,
    Signature: await signer.sign(textOf(document), version),
    SigningCertURL: `https://sns.${region}.amazonaws.com${signer.path}`,
  });
  const notification: Documents['notification'] = async ({ id, topicArn, subject, text, attributes, at }, subscriptionArn, version) => ({
    ...(await signed(
      {
        ...{ Type: 'Notification', MessageId: id, TopicArn: topicArn },
        ...(subject === undefined ? {} : { Subject: subject }),
        ...{ Message: text, Timestamp: new Date(at).toISOString() },
      },
      version,
    )),
    UnsubscribeURL: link('Unsubscribe', { SubscriptionArn: subscriptionArn }),
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributesOf(attributes) }),
  });
  const confirmationLink: Documents['confirmationLink'] = ({ topicArn, token }) =>
    link('ConfirmSubscription', { TopicArn: topicArn, Token: token });
  return {
    ...{ notification, confirmationLink },
    async event(message, subscriptionArn, version) {
      const { SigningCertURL, UnsubscribeURL, ...content } = await notification(message, subscriptionArn, version);
      // Observed: functions get these two under other names than endpoints, and a subject that may be null.
      const Sns = { Subject: null, MessageAttributes: {}, ...content, SigningCertUrl: SigningCertURL, UnsubscribeUrl: UnsubscribeURL };
      return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscriptionArn, Sns }] };
    },
    confirmation: ({ id, topicArn, token, at }, version) =>
      signed(
        {
          ...{ Type: 'SubscriptionConfirmation', MessageId: id, Token: token, TopicArn: topicArn },
          Message: `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
          SubscribeURL: confirmationLink({ topicArn, token }),
          Timestamp: new Date(at).toISOString(),
        },
        version,
      ),
  };
}

/** Documented: the names and values that are signed, in this order, each followed by a line feed. */
const SIGNED = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

function textOf(document: JsonObject): string {
  return SIGNED.filter((name) => document[name] !== undefined)
    .map((name) => `${name}\n${document[name]}\n`)
    .join('');
}

function attributesOf(attributes: Attributes): JsonObject {
  return Object.fromEntries(Object.entries(attributes).map(([name, { type, value }]) => [name, { Type: type, Value: value }]));
}
