import { element } from '../../protocol/xml';
import { mapElement, type Operations, type OperationsParts, on, page, topicOf } from './operation';
import { notFound, only, required } from './requests';
import { EFFECTIVE_POLICY } from './retries';

/** Operations that read topics. Documented: Amazon SNS API Reference. */
export function topicOperations({ assembly, store, policyOf }: OperationsParts): Operations {
  return {
    ListTopics: {
      checks: () => [on('*', 'ListTopics')],
      execute(form) {
        only('ListTopics', form, ['NextToken']);
        return page('Topics', store.all(), form, ({ arn }) => [element('TopicArn', arn)]);
      },
    },
    GetTopicAttributes: {
      checks: (form) => [on(required(form, 'TopicArn'), 'GetTopicAttributes')],
      execute(form) {
        only('GetTopicAttributes', form, ['TopicArn']);
        const { arn, displayName, keyId, subscriptions, deleted, signatureVersion } = topicOf(store, required(form, 'TopicArn'));
        const pending = [...subscriptions.values()].filter(({ token }) => token !== undefined).length;
        return [
          mapElement('Attributes', {
            ...{ TopicArn: arn, Owner: assembly.account, DisplayName: displayName, Policy: JSON.stringify(policyOf(arn) ?? {}) },
            ...{ SubscriptionsConfirmed: String(subscriptions.size - pending), SubscriptionsPending: String(pending) },
            ...{ SubscriptionsDeleted: String(deleted), EffectiveDeliveryPolicy: JSON.stringify(EFFECTIVE_POLICY) },
            ...(keyId === undefined ? {} : { KmsMasterKeyId: keyId }),
            ...(signatureVersion === '1' ? {} : { SignatureVersion: signatureVersion }),
          }),
        ];
      },
    },
    ListTagsForResource: {
      checks: (form) => [on(required(form, 'ResourceArn'), 'ListTagsForResource')],
      execute(form) {
        only('ListTagsForResource', form, ['ResourceArn']);
        const topic = store.find(required(form, 'ResourceArn'));
        if (topic === undefined) throw notFound('Resource does not exist');
        return [
          element(
            'Tags',
            Object.entries(topic.tags).map(([key, value]) => element('member', [element('Key', key), element('Value', value)])),
          ),
        ];
      },
    },
  };
}
