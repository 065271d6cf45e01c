import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Effect, ManagedPolicy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { keyUse, PRODUCER_ACTIONS } from './key-use';
import { acknowledge } from './rule-packs';

/** What decides which permissions Lambda needs in the role's name. */
export interface ServicePolicyProps {
  /** Encrypts the environment variables; Lambda's own key does where it is absent. */
  readonly environmentKey?: IKey;
  /** Where failed events of asynchronous callers go, or why there are none. */
  readonly deadLetters: { readonly queue: IQueue; readonly key: IKey } | { readonly none: string };
  /** Where its connections begin, or why that is no VPC. */
  readonly network: { readonly vpc: IVpc } | { readonly open: string };
}

/**
 * What Lambda does in the name of a function's role, outside of its code, as the role's child `ServicePolicy`: whatever waits for the role
 * waits for it too. Of what is absent, Lambda needs nothing.
 */
export function createServicePolicy(role: Role, props: Partial<ServicePolicyProps> = {}): void {
  const { environmentKey, deadLetters = { none: '' }, network = { open: '' } } = props;
  const inVpc = 'vpc' in network;
  const statements = [
    new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }),
    ...(environmentKey === undefined ? [] : [decryptEnvironment(role, environmentKey)]),
    // That of sending comes with the L2.
    ...('queue' in deadLetters ? [keyUse(deadLetters.key, { service: 'sqs', region: Stack.of(role).region }, PRODUCER_ACTIONS)] : []),
    ...(inVpc ? manageInterfaces() : []),
  ];
  // Not an inline one: those of a role share 10,240 characters, and the CDK lets the default policy have 10,000 of them.
  const policy = new ManagedPolicy(role, 'ServicePolicy', { roles: [role], statements });
  acknowledge(policy, ['AwsSolutions'], 'IAM5[Resource::*]', inVpc ? TRACES_AND_INTERFACES : TRACES);
}

/**
 * The ARN of the function comes after its role, so that the context can only be held to functions of this account and Region. The code itself gets
 * nothing: documented ("Using source function ARN to control function access behavior" in Lambda's guide) is that its calls have
 * lambda:SourceFunctionArn, and that the decryption of environment variables has not.
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
 * Documented: "Giving Lambda functions access to resources in an Amazon VPC", required permissions, and that the code is to be denied them; by the
 * page above, Lambda's own calls are those without lambda:SourceFunctionArn.
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

const TRACES = 'X-Ray has no resources for the permissions to send traces; the statement with * holds these two actions only.';
const TRACES_AND_INTERFACES =
  'X-Ray has no resources for the permissions to send traces. Of EC2, Lambda needs the actions on network interfaces for all of them, as its guide says; the code is denied each.';
