import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, QueryLanguage, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Retained } from '../../core/private/retained';
import { type AttemptStatesProps, attemptStates } from './attempt-states';
import { encryptMachine } from './machine-key';
import { createMachineRole } from './machine-role';

/** What the state machine is made of. */
export interface SyncMachineProps extends AttemptStatesProps {
  readonly stateMachineName: string;
  readonly logGroup: LogGroup;
  readonly retained: Retained;
}

/** The writer of results needs it. Set for the states only: without it, the CDK has a deprecated writer. */
const RESULT_WRITER_FLAG = '@aws-cdk/aws-stepfunctions:useDistributedMapResultWriterV2';

/** Creates the state machine as the child `StateMachine`: Standard, encrypted, and without execution data in its logs. */
export function createStateMachine(scope: Construct, props: SyncMachineProps): StateMachine {
  const { stateMachineName, logGroup, retained } = props;
  const states = new Construct(scope, 'States');
  states.node.setContext(RESULT_WRITER_FLAG, true);
  const role = createMachineRole(scope, props);
  const machine = new StateMachine(scope, 'StateMachine', {
    stateMachineName,
    stateMachineType: StateMachineType.STANDARD,
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(attemptStates(states, props)),
    comment: 'Sends the reports of a period, each of them once',
    // The CDK cannot add to this role: it would allow more than is needed.
    role: role.withoutPolicyUpdates(),
    logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
    tracingEnabled: true,
  });
  encryptMachine(machine, retained.encryptionKey);
  // The role has its statements already, by the name of the state machine.
  machine.node.tryRemoveChild('DistributedMapPolicy');
  // Step Functions checks the role when the state machine is created.
  machine.node.addDependency(role);
  return machine;
}
