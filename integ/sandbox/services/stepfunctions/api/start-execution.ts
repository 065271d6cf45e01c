import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../contracts';
import { ServiceError } from '../../../protocol/service-error';
import type { Entry, Plan } from '../executions/record';
import { findMachine, type Machine } from '../machines';
import { MAX_PAYLOAD_BYTES } from '../run/run-states';
import type { Api, Operation } from './operation';

/** Documented: names have at most 80 characters, without spaces and characters such as `<`, `*` or `:`. */
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;
/** Documented quota of Express workflows. */
const EXPRESS_SECONDS = 300;

/** Documented: StartExecution. A name can be used again when 90 days have passed since its execution ended. */
export const startExecution: Operation = {
  resource: 'stateMachineArn',
  execute(input, api) {
    const { executionArn, startDate } = start(input, api).execution;
    return { executionArn, startDate };
  },
};

/** Documented: StartSyncExecution, for Express workflows only. */
export const startSyncExecution: Operation = {
  resource: 'stateMachineArn',
  async execute(input, api) {
    const { machine } = findMachine(api.assembly, String(input.stateMachineArn));
    if (machine.type !== 'EXPRESS') {
      throw new ServiceError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
    }
    const { ended, execution } = start(input, api);
    await ended;
    const { executionArn, name, startDate, stopDate, status, output, error, cause } = execution;
    const result = { executionArn, name, startDate, stopDate, status, input: execution.input, output, error, cause };
    return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined)) as JsonObject;
  },
};

function start(given: JsonObject, { assembly, endpoint, executions }: Api): Entry {
  const {
    stateMachineArn,
    name = randomUUID(),
    input = '{}',
  } = given as unknown as { stateMachineArn: string; name?: string; input?: string };
  const { machine, resource } = findMachine(assembly, stateMachineArn);
  if (!NAME.test(name)) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
  checkInput(input);
  // Throws if the role's trust policy does not allow the service.
  endpoint.assumeAsService(machine.roleArn, 'states.amazonaws.com', resource.logicalId.slice(0, 64), stateMachineArn);
  const express = machine.type === 'EXPRESS';
  const executionArn = `${stateMachineArn.replace(':stateMachine:', express ? ':express:' : ':execution:')}:${name}${express ? `:${randomUUID()}` : ''}`;
  const known = executions.find(executionArn);
  if (known !== undefined) {
    if (known.execution.status === 'RUNNING' && known.execution.input === input) return known;
    throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
  }
  return executions.start({ executionArn, stateMachineArn, name, input, plan: planOf(machine) });
}

function checkInput(input: string): void {
  if (Buffer.byteLength(input) > MAX_PAYLOAD_BYTES) {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${MAX_PAYLOAD_BYTES}`,
    );
  }
  try {
    JSON.parse(input);
  } catch (error) {
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${(error as Error).message}'`);
  }
}

function planOf({ definition, text, roleArn, type }: Machine): Plan {
  const timeoutSeconds =
    type === 'EXPRESS' ? Math.min(definition.timeoutSeconds ?? EXPRESS_SECONDS, EXPRESS_SECONDS) : definition.timeoutSeconds;
  return { states: definition, definition: text, roleArn, type, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) };
}
