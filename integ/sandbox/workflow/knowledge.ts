import type { Identity, TypeKnowledge } from '../contracts';

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
      LoggingConfiguration: 'needs AWS: no history is logged here',
      TracingConfiguration: 'needs AWS: no traces are recorded',
      EncryptionConfiguration: 'needs AWS: nothing is stored here',
      Tags: 'asserted only: nothing here acts on tags',
    },
    ref: arn,
    attributes: { Arn: arn, Name: name },
  },
];
