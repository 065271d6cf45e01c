import type { JsonObject } from '../../contracts';
import type { DenyingPolicy } from '../message';
import type { Lookup } from './pattern';
import type { Caller, Naming } from './principals';
import { askedResource } from './resources';
import { type Answer, type Asked, answerOf, resourceAnswerOf } from './statements';

/** The condition keys of a request. Their names are not case-sensitive; one that comes later overrides an earlier one. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** Condition keys, or what finds them when a policy uses them. */
export type ContextSource = Context | Lookup;

/** A request as a service asks IAM about it. */
export interface AuthorizationRequest {
  readonly caller: Caller;
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** An ARN, or `*` for an action that has none. */
  readonly resource: string;
  /** The account of the resource. */
  readonly account: string;
  /** A later one overrides an earlier one. */
  readonly contexts: readonly ContextSource[];
}

/** The policies that apply to a request. An organization has none. */
export interface ApplicablePolicies {
  readonly identity: readonly JsonObject[];
  /** Without one, the boundary limits nothing. */
  readonly boundary: readonly JsonObject[];
  /** Without one, the session has the permissions of its role. */
  readonly session: readonly JsonObject[];
  /** The policy of the resource: of a bucket, a key, a queue, or the trust policy of a role. */
  readonly resource?: JsonObject;
}

/**
 * The policy that denies a request; undefined if the request is allowed. Documented: "How AWS enforcement code logic evaluates requests to
 * allow or deny access", and "Cross-account policy evaluation logic" (IAM User Guide).
 *
 * @throws for an effect or an operator that does not exist
 */
export function denyingPolicy(request: AuthorizationRequest, policies: ApplicablePolicies): DenyingPolicy | undefined {
  const { caller, action, resource, account } = request;
  const asked: Asked = {
    caller,
    action: action.toLowerCase(),
    resource: askedResource(action, resource),
    lookup: lookupIn(request.contexts),
  };
  const identity = answerOf(policies.identity, asked);
  const boundary = limitOf(policies.boundary, asked);
  const session = limitOf(policies.session, asked);
  const byResource = resourceAnswerOf(policies.resource, asked);

  if (identity === 'deny') return { explicit: true, kind: 'identity-based policy' };
  if (boundary === 'deny') return { explicit: true, kind: 'permissions boundary' };
  if (session === 'deny') return { explicit: true, kind: 'session policy' };
  if (byResource === 'deny') return { explicit: true, kind: 'resource-based policy' };

  const lacks = (kind: DenyingPolicy['kind']): DenyingPolicy => ({ explicit: false, kind });
  if (caller.kind === 'service') return byResource.has('direct') ? undefined : lacks('resource-based policy');
  const within = caller.account === account;
  if (within && byResource.has('direct')) return undefined;
  const granted = within && byResource.has('role');
  if (!granted && identity !== 'allow') return lacks('identity-based policy');
  if (!granted && !(within ? leavesToAccount(asked, resource, byResource) : byResource.size > 0)) return lacks('resource-based policy');
  if (boundary === 'none') return lacks('permissions boundary');
  return session === 'none' ? lacks('session policy') : undefined;
}

/** Policies that only limit permissions limit nothing if there are none. */
function limitOf(documents: readonly JsonObject[], asked: Asked): Answer {
  return documents.length === 0 ? 'allow' : answerOf(documents, asked);
}

/**
 * Whether the policies of a principal can allow a request within the account. "IAM role trust policies and KMS key policies are exceptions to
 * this logic, because they must explicitly allow access for principals": they must name the account.
 */
function leavesToAccount(asked: Asked, resource: string, byResource: ReadonlySet<Naming>): boolean {
  return byResource.has('account') || !(isKey(resource) || (isRole(resource) && asked.action.startsWith('sts:')));
}

function isKey(arn: string): boolean {
  return /^arn:[^:]+:kms:[^:]*:\d*:key\//.test(arn);
}

function isRole(arn: string): boolean {
  return /^arn:[^:]+:iam::\d*:role\//.test(arn);
}

function lookupIn(contexts: readonly ContextSource[]): Lookup {
  const lookups = contexts.map((context) => (typeof context === 'function' ? context : byName(context))).reverse();
  return (key) => {
    for (const lookup of lookups) {
      const value = lookup(key);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

const named = new WeakMap<Context, Lookup>();

/** Finds condition keys by their names in lower case. */
function byName(context: Context): Lookup {
  let lookup = named.get(context);
  if (lookup === undefined) {
    let values: Map<string, string | readonly string[]> | undefined;
    lookup = (key) => {
      values ??= new Map(Object.entries(context).map(([name, value]) => [name.toLowerCase(), value]));
      return values.get(key);
    };
    named.set(context, lookup);
  }
  return lookup;
}
