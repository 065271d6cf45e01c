import type { JsonObject } from '../../sandbox';
import { callerOf, denyingPolicy } from '../../sandbox/iam/evaluation';

export interface Request {
  readonly action: string;
  readonly resource: string;
  /** The context keys that the service sets. The session's tags are not included. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export type Tags = Readonly<Record<string, string>>;

/** The policy documents that apply to one role. */
export interface RolePolicies {
  readonly arn: string;
  readonly account: string;
  readonly identity: readonly JsonObject[];
  readonly trust: JsonObject;
}

/**
 * Whether the role's policies allow a request of a session with these tags.
 *
 * Every request is evaluated. No answer is kept that could belong to another request.
 */
export function isAllowed(role: RolePolicies, tags: Tags, { action, resource, context }: Request): boolean {
  const tagged = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]));
  const policies = { identity: role.identity, resource: leftToTheAccount(role.account) };
  return evaluate(role.account, role.arn, action, resource, { ...context, ...tagged }, policies);
}

/** Whether the role's trust policy lets a principal that it names open a session with exactly these tags. */
export function isOpened(role: RolePolicies, tags: Tags): boolean {
  const keys = Object.keys(tags);
  const context = {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(keys.length > 0 ? { 'aws:TagKeys': keys } : {}),
  };
  // Documented: «Pass session tags in AWS STS»: a call with tags needs both actions, one without them the first alone.
  const actions = keys.length > 0 ? ['sts:AssumeRole', 'sts:TagSession'] : ['sts:AssumeRole'];
  const policies = { identity: [], resource: role.trust };
  return actions.every((action) => evaluate(role.account, openerOf(role), action, role.arn, context, policies));
}

function evaluate(
  account: string,
  principal: string,
  action: string,
  resource: string,
  context: Request['context'],
  policies: { readonly identity: readonly JsonObject[]; readonly resource: JsonObject },
): boolean {
  const request = { caller: callerOf(principal), action, resource, account, contexts: [context] };
  return denyingPolicy(request, { ...policies, boundary: [], session: [] }) === undefined;
}

const delegations = new Map<string, JsonObject>();

/** A resource policy that delegates to the account, as the policy of a KMS key must: the role's policies decide. */
function leftToTheAccount(account: string): JsonObject {
  const Statement = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: '*', Resource: '*' };
  const delegation = delegations.get(account) ?? { Version: '2012-10-17', Statement: [Statement] };
  delegations.set(account, delegation);
  return delegation;
}

function openerOf({ trust }: RolePolicies): string {
  const statements = [trust.Statement ?? []].flat() as JsonObject[];
  const named = statements.flatMap((statement) => [(statement.Principal as JsonObject | undefined)?.AWS ?? []].flat());
  return String(named[0]);
}
