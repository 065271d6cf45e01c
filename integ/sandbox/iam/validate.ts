import { runSimulation } from '@cloud-copilot/iam-simulate';
import { InvalidResource } from '../assembly/errors';
import type { Assembly, JsonObject } from '../contracts';
import { attempt } from '../process/attempt';
import type { Documents } from './documents';

/** @throws if IAM would reject a policy of the template (`MalformedPolicyDocument`), with policy and error */
export async function validatePolicies(documents: Documents, assembly: Assembly): Promise<void> {
  const { account } = assembly;
  const problems: string[] = [];
  const owners: string[] = [];
  const found = (arn: string, ofIt: readonly string[]) => {
    problems.push(...ofIt);
    if (ofIt.length > 0) owners.push(arn);
  };
  for (const role of documents.roles) {
    const identity = attempt(() => [...role.identity(), ...role.boundary()]) ?? [];
    const policies = identity.map(({ name, document }) => ({ name: `${role.name}: ${name}`, policy: document }));
    found(role.arn, await problemsOf(account, policies, undefined));
  }
  for (const [arn, policy] of documents.resourcePolicies) {
    const ofIt = await problemsOf(account, [], policy);
    found(
      arn,
      ofIt.map((problem) => `${arn}: ${problem}`),
    );
  }
  if (problems.length > 0) {
    const message = `MalformedPolicyDocument: ${problems.join('; ')}`;
    const resource = assembly.byArn(owners[0]);
    throw resource === undefined ? new Error(message) : new InvalidResource(resource, message);
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
