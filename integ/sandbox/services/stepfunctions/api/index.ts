import type { Assembly, Clock, Endpoint, Events, JsonObject, StateMachines } from '../../../contracts';
import { type AwsJson, jsonService } from '../../../protocol/aws-json';
import { ServiceError } from '../../../protocol/service-error';
import { listStates } from '../definition/list-states';
import { announce } from '../executions/announce';
import { countStates } from '../executions/counts';
import { createExecutions } from '../executions/executions';
import { openJournals } from '../executions/journal';
import { createListeners } from '../executions/listeners';
import type { Services } from '../integrations/services';
import { findMachine } from '../machines';
import type { StatusChanged } from '../metrics';
import { describeExecution, getExecutionHistory, listExecutions, redriveExecution, stopExecution } from './executions';
import { describeMapRun, listMapRuns, updateMapRun } from './map-runs';
import { type Api, checksOf, type Operation } from './operation';
import { startExecution, startSyncExecution } from './start-execution';
import { describeStateMachine } from './state-machines';

export interface StateMachinesOptions {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  /** What the states of a machine with this role call. */
  services(roleArn: string, stateMachineArn: string): Services;
  /** A folder in which executions are kept. @default - in memory */
  readonly folder?: string;
  /** @default nothing is measured */
  readonly changed?: StatusChanged;
  /** Puts the events of executions on the default bus. @default there are none */
  readonly emit?: Events['emit'];
  /** Reports executions that failed. */
  report?(line: string): void;
}

/** The state machines of an assembly. */
export interface RunningStateMachines extends StateMachines {
  /** Continues what a killed sandbox has left running. */
  proceed(): void;
  /** Stops what is still running. */
  close(): Promise<void>;
}

/** The operations of Step Functions that the sandbox has. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...{ StartExecution: startExecution, StartSyncExecution: startSyncExecution, StopExecution: stopExecution },
  ...{ DescribeExecution: describeExecution, ListExecutions: listExecutions, GetExecutionHistory: getExecutionHistory },
  ...{ RedriveExecution: redriveExecution, DescribeStateMachine: describeStateMachine },
  ...{ DescribeMapRun: describeMapRun, ListMapRuns: listMapRuns, UpdateMapRun: updateMapRun },
};

const PROTOCOL: AwsJson = { target: 'AWSStepFunctions', version: '1.0' };

/** Registers Step Functions at the endpoint. */
export function startStateMachines({
  assembly,
  endpoint,
  clock,
  services,
  folder,
  changed,
  emit,
  report = () => undefined,
}: StateMachinesOptions): RunningStateMachines {
  const listeners = createListeners();
  const executions = createExecutions({
    clock,
    services,
    journals: folder === undefined ? undefined : openJournals(folder),
    listener: listeners.current,
    changed,
    announce: emit && ((execution, plan) => announce(emit, execution, plan)),
    report,
  });
  const api: Api = { assembly, endpoint, executions, clock };
  endpoint.register(
    jsonService({
      ...{ name: 'states', protocol: PROTOCOL },
      read(name, input) {
        const operation = OPERATIONS[name];
        if (operation === undefined) {
          throw new ServiceError(
            'UnknownOperationException',
            `${name} is not supported by the sandbox: use one of ${Object.keys(OPERATIONS).join(', ')}`,
          );
        }
        return { checks: () => checksOf(name, operation, input), execute: () => operation.execute(input, api) };
      },
    }),
  );
  const definition = (stateMachineArn: string) => JSON.parse(findMachine(assembly, stateMachineArn).machine.text) as JsonObject;
  return {
    definition,
    states: (stateMachineArn) => listStates(definition(stateMachineArn)),
    counts: (stateMachineArn) =>
      countStates(executions.all().filter(({ execution }) => `${execution.stateMachineArn}/`.startsWith(`${stateMachineArn}/`))),
    onTransition: (listener) => listeners.add(listener),
    proceed() {
      const count = executions.proceedAll();
      if (count > 0) report(`${count} execution${count === 1 ? '' : 's'} of state machines continue${count === 1 ? 's' : ''}`);
    },
    close: () => executions.close(),
  };
}
