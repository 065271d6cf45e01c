import type { JsonObject, Resource } from '../contracts';
import { InvalidResource } from './errors';

/** Policies by ARN, of a service whose resources have one at most. @throws where one has a second */
export function onePolicyEach(kind: string, attached: readonly (readonly [Resource, arn: string, JsonObject])[]): Map<string, JsonObject> {
  const policies = new Map<string, JsonObject>();
  for (const [resource, arn, policy] of attached) {
    if (policies.has(arn)) {
      throw new InvalidResource(resource, `${resource.type} ${resource.id}: ${arn} has a policy already, and a ${kind} has only one`);
    }
    policies.set(arn, policy);
  }
  return policies;
}
