import { setMaxListeners } from 'node:events';
import type { Json, JsonObject } from '../../../../contracts';
import type { ChildExecution, Frame, MapRun, PlannedChild } from '../../model';
import { Ended } from '../../run/ended';
import { TaskFailure } from '../../run/failure';
import { MAX_PAYLOAD_BYTES } from '../../run/run-states';
import { readBatcher } from './batcher';
import { numberOf } from './concurrency';
import type { MapParts, Processing } from './parts';
import { readReader } from './reader';
import { readWriter } from './writer';

/** Documented: "Using Map state in Distributed mode": at most 10,000 child executions at a time. */
const MAX_CONCURRENCY = 10_000;
const EXCEEDED = 'States.ExceedToleratedFailureThreshold';

/** Child executions for the items (documented: "Using Map state in Distributed mode for large-scale parallel workloads"). */
export function readDistributed({ reading, fields, processor, maxConcurrency, items, input }: MapParts): Processing {
  const { language, where, name } = reading;
  const states = reading.states(processor, `${where}.ItemProcessor`);
  const reader = readReader(fields, reading);
  const batcher = readBatcher(fields, reading);
  const writer = readWriter(fields, reading);
  const count = language.value(fields, 'ToleratedFailureCount', where);
  const percentage = language.value(fields, 'ToleratedFailurePercentage', where);
  const label = String(fields.Label ?? name).slice(0, 40);
  return {
    async run(frame, scope) {
      // Without a reader, the items are in the data: wrong ones fail the state before the map run starts.
      const values = reader === undefined ? await items(scope) : undefined;
      const concurrency = (await numberOf(maxConcurrency, scope, 'MaxConcurrency', language)) ?? 0;
      if (frame.progress.mapRunArn === undefined) frame.event('MapStateStarted', { length: values?.length ?? 0 });
      const toleratedFailurePercentage = (await numberOf(percentage, scope, 'ToleratedFailurePercentage', language, 100)) ?? 0;
      const toleratedFailureCount = (await numberOf(count, scope, 'ToleratedFailureCount', language)) ?? 0;
      const limits = { maxConcurrency: concurrency, toleratedFailureCount, toleratedFailurePercentage };
      const mapRun = frame.run.mapRuns.start(label, limits, frame.progress.mapRunArn);
      const { arn: mapRunArn, kind } = mapRun;
      if (kind === 'STARTED') frame.event('MapRunStarted', { mapRunArn }, { mapRunArn });
      else if (kind === 'REDRIVEN') frame.event('MapRunRedriven', { mapRunArn, redriveCount: 1 });
      try {
        checkStart(frame);
        if (kind === 'REDRIVEN') checkRedrive(mapRun, frame);
        if (mapRun.planned === undefined) {
          const found = values ?? (await (reader as NonNullable<typeof reader>)(scope, frame.run.services));
          const inputs = await Promise.all(
            found.map(async (Value, Index) => ({ Index, Value, input: await input(scope, { Index, Value }) })),
          );
          mapRun.plan(
            batcher === undefined
              ? inputs.map((one) => ({ input: one.input, items: 1, item: { Index: one.Index, Value: one.Value } }))
              : await batcher(
                  scope,
                  inputs.map((one) => one.input),
                ),
          );
        }
        const failure = await runChildren(mapRun, mapRun.planned ?? [], frame, (index, signal) => mapRun.run(index, states, signal));
        const children = mapRun.executions();
        const exported = await writer?.(scope, frame.run.services, mapRun.arn, children);
        if (failure !== undefined) throw failure;
        mapRun.end('SUCCEEDED');
        frame.event('MapRunSucceeded');
        return exported ?? limited(children.map(outputOf));
      } catch (failure) {
        if (failure instanceof TaskFailure) frame.event('MapRunFailed', { error: failure.error, cause: failure.cause });
        mapRun.end(failure instanceof TaskFailure ? 'FAILED' : 'ABORTED');
        throw failure;
      }
    },
  };
}

/**
 * Documented: "IAM policies for using Distributed Map states": the role starts the children, as executions of its own state machine. That the
 * error has this name is an assumption.
 */
function checkStart({ run }: Frame): void {
  const denied = run.services.denial('states:StartExecution', run.stateMachineArn);
  if (denied !== undefined) throw new TaskFailure('States.Permissions', denied);
}

/** Documented: "Redriving Map Runs", IAM permissions: the role redrives the children. That the error has this name is an assumption. */
function checkRedrive(mapRun: MapRun, { run }: Frame): void {
  const child = mapRun.executions().find(({ status }) => status !== 'SUCCEEDED');
  const denied = child && run.services.denial('states:RedriveExecution', child.executionArn);
  if (denied !== undefined) throw new TaskFailure('States.Permissions', denied);
}

/** Runs all children, until more have failed than tolerated. */
async function runChildren(
  mapRun: MapRun,
  planned: readonly PlannedChild[],
  frame: Frame,
  work: (index: number, signal: AbortSignal) => Promise<ChildExecution>,
): Promise<TaskFailure | undefined> {
  const stop = new AbortController();
  const signal = AbortSignal.any([frame.signal, stop.signal]);
  // Each child execution that runs listens to it.
  setMaxListeners(0, signal);
  const total = planned.reduce((sum, { items }) => sum + items, 0);
  let failed = 0;
  let next = 0;
  let running = 0;
  let failure: TaskFailure | undefined;
  await new Promise<void>((resolve) => {
    const startMore = () => {
      // The concurrency may change while the map run runs.
      const most = Math.min(mapRun.limits.maxConcurrency === 0 ? MAX_CONCURRENCY : mapRun.limits.maxConcurrency, MAX_CONCURRENCY);
      while (running < most && next < planned.length && !signal.aborted) {
        const index = next;
        next += 1;
        running += 1;
        void work(index, signal).then((child) => {
          running -= 1;
          if (child.status !== 'SUCCEEDED' && failure === undefined) {
            failed += planned[index].items;
            if (isExceeded(mapRun, failed, total)) {
              failure = new TaskFailure(EXCEEDED, 'The specified tolerated failure threshold was exceeded');
              stop.abort(new Ended('ABORTED', undefined, 'The map run has failed'));
            }
          }
          startMore();
        });
      }
      if (running === 0 && (next >= planned.length || signal.aborted)) resolve();
    };
    startMore();
  });
  frame.signal.throwIfAborted();
  return failure;
}

/** Documented: a map run fails if either threshold is exceeded; without any, the first failure is too much. */
function isExceeded({ limits }: MapRun, failed: number, total: number): boolean {
  const { toleratedFailureCount, toleratedFailurePercentage } = limits;
  if (toleratedFailureCount === 0 && toleratedFailurePercentage === 0) return failed > 0;
  return (
    (toleratedFailureCount > 0 && failed > toleratedFailureCount) ||
    (toleratedFailurePercentage > 0 && (failed / total) * 100 > toleratedFailurePercentage)
  );
}

/** A failed child stands in the results with its error. */
function outputOf({ status, output, error, cause }: ChildExecution): Json {
  return status === 'SUCCEEDED'
    ? (JSON.parse(output ?? 'null') as Json)
    : ({ Error: error ?? '', Cause: cause ?? '' } satisfies JsonObject);
}

function limited(results: Json[]): Json[] {
  if (Buffer.byteLength(JSON.stringify(results)) <= MAX_PAYLOAD_BYTES) return results;
  throw new TaskFailure(
    'States.DataLimitExceeded',
    'The results of the map run are larger than 262144 bytes: set a ResultWriter to export them to Amazon S3',
  );
}
