import { element, type Xml } from '../../protocol/xml';
import { mapElement, type Operations, type OperationsParts, on, page, topicOf } from './operation';
import { invalidParameter, mapOf, notFound, only, required } from './requests';
import type { Subscription } from './store';
import { ATTRIBUTES, settingsOf } from './subscription';

/** Operations on subscriptions. Documented: Amazon SNS API Reference. */
export function subscriptionOperations({ assembly, store, subscribe }: OperationsParts): Operations {
  const find = (arn: string): Subscription => {
    const subscription = store.subscription(arn);
    if (subscription === undefined) throw notFound('Subscription does not exist');
    return subscription;
  };
  return {
    Subscribe: {
      checks(form) {
        const context = { 'sns:Protocol': form.get('Protocol') ?? '', 'sns:Endpoint': form.get('Endpoint') ?? '' };
        return [on(required(form, 'TopicArn'), 'Subscribe', context)];
      },
      execute(form) {
        only('Subscribe', form, ['TopicArn', 'Protocol', 'Endpoint', 'ReturnSubscriptionArn', 'Attributes.entry.*']);
        const topic = topicOf(store, required(form, 'TopicArn'));
        const attributes = mapOf(form, 'Attributes');
        const unknown = Object.keys(attributes).find((name) => !ATTRIBUTES.includes(name));
        if (unknown !== undefined) throw invalidParameter(`Attributes Reason: the sandbox does not support ${unknown}`);
        const settings = reported(() => settingsOf(required(form, 'Protocol'), required(form, 'Endpoint'), attributes));
        const { arn, token } = subscribe(topic, settings);
        const shown = token === undefined || form.get('ReturnSubscriptionArn') === 'true' ? arn : 'pending confirmation';
        return [element('SubscriptionArn', shown)];
      },
    },
    ConfirmSubscription: {
      checks: (form) => [on(required(form, 'TopicArn'), 'ConfirmSubscription')],
      execute(form, signed) {
        only('ConfirmSubscription', form, ['TopicArn', 'Token', 'AuthenticateOnUnsubscribe']);
        const subscription = store.confirm(topicOf(store, required(form, 'TopicArn')).arn, required(form, 'Token'), signed);
        if (subscription === undefined) throw invalidParameter('Token');
        if (signed && form.get('AuthenticateOnUnsubscribe') === 'true') subscription.authenticateOnUnsubscribe = true;
        return [element('SubscriptionArn', subscription.arn)];
      },
    },
    Unsubscribe: {
      checks: () => [on('*', 'Unsubscribe')],
      execute(form, signed) {
        only('Unsubscribe', form, ['SubscriptionArn']);
        const subscription = store.subscription(required(form, 'SubscriptionArn'));
        // Ending it again has no effect.
        if (subscription === undefined) return undefined;
        if (!signed && subscription.authenticateOnUnsubscribe)
          throw invalidParameter('SubscriptionArn Reason: it requires a signed request');
        if (subscription.token !== undefined)
          throw invalidParameter('SubscriptionArn Reason: a subscription that is not confirmed cannot be ended');
        store.unsubscribe(subscription);
        return undefined;
      },
    },
    ListSubscriptions: {
      checks: () => [on('*', 'ListSubscriptions')],
      execute(form) {
        only('ListSubscriptions', form, ['NextToken']);
        return page('Subscriptions', store.subscriptions(), form, (one) => member(one, assembly.account));
      },
    },
    ListSubscriptionsByTopic: {
      checks: (form) => [on(required(form, 'TopicArn'), 'ListSubscriptionsByTopic')],
      execute(form) {
        only('ListSubscriptionsByTopic', form, ['TopicArn', 'NextToken']);
        const { subscriptions } = topicOf(store, required(form, 'TopicArn'));
        return page('Subscriptions', [...subscriptions.values()], form, (one) => member(one, assembly.account));
      },
    },
    GetSubscriptionAttributes: {
      checks: () => [on('*', 'GetSubscriptionAttributes')],
      execute(form) {
        only('GetSubscriptionAttributes', form, ['SubscriptionArn']);
        const { arn, topic, settings, token, authenticated } = find(required(form, 'SubscriptionArn'));
        const { protocol, endpoint, raw, filter, attributes } = settings;
        return [
          mapElement('Attributes', {
            ...{ SubscriptionArn: arn, TopicArn: topic.arn, Owner: assembly.account, Protocol: protocol, Endpoint: endpoint },
            ...attributes,
            ...(filter === undefined ? {} : { FilterPolicyScope: filter.scope }),
            RawMessageDelivery: String(raw),
            PendingConfirmation: String(token !== undefined),
            ConfirmationWasAuthenticated: String(authenticated),
          }),
        ];
      },
    },
  };
}

/** A subscription in a list. Its ARN is shown when it is confirmed. */
function member({ arn, topic, settings, token }: Subscription, owner: string): Xml[] {
  return [
    element('SubscriptionArn', token === undefined ? arn : 'PendingConfirmation'),
    ...[element('Owner', owner), element('Protocol', settings.protocol), element('Endpoint', settings.endpoint)],
    element('TopicArn', topic.arn),
  ];
}

function reported<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw invalidParameter((error as Error).message);
  }
}
