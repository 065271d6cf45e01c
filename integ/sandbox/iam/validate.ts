import { InvalidResource } from '../assembly/errors';
import type { Assembly, JsonObject } from '../contracts';
import { attempt } from '../process/attempt';
import { unsupportedKeys } from './condition-keys';
import { type Documents, type NamedPolicy, readDocuments } from './documents';
import { malformed, type PolicyKind } from './evaluation';

/** A policy, with the resource that it belongs to. */
interface OwnedPolicy {
  readonly arn: string;
  /** `Role: name of the policy`, or the ARN of a resource. */
  readonly name: string;
  readonly document: JsonObject;
  readonly kind: PolicyKind;
}

/** @throws if IAM would reject a policy of the template (`MalformedPolicyDocument`), with policy and error */
export function validatePolicies(documents: Documents, assembly: Assembly): void {
  const found = policiesOf(documents).flatMap(({ arn, name, document, kind }) =>
    malformed(document, kind).map((problem) => ({ arn, problem: `${name}: ${problem}` })),
  );
  if (found.length === 0) return;
  const message = `MalformedPolicyDocument: ${found.map(({ problem }) => problem).join('; ')}`;
  const resource = assembly.byArn(found[0].arn);
  throw resource === undefined ? new Error(message) : new InvalidResource(resource, message);
}

/** The condition keys that the endpoint does not fill in, with the policies that use them. Without their values, a policy decides otherwise. */
export function unsupportedConditionKeys(assembly: Assembly, resourcePolicies: ReadonlyMap<string, JsonObject>): readonly string[] {
  const documents = attempt(() => readDocuments(assembly, resourcePolicies));
  return [...new Set((documents === undefined ? [] : policiesOf(documents)).flatMap((policy) => keysOf(assembly, policy)))];
}

function keysOf(assembly: Assembly, { arn, name, document, kind }: OwnedPolicy): string[] {
  const problems = attempt(() => unsupportedKeys(document, kind === 'identity' ? 'identity' : 'resource')) ?? [];
  const resource = assembly.byArn(arn);
  return problems.map((problem) => `${resource?.type ?? 'policy'} ${name}: ${problem}${resource === undefined ? '' : ` (${resource.id})`}`);
}

function policiesOf(documents: Documents): OwnedPolicy[] {
  const roles = new Set(documents.roles.map(({ arn }) => arn));
  return [
    ...documents.roles.flatMap((role) => {
      const policies = attempt((): NamedPolicy[] => [...role.identity(), ...role.boundary()]) ?? [];
      return policies.map(({ name, document }) => ({ arn: role.arn, name: `${role.name}: ${name}`, document, kind: 'identity' as const }));
    }),
    ...[...documents.resourcePolicies].map(([arn, document]) => ({
      ...{ arn, name: arn, document },
      kind: roles.has(arn) ? ('trust' as const) : ('resource' as const),
    })),
  ];
}
