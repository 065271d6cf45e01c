import type { JsonObject } from '../../../contracts';
import { ServiceError } from '../../../protocol/service-error';
import { type Entry, notRedrivable, REDRIVE_SECONDS } from '../executions/record';
import { findMachine } from '../machines';
import { type Api, entryOf, type Operation, pageOf } from './operation';

export const describeExecution: Operation = {
  resource: 'executionArn',
  execute: ({ executionArn }, api) => described(entryOf(api, executionArn), api),
};

export const listExecutions: Operation = {
  resource: ({ stateMachineArn, mapRunArn }) => String(stateMachineArn ?? mapRunArn),
  execute(input, api) {
    const { stateMachineArn, mapRunArn, statusFilter, redriveFilter } = input;
    if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
      throw new ServiceError('ValidationException', 'You must specify either a stateMachineArn or a mapRunArn');
    }
    if (stateMachineArn !== undefined) findMachine(api.assembly, String(stateMachineArn));
    const found = api.executions
      .all()
      .filter(
        ({ execution }) =>
          (mapRunArn === undefined ? execution.stateMachineArn === stateMachineArn : execution.mapRunArn === mapRunArn) &&
          (statusFilter === undefined || execution.status === statusFilter) &&
          (redriveFilter === undefined || (redriveFilter === 'REDRIVEN') === execution.redriveCount > 0),
      );
    const { items, more } = pageOf(found, input, 100);
    return { executions: items.map((entry) => listed(entry)), ...more };
  },
};

export const stopExecution: Operation = {
  resource: 'executionArn',
  async execute({ executionArn, error, cause }, api) {
    const entry = entryOf(api, executionArn);
    if (entry.execution.status === 'RUNNING') {
      await api.executions.stop(entry, error === undefined ? undefined : String(error), cause === undefined ? undefined : String(cause));
    }
    return { stopDate: entry.execution.stopDate ?? 0 };
  },
};

/** Documented: RedriveExecution, and "Restarting state machine executions with redrive in Step Functions". */
export const redriveExecution: Operation = {
  resource: 'executionArn',
  execute({ executionArn }, api) {
    const entry = entryOf(api, executionArn);
    const reason = notRedrivable(entry, api.clock.now() / 1000);
    if (reason !== undefined) throw new ServiceError('ExecutionNotRedrivable', reason);
    const { machine, resource } = findMachine(api.assembly, entry.execution.stateMachineArn);
    api.endpoint.assumeAsService(machine.roleArn, 'states.amazonaws.com', resource.logicalId.slice(0, 64), entry.execution.stateMachineArn);
    api.executions.redrive(entry);
    return { redriveDate: entry.execution.redriveDate ?? 0 };
  },
};

export const getExecutionHistory: Operation = {
  resource: 'executionArn',
  execute(input, api) {
    const { events } = entryOf(api, input.executionArn);
    const ordered = input.reverseOrder === true ? [...events].reverse() : events;
    const { items, more } = pageOf(ordered, input, 100);
    return { events: items as JsonObject[], ...more };
  },
};

function described(entry: Entry, { clock }: Api): JsonObject {
  const { execution } = entry;
  const reason = notRedrivable(entry, clock.now() / 1000);
  const failed = execution.stopDate !== undefined && execution.status !== 'SUCCEEDED';
  const redrive =
    execution.mapRunArn !== undefined && failed && clock.now() / 1000 - (execution.stopDate ?? 0) <= REDRIVE_SECONDS
      ? { redriveStatus: 'REDRIVABLE_BY_MAP_RUN' }
      : reason === undefined
        ? { redriveStatus: 'REDRIVABLE' }
        : { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason };
  const all = { ...execution, inputDetails: { included: true }, ...redrive };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as JsonObject;
}

function listed({ execution }: Entry): JsonObject {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, mapRunArn, redriveCount, redriveDate } = execution;
  const all = { executionArn, stateMachineArn, name, status, startDate, stopDate, mapRunArn, redriveCount, redriveDate };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as JsonObject;
}
