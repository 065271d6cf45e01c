import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Effect, ManagedPolicy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { keyUse, PRODUCER_ACTIONS } from './key-use';
import { acknowledge } from './rule-packs';

/** The settings that decide which permissions the Lambda service needs from a function's role. */
export interface ServicePolicyProps {
  /** Encrypts the environment variables. Defaults to the AWS managed key. */
  readonly environmentKey?: IKey;
  /** The queue for failed asynchronous events, or why there is none. */
  readonly deadLetters: { readonly queue: IQueue; readonly key: IKey } | { readonly none: string };
  /** The VPC of the function, or why it is not in one. */
  readonly network: { readonly vpc: IVpc } | { readonly open: string };
}

/**
 * Grants what the Lambda service itself does with a function's role, as the role's child `ServicePolicy`, so that a dependency on the role
 * includes it.
 */
export function createServicePolicy(role: Role, props: Partial<ServicePolicyProps> = {}): void {
  const { environmentKey, deadLetters = { none: '' }, network = { open: '' } } = props;
  const inVpc = 'vpc' in network;
  const statements = [
    new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }),
    ...(environmentKey === undefined ? [] : [decryptEnvironment(role, environmentKey)]),
    // The L2 grants the permission to send.
    ...('queue' in deadLetters ? [keyUse(deadLetters.key, { service: 'sqs', region: Stack.of(role).region }, PRODUCER_ACTIONS)] : []),
    ...(inVpc ? manageInterfaces() : []),
  ];
  // A managed policy, because the inline policies of a role share 10,240 characters, and the CDK lets the default policy use 10,000 of
  // them.
  const policy = new ManagedPolicy(role, 'ServicePolicy', { roles: [role], statements });
  acknowledge(policy, ['AwsSolutions'], 'IAM5[Resource::*]', inVpc ? TRACES_AND_INTERFACES : TRACES);
}

/**
 * The function is created after its role, so the condition can only be limited to the functions of this account and Region. The code gets
 * no permission: its calls have lambda:SourceFunctionArn, but the service's decryption of environment variables does not (documented:
 * "Using source function ARN to control function access behavior").
 */
function decryptEnvironment(role: Role, key: IKey): PolicyStatement {
  const functions = Stack.of(role).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return new PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [key.keyArn],
    conditions: {
      ArnLike: { 'kms:EncryptionContext:aws:lambda:FunctionArn': functions },
      Null: { 'lambda:SourceFunctionArn': 'true' },
    },
  });
}

/**
 * Documented: "Giving Lambda functions access to resources in an Amazon VPC": the required permissions, and the advice to deny them to the
 * code. The calls of the code are those with lambda:SourceFunctionArn.
 */
function manageInterfaces(): PolicyStatement[] {
  const actions = [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ];
  return [
    new PolicyStatement({ actions, resources: ['*'] }),
    new PolicyStatement({
      sid: 'NotTheCode',
      effect: Effect.DENY,
      actions,
      resources: ['*'],
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  ];
}

const TRACES = 'The X-Ray actions that send traces support no resource-level permissions. The statement with * has these two actions only.';
const TRACES_AND_INTERFACES =
  'The X-Ray actions that send traces support no resource-level permissions. Lambda needs the EC2 actions on all network interfaces, as its guide documents; they are denied to the code.';
