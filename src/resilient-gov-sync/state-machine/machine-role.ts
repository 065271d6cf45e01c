import { ArnFormat, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { logDelivery } from '../../core/private/base/key-policy';
import { resourceKeyUse } from '../../core/private/key-use';
import type { Retained } from '../../core/private/retained';
import { acknowledge, acknowledgeWildcard, REGULATED } from '../../core/private/rule-packs';
import { executionsArn } from '../executions-arn';
import type { GovEndpoint } from '../gov-endpoint';
import { REPORT_FOLDERS } from '../report-folders';
import { MAP_LABEL } from './attempt-states';

/** What the role is for. */
export interface MachineRoleProps {
  readonly stateMachineName: string;
  readonly run: IFunction;
  readonly source: IFunction;
  readonly endpoint: GovEndpoint;
  readonly reportBucket: IBucket;
  readonly retained: Retained;
}

/**
 * Creates the role of the state machine as the child `StateMachineRole`. Its policies are written here, because those of the CDK would allow
 * every object of the bucket, every version of the functions, and HTTP Tasks of every state machine.
 */
export function createMachineRole(scope: Construct, props: MachineRoleProps): Role {
  const { run, source, endpoint, reportBucket, retained, stateMachineName } = props;
  const stack = Stack.of(scope);
  const machine = stack.formatArn({
    ...{ service: 'states', resource: 'stateMachine', arnFormat: ArnFormat.COLON_RESOURCE_NAME },
    resourceName: stateMachineName,
  });
  const [executions, children] = [stateMachineName, `${stateMachineName}/${MAP_LABEL}`].map((name) => executionsArn(scope, name));
  const [lists, results] = [REPORT_FOLDERS.lists, REPORT_FOLDERS.results].map((folder) => reportBucket.arnForObjects(`${folder}*`));
  // A child execution of the map has its own ARN of a state machine: `<state machine>/<label>`.
  const machines = [machine, `${machine}/${MAP_LABEL}`];
  const { account } = stack;
  const role = new Role(scope, 'StateMachineRole', {
    // Documented: "How AWS Step Functions works with IAM", cross-service confused deputy prevention.
    assumedBy: new ServicePrincipal('states.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': machines } },
    }),
  });
  const context = { 'kms:EncryptionContext:aws:states:stateMachineArn': machine };
  const statements = [
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [run.functionArn, source.functionArn] }),
    ...endpoint._transport.statements(machines, endpoint._origin),
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [lists] }),
    // Documented: "IAM policies for using Distributed Map states".
    new PolicyStatement({
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
      resources: [results],
    }),
    ...resourceKeyUse(reportBucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']),
    new PolicyStatement({ actions: ['states:StartExecution'], resources: [machine] }),
    new PolicyStatement({ actions: ['states:DescribeExecution', 'states:StopExecution'], resources: [executions, children] }),
    // Not states:RedriveExecution: a redrive would repeat a call without a turn. A new attempt sends what is missing.
    // Documented: "Data at rest encryption in Step Functions".
    new PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [retained.encryptionKey.keyArn],
      conditions: { StringEquals: context },
    }),
    new PolicyStatement({
      actions: ['kms:GenerateDataKey'],
      resources: [retained.encryptionKey.keyArn],
      conditions: {
        StringEquals: {
          'kms:EncryptionContext:SourceArn': logDelivery(stack),
        },
      },
    }),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  const policy = role.node.findChild('DefaultPolicy');
  acknowledge(
    policy,
    REGULATED,
    'IAMNoInlinePolicy',
    'The policy is for this one state machine only. A managed policy could be attached elsewhere.',
  );
  for (const objects of [lists, results])
    acknowledgeWildcard(policy, objects, 'The wildcard comes after a folder of the bucket of reports.');
  for (const one of [executions, children])
    acknowledgeWildcard(policy, one, 'The wildcard stands for the executions of this state machine.');
  createServicePolicy(role);
  return role;
}

/** What Step Functions itself does with the role: logs and traces. */
function createServicePolicy(role: Role): void {
  const policy = new ManagedPolicy(role, 'ServicePolicy', {
    roles: [role],
    statements: [
      // Documented: "Using CloudWatch Logs to log execution history in Step Functions".
      new PolicyStatement({
        actions: [
          'logs:CreateLogDelivery',
          'logs:DeleteLogDelivery',
          'logs:DescribeLogGroups',
          'logs:DescribeResourcePolicies',
          'logs:GetLogDelivery',
          'logs:ListLogDeliveries',
          'logs:PutResourcePolicy',
          'logs:UpdateLogDelivery',
        ],
        resources: ['*'],
      }),
      // Documented: "IAM policies for AWS X-Ray and Step Functions".
      new PolicyStatement({
        actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
        resources: ['*'],
      }),
    ],
  });
  acknowledge(
    policy,
    ['AwsSolutions'],
    'IAM5[Resource::*]',
    'Log delivery and X-Ray support no resource-level permissions. The statements with * have their actions only.',
  );
}
