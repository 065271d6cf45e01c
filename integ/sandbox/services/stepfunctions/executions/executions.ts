import type { Clock, Json, Transition } from '../../../contracts';
import { readDefinition } from '../definition/definition';
import type { Services } from '../integrations/services';
import type { StatusChanged } from '../metrics';
import type { States } from '../model';
import { Ended } from '../run/ended';
import { RUNTIME, TaskFailure } from '../run/failure';
import { createFrame } from '../run/frame';
import { createHistory } from '../run/history';
import { newProgress, type Progress, withoutAttempts } from '../run/progress';
import { runStates } from '../run/run-states';
import type { Journals } from './journal';
import { NOT_KEPT, readKept, startKeeping } from './kept';
import { createMapRuns } from './map-runs';
import { randomOf } from './random';
import { type Control, contextOf, type Entry, type Execution, type MapRunRecord, RETENTION_SECONDS } from './record';

export interface ExecutionsOptions {
  readonly clock: Clock;
  /** What the states of a machine with this role call. */
  services(roleArn: string, stateMachineArn: string): Services;
  /** Where executions are kept, so that they continue after a kill. @default - in memory */
  readonly journals?: Journals;
  /** What sees transitions; undefined if nothing does. */
  listener?(): ((transition: Transition) => Promise<void>) | undefined;
  /** @default nothing is measured */
  readonly changed?: StatusChanged;
  /** Called with each execution whose status has changed. @default nothing */
  announce?(execution: Execution, plan: Entry['plan']): void;
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
  /** Continues what a killed sandbox has left running. @returns how many executions, without child executions */
  proceedAll(): number;
  /** Stops what runs, without an event. */
  close(): Promise<void>;
}

