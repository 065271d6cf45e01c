import { fastForward } from '../../kit/fast-forward';
import { startSandbox } from '../../sandbox';
import { type Mode, NAMES } from '../../systems/gov-sync/names';
import { recordQuarter } from '../../systems/gov-sync/quarter';
import { openSync, SPEED } from '../../systems/gov-sync/start';
import type { ReportItem } from '../../systems/gov-sync/verdict';
import { isAt, type Point } from './points';

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
  /** A period that an earlier process did not complete. */
  readonly finish?: string;
  /** A period during which the process kills itself. */
  readonly kill?: { readonly period: string; readonly point: Point };
  /** Whether the data is removed at the end. Otherwise the process kills itself, so that the next one has it. */
  readonly isLast?: boolean;
}

/** A line of the process. */
export type Line =
  | { readonly finished: string; readonly items: readonly ReportItem[] }
  /** The point was not reached, and the period is complete. */
  | { readonly unreached: string; readonly items: readonly ReportItem[] };

/** The states that call the API. */
const CALLS: readonly string[] = ['Send the report', 'Look up the report'];

const tell = (line: Line) => new Promise<void>((written) => process.stdout.write(`${JSON.stringify(line)}\n`, () => written()));

async function main(orders: Orders): Promise<void> {
  const { folder, data, map, mode, record, finish, kill, isLast = false } = orders;
  const sandbox = await startSandbox(folder, {
    strict: true,
    speed: SPEED,
    map,
    data,
    functionsOnClock: () => true,
    schedules: () => false,
  });
  const sync = openSync(sandbox, mode, () => Promise.reject(new Error('The API is in another process')));
  if (record !== undefined) await recordQuarter(sandbox, { ...record, tableName: NAMES.grades });
  // The API is in another process and answers at once: the clock does not move during a call.
  const calling = new Set<string>();
  sandbox.stateMachines.onTransition(({ phase, state, executionArn }) => {
    if (!CALLS.includes(state)) return;
    if (phase === 'ENTERED') calling.add(executionArn);
    else calling.delete(executionArn);
  });
  const forward = fastForward(sandbox, { isBusy: () => calling.size > 0 });
  if (finish !== undefined) {
    await sync.complete(finish);
    await tell({ finished: finish, items: await sync.table.reports(finish) });
  }
  if (kill !== undefined) {
    const { period, point } = kill;
    sandbox.stateMachines.onTransition((transition) => {
      if (isAt(point, transition)) process.kill(process.pid, 'SIGKILL');
    });
    await sync.start(period);
    await sync.startAnother(period, 99);
    await sync.complete(period);
    await tell({ unreached: period, items: await sync.table.reports(period) });
  }
  if (!isLast) process.kill(process.pid, 'SIGKILL');
  await forward.close();
  sync.table.close();
  await sandbox.close();
}

main(JSON.parse(process.argv[2]) as Orders).catch((error: Error) => {
  console.error(error.stack);
  process.exit(1);
});
