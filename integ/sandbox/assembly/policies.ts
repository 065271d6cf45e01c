import type { JsonObject, Resource } from '../contracts';
import { InvalidResource } from './errors';

/** Policies by ARN, for a service whose resources have at most one. @throws if a resource has a second one */
export function onePolicyEach(kind: string, attached: readonly (readonly [Resource, arn: string, JsonObject])[]): Map<string, JsonObject> {
  const policies = new Map<string, JsonObject>();
  for (const [resource, arn, policy] of attached) {
    if (policies.has(arn)) {
      throw new InvalidResource(resource, `${resource.type} ${resource.id}: ${arn} already has a policy, and a ${kind} can have only one`);
    }
    policies.set(arn, policy);
  }
  return policies;
}
