import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  CustomerManagedEncryptionConfiguration,
  DefinitionBody,
  LogLevel,
  QueryLanguage,
  StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { resourceKeyUse } from '../../core/private/key-use';
import type { Retained } from '../../core/private/retained';
import { type AttemptStatesProps, attemptStates } from './attempt-states';

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
  const machine = new StateMachine(scope, 'StateMachine', {
    stateMachineName,
    stateMachineType: StateMachineType.STANDARD,
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(attemptStates(states, props)),
    comment: 'Sends the reports of a period, each of them once',
    encryptionConfiguration: new CustomerManagedEncryptionConfiguration(retained.encryptionKey),
    logs: { destination: logGroup, level: LogLevel.ERROR, includeExecutionData: false },
    tracingEnabled: true,
    removalPolicy: retained.removalPolicy,
  });
  // The list and the results are encrypted with the key of their bucket.
  for (const statement of resourceKeyUse(props.reportBucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']))
    machine.addToRolePolicy(statement);
  return machine;
}