export function createExecutions(options: ExecutionsOptions): Executions {
  const { clock, services, journals, listener = () => undefined, changed, announce = () => undefined, report } = options;
  const entries = new Map<string, Entry>();
  const mapRuns = new Map<string, MapRunRecord>();
  const closing = new AbortController();
  const seconds = () => clock.now() / 1000;

  const historyOf = (entry: Entry) => createHistory(clock.now, entry.events, (step) => closing.signal.aborted || entry.keeping.step(step));
  const definitions = new Map<string, States>();
  const read = (text: string) => {
    const known = definitions.get(text) ?? readDefinition(text);
    definitions.set(text, known);
    return known;
  };
  for (const { entry, mapRuns: own } of (journals?.kept ?? []).map((kept) => readKept(kept, read))) {
    entries.set(entry.execution.executionArn, entry);
    for (const record of own) mapRuns.set(record.mapRunArn, record);
  }
  for (const entry of entries.values()) {
    const mapRun = mapRuns.get(entry.execution.mapRunArn ?? '');
    if (mapRun !== undefined && entry.child !== undefined) mapRun.children[entry.child] = entry;
  }

  const executions: Executions = {
    mapRuns,
    start({ plan, child, ...given }) {
      const execution: Execution = { ...given, startDate: seconds(), status: 'RUNNING', redriveCount: 0 };
      const progress = newProgress();
      const entry: Entry = {
        ...{ execution, plan, child, progress, events: [] },
        ...{ stop: new AbortController(), ended: Promise.resolve(), keeping: NOT_KEPT },
      };
      entries.set(execution.executionArn, entry);
      count(execution, 'ExecutionStarted');
      historyOf(entry).add('ExecutionStarted', 0, { input: execution.input, roleArn: plan.roleArn });
      // Documented: Express workflows are not kept between state transitions.
      if (journals !== undefined && plan.type === 'STANDARD') entry.keeping = startKeeping(journals.create(), entry);
      announce(execution, plan);
      proceed(entry);
      return entry;
    },
    redrive(entry) {
      const { execution } = entry;
      execution.redriveCount += 1;
      Object.assign(execution, { status: 'RUNNING', redriveDate: seconds(), stopDate: undefined, error: undefined, cause: undefined });
      entry.progress = withoutAttempts(entry.progress);
      changeStatus(entry, 'ExecutionRedriven', { redriveCount: execution.redriveCount }, entry.progress);
      entry.stop = new AbortController();
      proceed(entry);
    },
    proceed,
    proceedAll() {
      const running = [...entries.values()].filter(({ execution }) => execution.status === 'RUNNING' && execution.mapRunArn === undefined);
      for (const entry of running) proceed(entry);
      return running.length;
    },
    async stop(entry, error, cause) {
      entry.stop.abort(new Ended('ABORTED', error, cause));
      await entry.ended;
    },
    find(executionArn) {
      const entry = entries.get(executionArn);
      if (entry?.execution.stopDate === undefined || seconds() - entry.execution.stopDate < RETENTION_SECONDS) return entry;
      entries.delete(executionArn);
      entry.keeping.remove();
      return undefined;
    },
    all: () => [...entries.keys()].flatMap((arn) => executions.find(arn) ?? []).reverse(),
    async close() {
      closing.abort(new Error('The sandbox is closing'));
      await Promise.all([...entries.values()].map(({ ended }) => ended));
    },
  };
  return executions;

  function proceed(entry: Entry): void {
    entry.ended = run(entry).catch((error: Error) => report(`${entry.execution.executionArn} could not be kept: ${error.message}`));
  }

  /** The executions of a map run are not counted: they are parts of one that is. */
  function count({ mapRunArn, stateMachineArn, startDate }: Execution, type: string): void {
    if (mapRunArn === undefined) changed?.(stateMachineArn, type, clock.now() - startDate * 1000);
  }

  /** Records a status, and its event, both or neither, and then announces it. */
  function changeStatus(entry: Entry, type: string, details: Readonly<Record<string, Json | undefined>>, progress?: Progress): void {
    createHistory(clock.now, entry.events, ({ event }) => entry.keeping.status(event, progress)).add(type, entry.events.length, details);
    count(entry.execution, type);
    announce(entry.execution, entry.plan);
  }

  /** A failed execution is reported. @throws if its end can't be recorded */
  async function run(entry: Entry): Promise<void> {
    const { execution, plan, progress } = entry;
    const history = historyOf(entry);
    try {
      const input = JSON.parse(execution.input) as Json;
      const signal = AbortSignal.any([entry.stop.signal, closing.signal]);
      const shared = {
        ...{
          executionArn: execution.executionArn,
          stateMachineArn: execution.stateMachineArn,
          history,
          services: services(plan.roleArn, execution.stateMachineArn),
          now: () => clock.now(),
        },
        mapRuns: createMapRuns({ entry, executions, records: mapRuns, seconds }),
        sleep: (milliseconds: number, stopped: AbortSignal) => clock.sleep(milliseconds, stopped),
        // Not the same numbers again, if it continues.
        random: randomOf(`${execution.executionArn}${entry.events.length > 1 ? `#${entry.events.length}` : ''}`),
        child: entry.child,
        listener,
        deadline: (execution.redriveDate ?? execution.startDate) * 1000 + (plan.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000,
      };
      const context = contextOf(execution, plan, input);
      const frame = createFrame({ run: shared, progress, branch: [], signal, context, outer: {}, previousEventId: entry.events.length });
      const output = JSON.stringify(await runStates(plan.states, frame, input));
      Object.assign(execution, { status: 'SUCCEEDED', output, stopDate: seconds() });
      changeStatus(entry, 'ExecutionSucceeded', { output });
    } catch (error) {
      if (closing.signal.aborted) return;
      end(entry, error);
    }
    entry.keeping.compact([...mapRuns.values()].filter(({ executionArn }) => executionArn === execution.executionArn));
  }

  function end(entry: Entry, reason: unknown): void {
    const { execution, plan } = entry;
    const { status, error, cause } = endOf(reason);
    Object.assign(execution, { status, error, cause, stopDate: seconds() });
    const type = { FAILED: 'ExecutionFailed', TIMED_OUT: 'ExecutionTimedOut', ABORTED: 'ExecutionAborted' }[status];
    changeStatus(entry, type, { error, cause });
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
