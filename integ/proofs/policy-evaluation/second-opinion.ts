import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import type { JsonObject } from '../../sandbox';
import { callerOf, denyingPolicy } from '../../sandbox/iam/evaluation';
import type { Question } from './questions';

/** Whether the sandbox's evaluation allows a request. */
export function isAllowed({
  principal,
  account,
  action,
  resource,
  context,
  identity,
  boundary,
  session,
  resourcePolicy,
}: Question): boolean {
  const caller = callerOf(principal, { bounded: boundary.length > 0 });
  const request = { caller, action, resource, account, contexts: [context] };
  return denyingPolicy(request, { identity, boundary, session, resource: resourcePolicy }) === undefined;
}

/** Whether iam-simulate allows it. It has no session policies: they must allow a request as if they were the only ones. */
export function isAllowedBySimulator(question: Question): boolean {
  const delegation = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountOf(question.principal)}:root` },
    Action: '*',
    Resource: '*',
  };
  const alone = {
    ...question,
    identity: question.session,
    boundary: [],
    resourcePolicy: { Version: '2012-10-17', Statement: [delegation] },
  };
  return simulate(question) && (question.session.length === 0 || simulate(alone));
}

function simulate({ principal, account, action, resource, context, identity, boundary, resourcePolicy }: Question): boolean {
  const named = (documents: readonly JsonObject[]) => documents.map((policy, number) => ({ name: `policy ${number}`, policy }));
  const contextVariables = Object.fromEntries(
    Object.entries(context).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
  );
  const result = runUnsafeSimulation(
    {
      request: { principal, action, resource: { resource, accountId: account }, contextVariables },
      identityPolicies: named(identity),
      permissionBoundaryPolicies: boundary.length > 0 ? named(boundary) : undefined,
      resourcePolicy: resourcePolicy && { __validated: true, policyDocument: resourcePolicy, metadata: { name: 'resource' }, errors: [] },
      // Without an organization, there are no further policies.
      serviceControlPolicies: [{ orgIdentifier: 'account', policies: [{ name: 'all', policy: ALL }] }],
      resourceControlPolicies: [{ orgIdentifier: 'account', policies: [{ name: 'all', policy: ALL_TO_ALL }] }],
    },
    {},
  );
  return result === 'Allowed';
}

const ALL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const ALL_TO_ALL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };

function accountOf(principal: string): string {
  return principal.split(':')[4] ?? '';
}
