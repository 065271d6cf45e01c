import { members } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';

const NO_HISTORY = 'AWS only: no history is logged here';

const name = (of: Identity) => of.name('StateMachineName', 80);
const arn = (of: Identity) => `arn:aws:states:${of.region}:${of.account}:stateMachine:${name(of)}`;

/** What this service knows: state machines of Lambda tasks. */
export const stepfunctionsTypes: ResourceType[] = [
  {
    type: 'AWS::StepFunctions::StateMachine',
    support: 'runs',
    reason: 'Lambda tasks with Retry and Catch run under its role; an execution of anything else is rejected by name',
    properties: {
      StateMachineName: 'runs',
      DefinitionString: 'runs',
      RoleArn: 'runs',
      StateMachineType: 'template only: executions run as Standard ones do',
      ...members('LoggingConfiguration', NO_HISTORY, ['IncludeExecutionData', 'Level']),
      'LoggingConfiguration.Destinations.CloudWatchLogsLogGroup.LogGroupArn': NO_HISTORY,
      'TracingConfiguration.Enabled': 'AWS only: no traces are recorded',
      ...members('EncryptionConfiguration', 'AWS only: nothing is stored here', ['KmsDataKeyReusePeriodSeconds', 'KmsKeyId', 'Type']),
      ...members('Tags', 'template only: nothing here acts on tags', ['Key', 'Value']),
    },
    ref: arn,
    attributes: { Arn: arn, Name: name },
  },
];
