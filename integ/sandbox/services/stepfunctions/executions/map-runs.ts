import { randomUUID } from 'node:crypto';
import type { MapRun, MapRunLimits, MapRuns, States } from '../model';
import type { Control, Entry, MapRunRecord } from './record';

export interface MapRunsOptions {
  /** The execution that starts map runs. */
  readonly entry: Entry;
  readonly executions: Control;
  readonly records: Map<string, MapRunRecord>;
  seconds(): number;
}

/** Whether a child has not run since the map run was redriven. */
function isBefore({ execution }: Entry, redriveDate: number | undefined): boolean {
  return redriveDate !== undefined && (execution.redriveDate ?? execution.startDate) < redriveDate;
}

export function createMapRuns({ entry, executions, records, seconds }: MapRunsOptions): MapRuns {
  const { execution, plan } = entry;

  function recordOf(label: string, limits: MapRunLimits, arn?: string): { readonly record: MapRunRecord; readonly kind: MapRun['kind'] } {
    const known = arn === undefined ? undefined : records.get(arn);
    if (known?.status === 'RUNNING') return { record: known, kind: 'CONTINUED' };
    if (known !== undefined) {
      Object.assign(known, { status: 'RUNNING', stopDate: undefined, redriveDate: seconds(), redriveCount: known.redriveCount + 1 });
      entry.keeping.mapRun(known);
      return { record: known, kind: 'REDRIVEN' };
    }
    const mapRunArn = `${execution.stateMachineArn.replace(':stateMachine:', ':mapRun:')}/${label}:${randomUUID()}`;
    const { executionArn, stateMachineArn } = execution;
    const record: MapRunRecord = {
      mapRunArn,
      executionArn,
      stateMachineArn,
      status: 'RUNNING',
      startDate: seconds(),
      redriveCount: 0,
      limits,
      children: [],
    };
    records.set(mapRunArn, record);
    entry.keeping.mapRun(record);
    return { record, kind: 'STARTED' };
  }

  function childOf(
    { mapRunArn, planned = [], children, redriveDate }: MapRunRecord,
    kind: MapRun['kind'],
    index: number,
    states: States,
  ): Entry {
    const known = children[index];
    if (known !== undefined) {
      Object.assign(known.plan, { states });
      if (known.execution.status === 'RUNNING') executions.proceed(known);
      else if (known.execution.status !== 'SUCCEEDED' && (kind !== 'CONTINUED' || isBefore(known, redriveDate))) executions.redrive(known);
      return known;
    }
    const name = randomUUID();
    const prefix = mapRunArn.replace(':mapRun:', ':execution:').replace(/:[^:]*$/, '');
    const stateMachineArn = prefix.replace(':execution:', ':stateMachine:');
    const { input, item } = planned[index];
    const child = executions.start({
      ...{ executionArn: `${prefix}:${name}`, stateMachineArn, name, input: JSON.stringify(input), mapRunArn, child: index },
      plan: { states, roleArn: plan.roleArn, type: plan.type, ...(item === undefined ? {} : { item }) },
    });
    children[index] = child;
    return child;
  }

  return {
    start(label, limits, arn): MapRun {
      const { record, kind } = recordOf(label, limits, arn);
      return {
        ...{ arn: record.mapRunArn, kind },
        get limits() {
          return record.limits;
        },
        get planned() {
          return record.planned;
        },
        plan(children) {
          record.planned = children;
          entry.keeping.mapRun(record);
        },
        async run(index, states, signal) {
          const child = childOf(record, kind, index, states);
          const stop = () => void executions.stop(child);
          signal.addEventListener('abort', stop, { once: true });
          if (signal.aborted) stop();
          await child.ended;
          signal.removeEventListener('abort', stop);
          return child.execution;
        },
        executions: () => record.children.flatMap((child) => child?.execution ?? []),
        end(status) {
          Object.assign(record, { status, stopDate: seconds() });
          entry.keeping.mapRun(record);
        },
      };
    },
  };
}
