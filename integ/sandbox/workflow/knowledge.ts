import type { Identity, TypeKnowledge } from '../contracts';
import { members } from '../knowledge';

const NO_HISTORY = 'needs AWS: no history is logged here';

const name = (of: Identity) => of.name('StateMachineName', 80);
const arn = (of: Identity) => `arn:aws:states:${of.region}:${of.account}:stateMachine:${name(of)}`;

/** What this box knows: state machines of Lambda tasks. */
export const knowledge: TypeKnowledge[] = [
  {
    type: 'AWS::StepFunctions::StateMachine',
    standing: 'run',
    reason: 'Lambda tasks with Retry and Catch run under its role; an execution of anything else is refused by name',
    properties: {
      StateMachineName: 'run',
      DefinitionString: 'run',
      RoleArn: 'run',
      StateMachineType: 'asserted only: executions run as Standard ones do',
      ...members('LoggingConfiguration', NO_HISTORY, ['IncludeExecutionData', 'Level']),
      'LoggingConfiguration.Destinations.CloudWatchLogsLogGroup.LogGroupArn': NO_HISTORY,
      'TracingConfiguration.Enabled': 'needs AWS: no traces are recorded',
      ...members('EncryptionConfiguration', 'needs AWS: nothing is stored here', ['KmsDataKeyReusePeriodSeconds', 'KmsKeyId', 'Type']),
      ...members('Tags', 'asserted only: nothing here acts on tags', ['Key', 'Value']),
    },
    ref: arn,
    attributes: { Arn: arn, Name: name },
  },
];
