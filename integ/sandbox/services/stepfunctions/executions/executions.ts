import type { Clock, Json, Transition } from '../../../contracts';
import type { Services } from '../integrations/services';
import { Ended } from '../run/ended';
import { RUNTIME, TaskFailure } from '../run/failure';
import { createFrame } from '../run/frame';
import { createHistory } from '../run/history';
import { newProgress } from '../run/progress';
import { runStates } from '../run/run-states';
import { createMapRuns, type MapRunRecord } from './map-runs';
import { randomOf } from './random';
import { type Control, contextOf, type Entry, type Execution, RETENTION_SECONDS } from './record';

export interface ExecutionsOptions {
  readonly clock: Clock;
  /** What the states of a machine with this role call. */
  services(roleArn: string): Services;
  /** What sees transitions; undefined if nothing does. */
  listener?(): ((transition: Transition) => Promise<void>) | undefined;
  /** Reports executions that failed. */
  report(line: string): void;
}

/** The executions of all state machines, running and ended. */
export interface Executions extends Control {
  /** Undefined if there is none, or if its retention has ended. */
  find(executionArn: string): Entry | undefined;
  /** Newest first. */
  all(): Entry[];
  readonly mapRuns: ReadonlyMap<string, MapRunRecord>;
  /** Stops what runs, without an event. */
  close(): Promise<void>;
}

export function createExecutions({ clock, services, listener = () => undefined, report }: ExecutionsOptions): Executions {
  const entries = new Map<string, Entry>();
  const mapRuns = new Map<string, MapRunRecord>();
  const closing = new AbortController();
  const seconds = () => clock.now() / 1000;

  const executions: Executions = {
    mapRuns,
    start({ plan, child, ...given }) {
      const execution: Execution = { ...given, startDate: seconds(), status: 'RUNNING', redriveCount: 0 };
      const progress = newProgress();
      const entry: Entry = { execution, plan, child, progress, events: [], stop: new AbortController(), ended: Promise.resolve() };
      entries.set(execution.executionArn, entry);
      const details = { input: execution.input, roleArn: plan.roleArn };
      createHistory(clock.now, entry.events).add('ExecutionStarted', 0, details);
      entry.ended = run(entry);
      return entry;
    },
    redrive(entry) {
      const { execution } = entry;
      execution.redriveCount += 1;
      Object.assign(execution, { status: 'RUNNING', redriveDate: seconds(), stopDate: undefined, error: undefined, cause: undefined });
      createHistory(clock.now, entry.events).add('ExecutionRedriven', entry.events.length, { redriveCount: execution.redriveCount });
      entry.stop = new AbortController();
      entry.ended = run(entry);
    },
    async stop(entry, error, cause) {
      entry.stop.abort(new Ended('ABORTED', error, cause));
      await entry.ended;
    },
    find(executionArn) {
      const entry = entries.get(executionArn);
      if (entry?.execution.stopDate === undefined || seconds() - entry.execution.stopDate < RETENTION_SECONDS) return entry;
      entries.delete(executionArn);
      return undefined;
    },
    all: () => [...entries.keys()].flatMap((arn) => executions.find(arn) ?? []).reverse(),
    async close() {
      closing.abort(new Error('The sandbox is closing'));
      await Promise.all([...entries.values()].map(({ ended }) => ended));
    },
  };
  return executions;

  /** Never rejects: a failed execution is reported. */
  async function run(entry: Entry): Promise<void> {
    const { execution, plan, progress } = entry;
    const history = createHistory(clock.now, entry.events);
    try {
      const input = JSON.parse(execution.input) as Json;
      const signal = AbortSignal.any([entry.stop.signal, closing.signal]);
      const shared = {
        ...{
          executionArn: execution.executionArn,
          stateMachineArn: execution.stateMachineArn,
          history,
          services: services(plan.roleArn),
          now: () => clock.now(),
        },
        mapRuns: createMapRuns({ entry, executions, records: mapRuns, seconds }),
        sleep: (milliseconds: number, stopped: AbortSignal) => clock.sleep(milliseconds, stopped),
        random: randomOf(execution.executionArn),
        child: entry.child,
        listener,
        deadline: clock.now() + (plan.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000,
      };
      const context = contextOf(execution, plan, input);
      const frame = createFrame({ run: shared, progress, branch: [], signal, context, outer: {}, previousEventId: entry.events.length });
      const output = JSON.stringify(await runStates(plan.states, frame, input));
      Object.assign(execution, { status: 'SUCCEEDED', output, stopDate: seconds() });
      history.add('ExecutionSucceeded', entry.events.length, { output });
    } catch (error) {
      if (closing.signal.aborted) return;
      end(entry, error);
    }
  }

  function end({ execution, events, plan }: Entry, reason: unknown): void {
    const { status, error, cause } = endOf(reason);
    Object.assign(execution, { status, error, cause, stopDate: seconds() });
    const type = { FAILED: 'ExecutionFailed', TIMED_OUT: 'ExecutionTimedOut', ABORTED: 'ExecutionAborted' }[status];
    createHistory(clock.now, events).add(type, events.length, { error, cause });
    // The result of a child is in its map run.
    if (status !== 'ABORTED' && execution.mapRunArn === undefined) {
      report(
        `${execution.executionArn} ${plan.type === 'EXPRESS' ? '(Express) ' : ''}failed: ${reason instanceof Error ? reason.message : String(reason)}`,
      );
    }
  }
}

/** An error of the sandbox itself fails the execution with its message. */
function endOf(reason: unknown): { readonly status: Ended['status']; readonly error?: string; readonly cause?: string } {
  if (reason instanceof Ended) return reason;
  if (!(reason instanceof TaskFailure))
    return { status: 'FAILED', error: RUNTIME, cause: reason instanceof Error ? reason.message : String(reason) };
  const { error, cause } = reason;
  return { status: 'FAILED', error, cause };
}
