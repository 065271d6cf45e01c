import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import type { Check, JsonObject } from '../contracts';
import type { NamedPolicy } from './documents';
import { literalPolicy, literalResource, literalValue } from './literal';
import { type DenyingPolicy, denialMessage } from './message';
import { statementsFor } from './statements-for';

/** The caller whose policies are evaluated. A service has no policies: a resource policy must allow it. */
export interface Caller {
  /** `arn:aws:sts::…:assumed-role/…`, the account's root, or `lambda.amazonaws.com`. */
  readonly principal: string;
  readonly identity: readonly NamedPolicy[];
  readonly boundary: readonly NamedPolicy[];
  readonly session: readonly JsonObject[];
  /** Condition keys that come from the caller: tags, ARNs, account. */
  readonly context: Readonly<Record<string, string>>;
}

/** Evaluates one check for a caller: undefined if allowed, or else the message of AWS. */
export type Evaluator = (caller: Caller, check: Check) => string | undefined;

type Context = Record<string, string | string[]>;

/** The maximum number of cached answers. A full cache is emptied. */
const CACHED_ANSWERS = 20_000;
/** The maximum number of cached condition keys per policy, because a caller can invent keys with tag names. */
const CACHED_KEYS = 1_000;

/** What all checks of a caller share, if the same policies apply. */
interface Common {
  /** The cache key of the caller: sessions of one role with the same tags share it. */
  readonly caller: number;
  readonly policies: readonly JsonObject[];
  /** The condition keys of the caller that a policy mentions. */
  readonly context: Context;
}

/**
 * Evaluates policies as IAM does, within one account, and caches each answer. The cache key contains only the condition keys that an
 * applicable policy mentions, so that 5,000 messages of one tenant need one evaluation.
 */
export function createEvaluator(account: string, resourcePolicy: (arn: string) => JsonObject | undefined): Evaluator {
  const answers = new Map<string, string | undefined>();
  const callers = new Map<string, number>();
  let numbers = 0;
  const commons = new WeakMap<Caller, Map<JsonObject | undefined, Common>>();
  const commonOf = (caller: Caller, resource: JsonObject | undefined): Common => {
    const known = commons.get(caller) ?? new Map<JsonObject | undefined, Common>();
    commons.set(caller, known);
    const common = known.get(resource) ?? readCommon(caller, resource);
    known.set(resource, common);
    return common;
  };
  const readCommon = (caller: Caller, resource: JsonObject | undefined): Common => {
    const documents = [...caller.identity, ...caller.boundary].map((policy) => policy.document);
    const policies = [...documents, ...caller.session, ...(resource ? [resource] : [])];
    const content = JSON.stringify([caller.principal, caller.context, caller.session]);
    const number = callers.get(content) ?? ++numbers;
    callers.set(content, number);
    return { caller: number, policies, context: mentionedIn(policies, caller.context) };
  };
  return (caller, check) => {
    const resource = resourcePolicy(check.resource);
    const common = commonOf(caller, resource);
    const own = mentionedIn(common.policies, check.context);
    // Only a resource can contain a line break, so it comes last.
    const question = `${common.caller} ${check.action} ${JSON.stringify(own)}\n${check.resource}`;
    if (!answers.has(question)) {
      if (answers.size >= CACHED_ANSWERS) {
        answers.clear();
        callers.clear();
      }
      const policy = deniedBy(account, caller, check, { ...common.context, ...own }, resource);
      answers.set(question, policy && denialMessage(caller.principal, check, policy));
    }
    return answers.get(question);
  };
}

/** The condition keys that a policy mentions, with their values in the simulator's form. */
function mentionedIn(policies: readonly JsonObject[], context: Check['context']): Context {
  const result: Context = {};
  for (const key in context) {
    if (policies.some((policy) => mentions(policy, key))) {
      const value = context[key];
      result[key] = typeof value === 'string' ? literalValue(value) : value.map(literalValue);
    }
  }
  return result;
}

