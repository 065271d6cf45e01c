import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type GovernmentApi, lookUp, startGovernmentApi } from '../../government-api';
import { REPOSITORY } from '../../kit/repository';
import { hostOf, type Mode } from '../../systems/gov-sync/names';
import type { PlannedReport, ReportItem, Verdict } from '../../systems/gov-sync/verdict';
import { verdictOf } from '../../systems/gov-sync/verdict';
import { nameOf, type Point } from './points';
import type { Line, Orders } from './sandbox-process';
import { SCENARIOS } from './scenarios';
import { type Crashed, isWrong } from './stops';

export interface KillOptions {
  readonly folder: string;
  readonly mode: Mode;
  readonly points: readonly Point[];
  readonly record: NonNullable<Orders['record']>;
  periodOf(number: number): string;
  plan(period: string): readonly PlannedReport[];
  done(count: number): void;
}

const MACHINE_CLOCK = { now: () => Date.now(), sleep: (milliseconds: number) => new Promise<void>((end) => setTimeout(end, milliseconds)) };
const SCRIPT = join('integ', 'proofs', 'gov-crash', 'sandbox-process.ts');

/**
 * Kills the process of the sandbox at each point, and starts it again with its data. Each process completes the period of the one before
 * and then begins the next one, so that there is one start for each point.
 */
export async function killAtEach({ folder, mode, points, record, periodOf, plan, done }: KillOptions): Promise<Crashed> {
  const data = mkdtempSync(join(tmpdir(), 'gov-crash-'));
  const reached: string[] = [];
  const unreached: string[] = [];
  const verdicts: Verdict[] = [];
  const wrong: string[] = [];
  // A look-up finds a report at once: the clock of this process is not that of the sandbox.
  const duplicates = lookUp(0);
  let port: number | undefined;
  let api: GovernmentApi | undefined;
  const nextApi = async (seed: number, scenario: number) => {
    await api?.close();
    const { behaviour } = SCENARIOS[scenario];
    const own = port === undefined ? {} : { port: { number: port, otherwise: 'fail' as const } };
    api = await startGovernmentApi({ seed, behaviour, duplicates, clock: MACHINE_CLOCK, ...own });
    port = Number(new URL(api.origin).port);
    return api;
  };
  const judge = (period: string, items: readonly ReportItem[], of: GovernmentApi) => {
    const verdict = verdictOf(plan(period), items, of.record());
    verdicts.push(verdict);
    if (isWrong(verdict)) wrong.push(`${period}, ${reached.at(-1)}`);
  };
  try {
    let number = 0;
    let open: { readonly period: string } | undefined;
    let isFirst = true;
    for (const [place, point] of points.entries()) {
      let isReached = false;
      for (const [scenario, { seed }] of SCENARIOS.entries()) {
        if (isReached) break;
        // The process before was killed in a period: its API answers until that period is complete.
        if (open !== undefined) {
          const lines = await run({ folder, data, mode, map: mapOf(mode, api), finish: open.period });
          for (const line of lines) if ('finished' in line && api !== undefined) judge(line.finished, line.items, api);
          open = undefined;
        }
        const period = periodOf(++number);
        const current = await nextApi(seed * 1_000 + place, scenario);
        const orders = { folder, data, mode, map: mapOf(mode, current), kill: { period, point } };
        const lines = await run(isFirst ? { ...orders, record } : orders);
        isFirst = false;
        const missed = lines.find((line) => 'unreached' in line);
        isReached = missed === undefined;
        if (missed === undefined) open = { period };
        else judge(period, missed.items, current);
      }
      (isReached ? reached : unreached).push(nameOf(point));
      done(place + 1);
    }
    if (open !== undefined) {
      const lines = await run({ folder, data, mode, map: mapOf(mode, api), finish: open.period, isLast: true });
      for (const line of lines) if ('finished' in line && api !== undefined) judge(line.finished, line.items, api);
    }
    return { reached, unreached, verdicts, wrong };
  } finally {
    await api?.close();
    rmSync(data, { recursive: true, force: true });
  }
}

function mapOf(mode: Mode, api: GovernmentApi | undefined): Orders['map'] {
  return api === undefined ? {} : { [hostOf(mode)]: api.origin };
}

/** Runs a process until it ends or kills itself. @throws if it fails in another way */
async function run(orders: Orders): Promise<Line[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, JSON.stringify(orders)], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const lines: Line[] = [];
  const reading = (async () => {
    for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('{')) lines.push(JSON.parse(line) as Line);
  })();
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((settle, reject) =>
    child.once('error', reject).once('close', (...ended) => settle(ended)),
  );
  await reading;
  const wasKilled = signal === 'SIGKILL' && orders.isLast !== true;
  if (code !== 0 && !wasKilled) throw new Error(`The process of the sandbox ended with ${signal ?? code}:\n${errors.slice(-4_000)}`);
  return lines;
}
