import { type Hosts, originFor } from '../../process/hosts';
import type { FanOut } from './fan-out';
import type { Subscription, Topic, TopicStore } from './store';
import type { Settings } from './subscription';

export interface SubscriberParts {
  readonly hosts: Hosts;
  readonly store: TopicStore;
  readonly fanOut: FanOut;
  report(line: string): void;
}

/** Makes subscriptions. */
export interface Subscriber {
  /** @param options the ARN and the chat of a subscription of the template */
  subscribe(topic: Topic, settings: Settings, options?: { readonly arn?: string; readonly chat?: string }): Subscription;
  /** Asks endpoints to confirm from now on, those of earlier subscriptions first. */
  open(): void;
}

/**
 * Documented: Subscribe: queues and functions of the same account need no confirmation. A host that is not mapped counts as confirmed,
 * because services that take notifications confirm by themselves.
 */
export function createSubscriber({ hosts, store, fanOut, report }: SubscriberParts): Subscriber {
  let waiting: Subscription[] | undefined = [];
  return {
    subscribe(topic, settings, options = {}) {
      const { protocol, endpoint } = settings;
      const unmapped = protocol.startsWith('http') && originFor(endpoint, hosts) === undefined;
      const confirmed = protocol === 'sqs' || protocol === 'lambda' || unmapped;
      const before = topic.subscriptions.size;
      const subscription = store.subscribe(topic, settings, { confirmed, recorded: protocol.startsWith('email') || unmapped, ...options });
      if (topic.subscriptions.size === before) return subscription;
      if (unmapped)
        report(
          `${topic.arn}: messages to ${URL.canParse(endpoint) ? new URL(endpoint).origin : endpoint} are recorded, not sent: the host is not mapped`,
        );
      if (waiting === undefined) fanOut.askToConfirm(subscription);
      else waiting.push(subscription);
      return subscription;
    },
    open() {
      const asked = waiting ?? [];
      waiting = undefined;
      for (const subscription of asked) fanOut.askToConfirm(subscription);
    },
  };
}
