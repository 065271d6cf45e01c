import { randomUUID } from 'node:crypto';
import { randomText } from '../../process/random';
import type { Settings } from './subscription';
import type { TemplateTopic } from './topic';

/** A subscription of the run. */
export interface Subscription {
  readonly arn: string;
  readonly topic: Topic;
  readonly settings: Settings;
  /** What confirms it; undefined when it is confirmed. */
  token?: string;
  /** Whether the request that confirmed it was signed. */
  authenticated: boolean;
  /** Whether only signed requests may end it. */
  authenticateOnUnsubscribe: boolean;
  /** Messages are recorded, not sent: to an address, a chat, or a host that is not mapped. */
  readonly recorded: boolean;
  /** The chat that gets the messages, of a subscription of Amazon Q Developer in chat applications. */
  readonly chat?: string;
}

interface SubscribeOptions {
  readonly confirmed: boolean;
  readonly recorded: boolean;
  /** @default a new one */
  readonly arn?: string;
  readonly chat?: string;
}

/** A topic with its subscriptions. */
export interface Topic extends Omit<TemplateTopic, 'resource' | 'subscriptions'> {
  readonly subscriptions: Map<string, Subscription>;
  deleted: number;
}

/** The topics of the run, in memory. */
export class TopicStore {
  private readonly topics = new Map<string, Topic>();
  private readonly byArn = new Map<string, Subscription>();
  private readonly byToken = new Map<string, Subscription>();

  public add({ arn, displayName, keyId, signatureVersion, tags }: TemplateTopic): Topic {
    const topic = { arn, displayName, keyId, signatureVersion, tags, subscriptions: new Map(), deleted: 0 };
    this.topics.set(arn, topic);
    return topic;
  }

  public find(arn: string): Topic | undefined {
    return this.topics.get(arn);
  }

  public all(): Topic[] {
    return [...this.topics.values()];
  }

  public subscription(arn: string): Subscription | undefined {
    return this.byArn.get(arn);
  }

  public subscriptions(): Subscription[] {
    return [...this.byArn.values()];
  }

  /** A subscription with the same protocol and endpoint stays as it is. Documented: Subscribe. */
  public subscribe(topic: Topic, settings: Settings, options: SubscribeOptions): Subscription {
    const key = keyOf(settings, options.chat);
    const known = topic.subscriptions.get(key);
    if (known !== undefined) return known;
    const { confirmed, recorded, chat, arn = `${topic.arn}:${randomUUID()}` } = options;
    const subscription: Subscription = {
      ...{ arn, topic, settings, recorded, chat, authenticated: confirmed, authenticateOnUnsubscribe: false },
      ...(confirmed ? {} : { token: randomText(128, 'hex') }),
    };
    topic.subscriptions.set(key, subscription);
    this.byArn.set(arn, subscription);
    if (subscription.token !== undefined) this.byToken.set(subscription.token, subscription);
    return subscription;
  }

  /** A token that was used confirms the same subscription again. */
  public confirm(topicArn: string, token: string, authenticated: boolean): Subscription | undefined {
    const subscription = this.byToken.get(token);
    if (subscription?.topic.arn !== topicArn || this.byArn.get(subscription.arn) !== subscription) return undefined;
    if (subscription.token !== undefined) subscription.authenticated = authenticated;
    subscription.token = undefined;
    return subscription;
  }

  public unsubscribe({ arn, topic, settings, chat }: Subscription): void {
    this.byArn.delete(arn);
    topic.subscriptions.delete(keyOf(settings, chat));
    topic.deleted += 1;
  }
}

function keyOf({ protocol, endpoint }: Settings, chat = ''): string {
  return `${protocol} ${endpoint} ${chat}`;
}
