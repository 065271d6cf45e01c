import type { JsonObject } from '../../contracts';
import { type ApplicablePolicies, type Context, callerOf, denyingPolicy } from '.';

export const ACCOUNT = '123456789012';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/team/examplerole`;
/** A session of the role. */
export const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/examplerole/examplerolesessionname`;

/** A request, by default of the session and within its account. */
export interface Question extends Partial<ApplicablePolicies> {
  readonly principal?: string;
  readonly action: string;
  readonly on: string;
  readonly context?: Context;
  readonly account?: string;
}

/** `allowed`, or the kind of policy that denies the request, and how. */
export function outcome({ principal = SESSION, action, on, context = {}, account = ACCOUNT, ...policies }: Question): string {
  const roleArn = principal === SESSION ? ROLE : undefined;
  const caller = callerOf(principal, { roleArn, bounded: (policies.boundary ?? []).length > 0 });
  const applicable = { identity: [], boundary: [], session: [], ...policies };
  const denying = denyingPolicy({ caller, action, resource: on, account, contexts: [context] }, applicable);
  return denying === undefined ? 'allowed' : `${denying.explicit ? 'explicit' : 'implicit'}: ${denying.kind}`;
}

export const isAllowed = (question: Question): boolean => outcome(question) === 'allowed';

/** A policy with one statement, which allows everything that it does not say otherwise. */
export const policy = (statement: JsonObject, more: JsonObject = {}): JsonObject => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      ...('NotAction' in statement ? {} : { Action: '*' }),
      ...('NotResource' in statement ? {} : { Resource: '*' }),
      ...statement,
    },
  ],
  ...more,
});

/** Whether a condition holds in a context. */
export const holds = (Condition: JsonObject, context: Context): boolean =>
  isAllowed({ identity: [policy({ Condition })], action: 's3:GetObject', on: 'arn:aws:s3:::b/k', context });
