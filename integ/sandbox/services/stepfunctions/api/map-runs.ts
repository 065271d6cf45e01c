import type { JsonObject } from '../../../contracts';
import type { MapRunRecord } from '../executions/record';
import { entryOf, mapRunOf, type Operation, pageOf } from './operation';

export const describeMapRun: Operation = {
  resource: 'mapRunArn',
  execute: ({ mapRunArn }, api) => {
    const record = mapRunOf(api, mapRunArn);
    const { executionArn, status, startDate, stopDate, redriveCount, redriveDate, limits } = record;
    const dates = Object.fromEntries(Object.entries({ stopDate, redriveDate }).filter(([, value]) => value !== undefined)) as JsonObject;
    return {
      ...{ mapRunArn: record.mapRunArn, executionArn, status, startDate, redriveCount, ...limits, ...dates },
      itemCounts: counts(record, (items) => items),
      executionCounts: counts(record, () => 1),
    };
  },
};

export const listMapRuns: Operation = {
  resource: 'executionArn',
  execute(input, api) {
    const { executionArn } = entryOf(api, input.executionArn).execution;
    const { items, more } = pageOf(
      [...api.executions.mapRuns.values()].filter((one) => one.executionArn === executionArn).reverse(),
      input,
      100,
    );
    const mapRuns = items.map(({ mapRunArn, stateMachineArn, startDate, stopDate }) => ({
      ...{ executionArn, mapRunArn, stateMachineArn, startDate },
      ...(stopDate === undefined ? {} : { stopDate }),
    }));
    return { mapRuns, ...more };
  },
};

/** Documented: UpdateMapRun changes the limits of a map run that runs. */
export const updateMapRun: Operation = {
  resource: 'mapRunArn',
  execute({ mapRunArn, maxConcurrency, toleratedFailureCount, toleratedFailurePercentage }, api) {
    const record = mapRunOf(api, mapRunArn);
    const given = Object.entries({ maxConcurrency, toleratedFailureCount, toleratedFailurePercentage }).filter(
      ([, value]) => value !== undefined,
    );
    record.limits = { ...record.limits, ...Object.fromEntries(given.map(([name, value]) => [name, Number(value)])) };
    entryOf(api, record.executionArn).keeping.mapRun(record);
    return {};
  },
};

/** @param weight what a child with this number of items counts */
function counts({ planned = [], children, status }: MapRunRecord, weight: (items: number) => number): JsonObject {
  const sum = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, total: 0, resultsWritten: 0 };
  const names = { RUNNING: 'running', SUCCEEDED: 'succeeded', FAILED: 'failed', TIMED_OUT: 'timedOut', ABORTED: 'aborted' } as const;
  planned.forEach(({ items }, index) => {
    const child = children[index];
    // A map run that has ended starts no more children.
    const name = child === undefined ? (status === 'RUNNING' ? 'pending' : 'aborted') : names[child.execution.status];
    sum[name] += weight(items);
    sum.total += weight(items);
  });
  return { ...sum, failuresNotRedrivable: 0, pendingRedrive: 0 };
}
