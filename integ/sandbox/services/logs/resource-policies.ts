import { InvalidResource } from '../../assembly/errors';
import { supported } from '../../assembly/resource-types';
import type { Assembly, JsonObject, Resource, ResourceType } from '../../contracts';
import { asObject, objects } from '../../protocol/json';

const POLICY = 'AWS::Logs::ResourcePolicy';

export const resourcePolicyType: ResourceType = {
  type: POLICY,
  support: 'evaluated',
  reason: 'decides which services may write to log groups: rules of EventBridge',
  properties: supported(['evaluated', 'PolicyName PolicyDocument']),
  ref: (of) => of.name('PolicyName', 128),
};

/** The policies of an account apply to every log group that their statements name. */
export function logGroupPolicies(assembly: Assembly): ReadonlyMap<string, JsonObject> {
  const Statement = assembly.ofType(POLICY).flatMap((resource) => statementsOf(assembly, resource));
  if (Statement.length === 0) return new Map();
  const groups = assembly.ofType('AWS::Logs::LogGroup').map((group) => assembly.attribute(group, 'Arn').replace(/:\*$/, ''));
  return new Map(groups.map((arn) => [arn, { Version: '2012-10-17', Statement }]));
}

function statementsOf(assembly: Assembly, resource: Resource): JsonObject[] {
  const policy = asObject(assembly.properties(resource).PolicyDocument);
  if (policy !== undefined) return objects([policy.Statement ?? []].flat());
  throw new InvalidResource(resource, `${POLICY}.PolicyDocument is not the JSON text of a policy (${resource.id})`);
}
