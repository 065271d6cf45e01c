import type { Stack } from 'aws-cdk-lib';
import { isAllowedByValidatingSimulator, isAllowed as isAllowedHere } from '../integ/kit/second-opinion';
import type { JsonObject } from '../integ/sandbox';
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

/**
 * Whether the policies allow a request, by AWS's documented evaluation. Invalid policies and requests are errors, and so is another answer of
 * the second opinion, iam-simulate.
 */
export async function isAllowed({ context = {}, ...request }: Request, policies: Policies): Promise<boolean> {
  const question = {
    ...{ ...request, account, context, boundary: [], session: [] },
    identity: (policies.identity ?? []) as JsonObject[],
    resourcePolicy: policies.resource as JsonObject | undefined,
  };
  const bySimulator = await isAllowedByValidatingSimulator(question);
  const allowed = isAllowedHere(question);
  if (allowed !== bySimulator) {
    const [answer, other] = allowed ? ['allowed', 'denied'] : ['denied', 'allowed'];
    throw new Error(`${request.action} on ${request.resource} is ${answer}, but ${other} by iam-simulate`);
  }
  return allowed;
}

/** A resource of a template whose references are resolved. */
export interface ResolvedResource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

/** The resources of a stack by logical id, references to others as ARNs that end in the logical id; a bucket's has it in lower case, as its name. The stack has an explicit account and region. */
export function resolvedResources(stack: Stack): Record<string, ResolvedResource> {
  const { Resources } = templateOf(stack).toJSON() as { Resources: Record<string, ResolvedResource> };
  const arns: Record<string, string> = {
    'AWS::DynamoDB::Table': 'dynamodb:us-east-1:123456789012:table/',
    'AWS::KMS::Key': 'kms:us-east-1:123456789012:key/',
    'AWS::IAM::Role': 'iam::123456789012:role/',
    'AWS::IAM::User': 'iam::123456789012:user/',
    'AWS::Lambda::Function': 'lambda:us-east-1:123456789012:function:',
    'AWS::Logs::LogGroup': 'logs:us-east-1:123456789012:log-group:',
    'AWS::S3::Bucket': 's3:::',
    'AWS::SQS::Queue': 'sqs:us-east-1:123456789012:',
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const record = value as Record<string, unknown>;
    if ('Fn::GetAtt' in record) {
      const [id] = record['Fn::GetAtt'] as string[];
      const { Type } = Resources[id];
      return `arn:aws:${arns[Type]}${Type === 'AWS::S3::Bucket' ? id.toLowerCase() : id}`;
    }
    if ('Fn::Join' in record) {
      const [separator, parts] = record['Fn::Join'] as [string, unknown[]];
      return parts.map(resolve).join(separator);
    }
    if ('Ref' in record) return record.Ref === 'AWS::Partition' ? 'aws' : record.Ref;
    return Object.fromEntries(Object.entries(record).map(([key, part]) => [key, resolve(part)]));
  };
  return resolve(Resources) as Record<string, ResolvedResource>;
}

/** The policies of a role of a stack. */
export function policiesOfRole(stack: Stack, logicalId: string): { identity: unknown[]; trust: unknown } {
  const resources = resolvedResources(stack);
  const identity = Object.values(resources)
    .filter(
      ({ Type, Properties }) =>
        ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes(Type) && (Properties.Roles as string[]).includes(logicalId),
    )
    .map(({ Properties }) => Properties.PolicyDocument);
  return { identity, trust: resources[logicalId].Properties.AssumeRolePolicyDocument };
}
