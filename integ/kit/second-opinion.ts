import { runSimulation, runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { JsonObject } from '../sandbox';
import { type Context, callerOf, denyingPolicy } from '../sandbox/iam/evaluation';

/** A request with the policies that apply to it. */
export interface Question {
  readonly principal: string;
  /** The account of the resource. */
  readonly account: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
  readonly identity: readonly JsonObject[];
  readonly boundary: readonly JsonObject[];
  readonly session: readonly JsonObject[];
  readonly resourcePolicy?: JsonObject;
}

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

/**
 * Whether iam-simulate allows it. Without validation it has no session policies: they must allow a request as if they were the only
 * policies.
 */
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

function simulate(question: Question): boolean {
  const { resourcePolicy: policyDocument, ...simulation } = simulationOf(question);
  // Only the validation gives the policy the name that the simulation reads.
  const resourcePolicy = policyDocument && { __validated: true, policyDocument, metadata: { name: 'resource' }, errors: [] };
  return runUnsafeSimulation({ ...simulation, resourcePolicy }, {}) === 'Allowed';
}

/**
 * Whether iam-simulate allows it, once it has checked that the policies are valid, and that the action, its resource and its condition keys
 * exist.
 *
 * @throws if they are not
 */
export async function isAllowedByValidatingSimulator(question: Question): Promise<boolean> {
  const result = await runSimulation(simulationOf(question), {});
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
  return result.overallResult === 'Allowed';
}

function simulationOf({ principal, account, action, resource, context, identity, boundary, resourcePolicy }: Question): Simulation {
  const named = (documents: readonly JsonObject[]) => documents.map((policy, number) => ({ name: `policy ${number}`, policy }));
  const contextVariables = Object.fromEntries(
    Object.entries(context).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
  );
  return {
    request: { principal, action, resource: { resource, accountId: account }, contextVariables },
    identityPolicies: named(identity),
    permissionBoundaryPolicies: boundary.length > 0 ? named(boundary) : undefined,
    resourcePolicy,
    // Without an organization, there are no further policies.
    ...{ serviceControlPolicies: [], resourceControlPolicies: [] },
  };
}

function accountOf(principal: string): string {
  return principal.split(':')[4] ?? '';
}
