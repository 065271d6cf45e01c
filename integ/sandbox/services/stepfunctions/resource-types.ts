import { supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

const NO_HISTORY = 'AWS only: the sandbox logs no execution history';

const name = (of: Identity) => of.name('StateMachineName', 80);
const arn = (of: Identity) => `arn:aws:states:${of.region}:${of.account}:stateMachine:${name(of)}`;

export const stepfunctionsTypes: ResourceType[] = [
  {
    type: 'AWS::StepFunctions::StateMachine',
    support: 'runs',
    reason:
      'functions as tasks run under its role, with Choice, Wait, Pass, Succeed and Fail; a machine with other states is rejected by name',
    properties: supported(
      ['runs', 'StateMachineName DefinitionString RoleArn'],
      ['template only: all executions run like Standard workflows', 'StateMachineType'],
      [
        NO_HISTORY,
        'LoggingConfiguration.{IncludeExecutionData,Level} LoggingConfiguration.Destinations.CloudWatchLogsLogGroup.LogGroupArn',
      ],
      ['AWS only: no traces are recorded', 'TracingConfiguration.Enabled'],
      ['AWS only: the sandbox stores no execution data', 'EncryptionConfiguration.{KmsDataKeyReusePeriodSeconds,KmsKeyId,Type}'],
      ['template only: the sandbox does not read tags', 'Tags.{Key,Value}'],
    ),
    ref: arn,
    attributes: { Arn: arn, Name: name },
  },
];
