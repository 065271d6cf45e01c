import { supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

const NO_HISTORY = 'AWS only: the sandbox writes no logs of executions; GetExecutionHistory has them';

const name = (of: Identity) => of.name('StateMachineName', 80);
const arn = (of: Identity) => `arn:aws:states:${of.region}:${of.account}:stateMachine:${name(of)}`;

export const stepfunctionsTypes: ResourceType[] = [
  {
    type: 'AWS::StepFunctions::StateMachine',
    support: 'runs',
    reason:
      'all states run under its role, in JSONPath and JSONata; a field or a resource that the sandbox does not have is rejected by name',
    properties: supported(
      ['runs', 'StateMachineName DefinitionString RoleArn StateMachineType'],
      [
        NO_HISTORY,
        'LoggingConfiguration.{IncludeExecutionData,Level} LoggingConfiguration.Destinations.CloudWatchLogsLogGroup.LogGroupArn',
      ],
      ['AWS only: no traces are recorded', 'TracingConfiguration.Enabled'],
      [
        'AWS only: the sandbox does not encrypt what it keeps of executions',
        'EncryptionConfiguration.{KmsDataKeyReusePeriodSeconds,KmsKeyId,Type}',
      ],
      ['template only: the sandbox does not read tags', 'Tags.{Key,Value}'],
    ),
    ref: arn,
    attributes: { Arn: arn, Name: name },
  },
];
