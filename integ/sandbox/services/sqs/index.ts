import { onePolicyEach } from '../../assembly/policies';
import { problemsOfEach } from '../../assembly/properties';
import type { JsonObject } from '../../contracts';
import { strings } from '../../protocol/json';
import type { ServiceModule } from '../../service-module';
import { keyUses } from './key-uses';
import { queuePolicyType } from './policy-type';
import { provisionQueues } from './provision';
import { readQueue } from './queue';
import { queueArn } from './queues';
import { queueType } from './resource-types';
import { sqsService } from './service';

/** Queues in MiniStack, with the JSON protocol and the query protocol. */
export const sqs: ServiceModule = {
  types: [queueType, queuePolicyType],
  keyUses,
  invalid: (assembly) => problemsOfEach(assembly, 'AWS::SQS::Queue', readQueue),
  resourcePolicies: (assembly) =>
    onePolicyEach(
      'queue',
      assembly.ofType('AWS::SQS::QueuePolicy').flatMap((resource) => {
        const { PolicyDocument, Queues } = assembly.properties(resource);
        return strings(Queues).map((url) => [resource, queueArn(url, assembly), PolicyDocument as JsonObject] as const);
      }),
    ),
  provision: provisionQueues,
  start({ assembly, engines, clock, endpoint, policies, use }) {
    const service = sqsService(assembly, engines.ministack, clock, policies.documents.resource, endpoint.url, use('metrics'));
    endpoint.register(service);
    return { close: async () => service.close() };
  },
};