/** Policies as lower-case text, with the condition keys that were searched for. */
const texts = new WeakMap<JsonObject, { readonly text: string; readonly keys: Map<string, boolean> }>();

function mentions(policy: JsonObject, key: string): boolean {
  let known = texts.get(policy);
  if (!known) {
    known = { text: JSON.stringify(policy).toLowerCase(), keys: new Map() };
    texts.set(policy, known);
  }
  let mentioned = known.keys.get(key);
  if (mentioned === undefined) {
    mentioned = known.text.includes(key.toLowerCase());
    if (known.keys.size >= CACHED_KEYS) {
      known.keys.clear();
    }
    known.keys.set(key, mentioned);
  }
  return mentioned;
}

/** The kind of policy that denies the check, and how; undefined if none does. */
function deniedBy(
  account: string,
  caller: Caller,
  check: Check,
  context: Context,
  resourcePolicy: JsonObject | undefined,
): DenyingPolicy | undefined {
  const simulate = (identity: readonly NamedPolicy[], boundary: readonly NamedPolicy[], resource: JsonObject | undefined) =>
    runUnsafeSimulation(
      {
        request: {
          principal: caller.principal,
          action: check.action,
          resource: { resource: literalResource(check.resource), accountId: account },
          contextVariables: context,
        },
        identityPolicies: identity.map((policy) => named(policy, check.action)),
        permissionBoundaryPolicies: boundary.length > 0 ? boundary.map((policy) => named(policy, check.action)) : undefined,
        // Without an organization, there are no further policies.
        serviceControlPolicies: [{ orgIdentifier: 'account', policies: [{ name: 'FullAWSAccess', policy: FULL_ACCESS }] }],
        resourceControlPolicies: [{ orgIdentifier: 'account', policies: [{ name: 'RCPFullAWSAccess', policy: RCP_FULL_ACCESS }] }],
        resourcePolicy: resource && validated(literalPolicy(statementsFor(resource, check.action))),
      },
      {},
    );
  // A resource policy that delegates to the account, so that only the given policies decide.
  const only = (policies: readonly NamedPolicy[]) => simulate(policies, [], delegation(account));
  const session = caller.session.map((document) => ({ name: 'session', document }));
  const sessionResult = session.length > 0 ? only(session) : 'Allowed';
  const result = simulate(caller.identity, caller.boundary, resourcePolicy);
  if (result === 'Allowed' && sessionResult === 'Allowed') {
    return undefined;
  }
  if (!caller.principal.startsWith('arn:')) {
    return { explicit: result === 'ExplicitlyDenied', kind: 'resource-based policy' };
  }
  const identityResult = only(caller.identity);
  const boundaryResult = caller.boundary.length > 0 ? only(caller.boundary) : 'Allowed';
  const kinds = [
    ['identity-based policy', identityResult],
    ['permissions boundary', boundaryResult],
    ['session policy', sessionResult],
  ] as const;
  const explicit = kinds.find(([, outcome]) => outcome === 'ExplicitlyDenied');
  if (explicit || result === 'ExplicitlyDenied') {
    return { explicit: true, kind: explicit?.[0] ?? 'resource-based policy' };
  }
  return { explicit: false, kind: kinds.find(([, outcome]) => outcome !== 'Allowed')?.[0] ?? 'resource-based policy' };
}

const FULL_ACCESS = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const RCP_FULL_ACCESS = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };

function named({ name, document }: NamedPolicy, action: string) {
  return { name, policy: literalPolicy(statementsFor(document, action)) };
}

/** A validated policy in the form that the simulator requires, with a name. */
function validated(policyDocument: JsonObject) {
  return { __validated: true, policyDocument, metadata: { name: 'resource-based policy' }, errors: [] };
}

function delegation(account: string): JsonObject {
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: '*', Resource: '*' }] };
}
