import { randomUUID } from 'node:crypto';
import type { Clock, TopicDelivery } from '../../contracts';
import { createBackground } from '../../process/background';
import { ClientSideError, type Content, type Deliverer, rawContent } from './deliver';
import type { Confirmation, Documents } from './documents';
import { type Message, type Publication, textFor } from './message';
import type { TopicMetrics } from './metrics';
import { AWS_MANAGED } from './retries';
import type { Subscription, Topic } from './store';

/** Deliveries that are remembered. */
const REMEMBERED = 10_000;

/** Hands messages to the subscriptions of a topic. */
export interface FanOut {
  /** Returns the id of the message at once; deliveries follow. */
  publish(topic: Topic, publication: Publication): string;
  /** Asks the endpoint of a subscription to confirm it. */
  askToConfirm(subscription: Subscription): void;
  deliveries(): readonly TopicDelivery[];
  onDelivery(listener: (delivery: TopicDelivery) => void): () => void;
  close(): Promise<void>;
}

export interface FanOutParts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly deliverer: Deliverer;
  readonly metrics: TopicMetrics;
  report(line: string): void;
}

export function createFanOut({ clock, documents, deliverer, metrics, report }: FanOutParts): FanOut {
  const recorded: TopicDelivery[] = [];
  const listeners = new Set<(delivery: TopicDelivery) => void>();
  const { signal, keep, close } = createBackground(report);

  function record({ topic, settings, chat }: Subscription, { subject, text }: Pick<Message, 'subject' | 'text'>, result: Result): void {
    const delivery: TopicDelivery = {
      ...{ at: clock.now(), topicArn: topic.arn, protocol: settings.protocol, endpoint: chat ?? settings.endpoint },
      ...(subject === undefined ? {} : { subject }),
      ...{ message: text, ...result },
    };
    metrics.ended(topic.arn, result.status);
    recorded.push(delivery);
    if (recorded.length > REMEMBERED) recorded.shift();
    for (const listener of listeners) listener(delivery);
  }

  /** Delivers until it succeeds, the retries are exhausted, or SNS would not try again. Then the content is a dead letter. */
  async function deliver(
    subscription: Subscription,
    message: Message,
    content: Content,
    attempt: () => Promise<void> | void,
  ): Promise<void> {
    const { settings, topic, arn } = subscription;
    const delays = (settings.protocol.startsWith('http') ? settings.http.delays : AWS_MANAGED)[Symbol.iterator]();
    for (;;) {
      try {
        await attempt();
        record(subscription, message, { status: 'delivered' });
        return;
      } catch (error) {
        const next = error instanceof ClientSideError ? undefined : delays.next();
        if (next !== undefined && next.done !== true) {
          await clock.sleep(next.value * 1000, signal);
          continue;
        }
        const { message: reason } = error as Error;
        record(subscription, message, { status: 'failed', reason });
        report(`${arn}: a message to ${settings.protocol} ${settings.endpoint} was not delivered: ${reason}`);
        if (settings.deadLetterArn === undefined) return;
        await deliverer
          .toQueue(settings.deadLetterArn, topic.arn, content.body, content.attributes)
          .catch((failed: Error) => report(`${arn}: its dead letter could not be sent: ${failed.message}`));
        return;
      }
    }
  }

  function start(subscription: Subscription, message: Message): void {
    if (subscription.token !== undefined || subscription.recorded) {
      record(subscription, message, subscription.token === undefined ? RECORDED : UNCONFIRMED);
      return;
    }
    keep(send(subscription, message));
  }

  async function send(subscription: Subscription, message: Message): Promise<void> {
    const { settings, topic, arn } = subscription;
    const { signatureVersion: version } = topic;
    const content = settings.raw ? rawContent(message) : { body: JSON.stringify(await documents.notification(message, arn, version)) };
    await deliver(subscription, message, content, async () => {
      switch (settings.protocol) {
        case 'sqs':
          return deliverer.toQueue(settings.endpoint, topic.arn, content.body, content.attributes);
        case 'lambda':
          return deliverer.toFunction(settings.endpoint, topic.arn, await documents.event(message, arn, version));
        default:
          return deliverer.toHost(subscription, 'Notification', message.id, content.body);
      }
    });
  }

  async function askForConfirmation(subscription: Subscription, of: Confirmation, message: Message): Promise<void> {
    const content = { body: JSON.stringify(await documents.confirmation(of, subscription.topic.signatureVersion)) };
    // A request for confirmation is never a dead letter.
    const asked = { ...subscription, settings: { ...subscription.settings, deadLetterArn: undefined } };
    await deliver(asked, message, content, () => deliverer.toHost(subscription, 'SubscriptionConfirmation', of.id, content.body));
  }

  return {
    publish(topic, publication) {
      const id = randomUUID();
      const { subject, attributes } = publication;
      metrics.published(topic.arn, Buffer.byteLength(publication.message));
      for (const subscription of topic.subscriptions.values()) {
        const text = textFor(subscription.settings.protocol, publication);
        const message: Message = { id, topicArn: topic.arn, subject, text, attributes, at: clock.now() };
        if (subscription.settings.filter?.accepts(message) ?? true) start(subscription, message);
        else metrics.filteredOut(topic.arn);
      }
      return id;
    },
    askToConfirm(subscription) {
      const { topic, token } = subscription;
      if (token === undefined) return;
      const of = { id: randomUUID(), topicArn: topic.arn, token, at: clock.now() };
      const { id, topicArn, at } = of;
      const text = confirmationText(topicArn, documents.confirmationLink(of));
      const message = { ...{ id, topicArn, at, text }, subject: CONFIRMATION_SUBJECT, attributes: {} };
      if (subscription.recorded) {
        record(subscription, message, RECORDED);
        return;
      }
      keep(askForConfirmation(subscription, of, message));
    },
    deliveries: () => recorded,
    onDelivery(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close,
  };
}

type Result = Pick<TopicDelivery, 'status' | 'reason'>;

const UNCONFIRMED: Result = { status: 'unconfirmed' };
const RECORDED: Result = { status: 'delivered', reason: 'recorded, not sent' };

const CONFIRMATION_SUBJECT = 'AWS Notification - Subscription Confirmation';

function confirmationText(topicArn: string, link: string): string {
  return `You have chosen to subscribe to the topic:\n${topicArn}\n\nTo confirm this subscription, visit ${link}`;
}
