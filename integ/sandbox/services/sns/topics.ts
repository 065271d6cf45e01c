import type { Assembly, Check, Endpoint, Topics } from '../../contracts';
import { keyArn } from '../../iam/keys';
import { kmsException } from '../../protocol/kms-denial';
import { ServiceError } from '../../protocol/service-error';
import type { FanOut } from './fan-out';
import { type Publication, validate } from './message';
import { keyChecksOfService, on, topicOf } from './operation';
import type { TopicStore } from './store';

/**
 * Services of the sandbox that say whose resource publishes by `aws:SourceOwner`, so that the default policy of a topic lets them publish.
 * Documented: "aws:SourceAccount versus aws:SourceOwner" (Amazon SNS Developer Guide).
 */
const WITH_SOURCE_OWNER = ['cloudwatch.amazonaws.com'];

/** What other services may do with topics. */
export function topicsOf(assembly: Assembly, endpoint: Pick<Endpoint, 'denial'>, store: TopicStore, fanOut: FanOut): Topics {
  return {
    async publishAs(service, sourceArn, topicArn, { subject, message }) {
      const topic = topicOf(store, topicArn);
      const owner: Check['context'] = WITH_SOURCE_OWNER.includes(service) ? { 'aws:SourceOwner': assembly.account } : {};
      const denied = endpoint.denial({ service, sourceArn }, on(topicArn, 'Publish', owner));
      // Observed: the message names the resource, not a user.
      if (denied !== undefined)
        throw new ServiceError(
          'AuthorizationError',
          denied.replace(`User: ${service}`, () => `Resource: ${sourceArn}`),
          403,
        );
      // Documented: "Enable compatibility between event sources from AWS services and encrypted topics": services can't use the AWS managed key.
      const managed = topic.keyId !== undefined && keyArn(assembly, topic.keyId) === undefined;
      if (managed || keyChecksOfService(assembly, topic).some((check) => endpoint.denial({ service, sourceArn }, check) !== undefined)) {
        throw new ServiceError('KMSAccessDenied', kmsException('null'));
      }
      const publication: Publication = { message, attributes: {}, ...(subject === undefined ? {} : { subject }) };
      validate(publication);
      fanOut.publish(topic, publication);
    },
    deliveries: fanOut.deliveries,
    onDelivery: fanOut.onDelivery,
  };
}
