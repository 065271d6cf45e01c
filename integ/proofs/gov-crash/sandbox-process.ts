import { writeSync } from 'node:fs';
import { end, endAfter } from '../../kit/end';
import { fastForward } from '../../kit/fast-forward';
import { startSandbox, type Transition } from '../../sandbox';
import { callsOnTheirWay } from '../../systems/gov-sync/calls';
import { type Mode, NAMES, SPEED } from '../../systems/gov-sync/names';
import { recordQuarter } from '../../systems/gov-sync/quarter';
import { openSync } from '../../systems/gov-sync/start';
import type { ReportItem } from '../../systems/gov-sync/verdict';
import { BETWEEN_ATTEMPTS_MS } from './periods';
import { type Point, Remaining } from './points';

/** What a process with a sandbox does. */
export interface Orders {
  /** The cloud assembly. */
  readonly folder: string;
  /** Where the sandbox keeps its data. */
  readonly data: string;
  readonly map: Readonly<Record<string, string>>;
  readonly mode: Mode;
  /** In a new folder: the schools whose grades are recorded. */
  readonly record?: { readonly schools: number; readonly seed: number; readonly otherRulesEvery: number };
  /** The period that is completed, also if an earlier process began it. @default - none: the data is removed */
  readonly period?: string;
  /** The process kills itself at the first of them. */
  readonly points: readonly Point[];
  /** Its number, for the names of executions. */
  readonly process: number;
}

/** The line of the process. */
export type Line =
  | { readonly killed: Pick<Transition, 'phase' | 'state'> }
  | { readonly items: readonly ReportItem[] }
  | { readonly closed: true };

/** Only an attempt after one that was stopped before the second state enters the first: an execution continues after a kill. */
const AFTER_A_STOP: Readonly<Record<string, string>> = { 'A person must decide': 'Put the report aside' };
const MOST_ATTEMPTS = 20;

/** At once: the next line may be that of the kill. */
const tell = (line: Line) => writeSync(1, `${JSON.stringify(line)}\n`);
/** Its data stays for the next process. */
const kill = () => process.kill(process.pid, 'SIGKILL');

async function main({ folder, data, map, mode, record, period, points, process: number }: Orders): Promise<void> {
  const sandbox = await startSandbox(folder, {
    strict: true,
    speed: SPEED,
    map,
    data,
    functionsOnClock: () => true,
    schedules: () => false,
  });
  if (period === undefined) {
    await sandbox.close();
    tell({ closed: true });
    return;
  }
  const sync = openSync(sandbox, mode, () => Promise.reject(new Error('The API is in another process')));
  if (record !== undefined) await recordQuarter(sandbox, { ...record, tableName: NAMES.grades });
  const remaining = new Remaining(points);
  sandbox.stateMachines.onTransition(async (transition) => {
    const { phase, state } = transition;
    if (remaining.take(transition) !== undefined) {
      tell({ killed: { phase, state } });
      kill();
    }
    if (phase === 'ENTERED' && remaining.all.some((point) => AFTER_A_STOP[point.state] === state)) {
      for (const running of await sync.running()) void sync.stop(running);
      await new Promise(() => undefined);
    }
  });
  // The API is in another process and answers at once: the clock does not move during a call.
  fastForward(sandbox, { isBusy: callsOnTheirWay(sandbox, () => 0) });
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    // Those of the process before continue.
    for (const executionArn of await sync.running()) await sync.ended(executionArn);
    if ((await sync.table.period(period))?.status === 'COMPLETE') {
      tell({ items: await sync.table.reports(period) });
      kill();
    }
    if (attempt > 1) sandbox.clock.advance(BETWEEN_ATTEMPTS_MS);
    const name = number * 100 + 2 * attempt;
    await sync.startAnother(period, name);
    await sync.startAnother(period, name + 1);
  }
  throw new Error(`${period} is not complete after ${MOST_ATTEMPTS} attempts`);
}

// It ends with the process that started it.
process.stdin.once('end', () => end(1)).resume();
endAfter(main(JSON.parse(process.argv[2]) as Orders));
