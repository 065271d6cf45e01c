import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { JsonObject } from '../contracts';
import type { Documents } from './documents';

/** Throws when a policy of the template is one that IAM does not accept (`MalformedPolicyDocument`), naming policy and error. */
export async function validatePolicies(documents: Documents, account: string): Promise<void> {
  const problems: string[] = [];
  for (const role of documents.roles) {
    const identity = attempt(() => [...role.identity(), ...role.boundary()]);
    problems.push(
      ...(await problemsOf(
        account,
        identity.map(({ name, document }) => ({ name: `${role.name}: ${name}`, policy: document })),
        undefined,
      )),
    );
  }
  for (const [arn, policy] of documents.resourcePolicies) {
    problems.push(...(await problemsOf(account, [], policy)).map((problem) => `${arn}: ${problem}`));
  }
  if (problems.length > 0) {
    throw new Error(`MalformedPolicyDocument: ${problems.join('; ')}`);
  }
}

/** A managed policy that is not supported stops the role when it is used, not the whole assembly. */
function attempt<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch {
    return [];
  }
}

async function problemsOf(
  account: string,
  identityPolicies: { name: string; policy: JsonObject }[],
  resourcePolicy: JsonObject | undefined,
) {
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${account}:root`,
        action: 'dynamodb:ListTables',
        resource: { resource: '*', accountId: account },
        contextVariables: {},
      },
      identityPolicies,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
    },
    {},
  );
  if (result.resultType !== 'error') {
    return [];
  }
  const { identityPolicyErrors = {}, resourcePolicyErrors = [] } = result.errors;
  const named = [
    ...Object.entries(identityPolicyErrors),
    ...(resourcePolicyErrors.length > 0 ? [['policy', resourcePolicyErrors] as const] : []),
  ];
  return named.flatMap(([name, errors]) => errors.map((error) => `${name}: ${error.message} (${error.path})`));
}
