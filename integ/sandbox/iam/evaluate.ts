import type { Check, JsonObject } from '../contracts';
import type { NamedPolicy } from './documents';
import { type ContextSource, callerOf, denyingPolicy } from './evaluation';
import { denialMessage } from './message';

/** The caller whose policies are evaluated. A service has no policies: a resource policy must allow it. */
export interface Caller {
  /** `arn:aws:sts::…:assumed-role/…`, the account's root, or `lambda.amazonaws.com`. */
  readonly principal: string;
  /** Of a session: its role, whose path the ARN of the session does not have. */
  readonly roleArn?: string;
  readonly identity: readonly NamedPolicy[];
  readonly boundary: readonly NamedPolicy[];
  readonly session: readonly JsonObject[];
  /** Condition keys that come from the caller: tags, ARNs, account. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** Evaluates one check for a caller: undefined if allowed, or else the message of AWS. */
export type Evaluator = (caller: Caller, check: Check) => string | undefined;

/** Policies and caller in the form of the evaluation, which keeps what it has read of them. */
type Known = Omit<Parameters<typeof denyingPolicy>[1], 'resource'> & { readonly caller: ReturnType<typeof callerOf> };

/**
 * Evaluates the policies of one account.
 *
 * @param resourcePolicy the policy of a resource
 * @param environment further condition keys of a check, found when a policy uses them
 */
export function createEvaluator(
  account: string,
  resourcePolicy: (arn: string) => JsonObject | undefined,
  environment: (check: Check) => readonly ContextSource[] = () => [],
): Evaluator {
  const callers = new WeakMap<Caller, Known>();
  const read = (caller: Caller): Known => {
    const { principal, roleArn, identity, boundary, session } = caller;
    const documents = (policies: readonly NamedPolicy[]) => policies.map(({ document }) => document);
    return {
      caller: callerOf(principal, { roleArn, bounded: boundary.length > 0 }),
      ...{ identity: documents(identity), boundary: documents(boundary), session },
    };
  };
  return (caller, check) => {
    const known = callers.get(caller) ?? read(caller);
    callers.set(caller, known);
    const { action, resource, context } = check;
    const contexts = [...environment(check), caller.context, context];
    const policy = denyingPolicy(
      { caller: known.caller, action, resource, account, contexts },
      { ...known, resource: resourcePolicy(resource) },
    );
    return policy && denialMessage(caller.principal, check, policy);
  };
}
