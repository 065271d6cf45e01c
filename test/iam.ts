import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Stack } from 'aws-cdk-lib';
import { templateOf } from './synth';

const account = '123456789012';

/** A request as a service asks IAM about it. */
export interface Request {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Record<string, string | string[]>;
}

export interface Policies {
  readonly identity?: unknown[];
  readonly resource?: unknown;
}

/** Whether the policies allow a request, by AWS's documented evaluation. Invalid policies and requests are errors. */
export async function isAllowed({ principal, action, resource, context = {} }: Request, policies: Policies): Promise<boolean> {
  const answer = await runSimulation(
    {
      request: { principal, action, resource: { resource, accountId: account }, contextVariables: context },
      identityPolicies: (policies.identity ?? []).map((policy, index) => ({ name: `policy-${index}`, policy })),
      resourcePolicy: policies.resource,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult === 'Allowed';
}

/**
 * The policies of a role in a stack, with references to resources as ARNs that end in the logical id. The stack must have an explicit
 * account and region.
 */
export function policiesOfRole(stack: Stack, logicalId: string): { identity: unknown[]; trust: unknown } {
  const { Resources } = templateOf(stack).toJSON() as { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> };
  const types: Record<string, string> = {
    'AWS::DynamoDB::GlobalTable': 'dynamodb:us-east-1:123456789012:table/',
    'AWS::DynamoDB::Table': 'dynamodb:us-east-1:123456789012:table/',
    'AWS::KMS::Key': 'kms:us-east-1:123456789012:key/',
    'AWS::IAM::Role': 'iam::123456789012:role/',
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const record = value as Record<string, unknown>;
    if ('Fn::GetAtt' in record) {
      const [id] = record['Fn::GetAtt'] as string[];
      return `arn:aws:${types[Resources[id].Type]}${id}`;
    }
    if ('Fn::Join' in record) {
      const [separator, parts] = record['Fn::Join'] as [string, unknown[]];
      return parts.map(resolve).join(separator);
    }
    if ('Ref' in record) return record.Ref === 'AWS::Partition' ? 'aws' : record.Ref;
    return Object.fromEntries(Object.entries(record).map(([key, part]) => [key, resolve(part)]));
  };
  const identity = Object.values(Resources)
    .filter(({ Type, Properties }) => Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes(`"${logicalId}"`))
    .map(({ Properties }) => resolve(Properties.PolicyDocument));
  return { identity, trust: resolve(Resources[logicalId].Properties.AssumeRolePolicyDocument) };
}
