import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import type { JsonObject } from '../../sandbox';

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
 * Every request is evaluated. Nothing is cached, so that no answer can belong to another request.
 */
export function isAllowed(role: RolePolicies, tags: Tags, { action, resource, context }: Request): boolean {
  const tagged = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]));
  const policies = { identity: role.identity, resource: leftToTheAccount(role.account) };
  const principal = `${role.arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/session`;
  return simulate(role.account, principal, action, resource, { ...context, ...tagged }, policies);
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
  return actions.every((action) => simulate(role.account, openerOf(role), action, role.arn, context, policies));
}

function simulate(
  accountId: string,
  principal: string,
  action: string,
  resource: string,
  context: Request['context'],
  policies: { readonly identity: readonly JsonObject[]; readonly resource: JsonObject },
): boolean {
  const contextVariables = Object.fromEntries(
    Object.entries(context).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
  );
  const result = runUnsafeSimulation(
    {
      request: { principal, action, resource: { resource, accountId }, contextVariables },
      identityPolicies: policies.identity.map((policy, number) => ({ name: `policy ${number}`, policy })),
      resourcePolicy: { __validated: true, policyDocument: policies.resource, metadata: { name: 'resource' }, errors: [] },
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

/** A resource policy that delegates to the account, as the policy of a KMS key must: the role's policies decide. */
function leftToTheAccount(account: string): JsonObject {
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: '*', Resource: '*' }] };
}

function openerOf({ trust }: RolePolicies): string {
  const statements = [trust.Statement ?? []].flat() as JsonObject[];
  const named = statements.flatMap((statement) => [(statement.Principal as JsonObject | undefined)?.AWS ?? []].flat());
  return String(named[0]);
}
