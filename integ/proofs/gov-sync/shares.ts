import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Mode } from '../../systems/gov-sync/names';
import type { Orders, Said, Seen } from './orders';
import type { Run } from './run';

export interface SharesOptions extends Omit<Orders, 'seeds'> {
  readonly shares: readonly (readonly number[])[];
  /** Sandboxes at a time. */
  readonly sandboxes: number;
  ended(mode: Mode, seed: number, run: Run): void;
  report(line: string): void;
}

/** What a sandbox keeps of a run stays in memory until it ends. */
const MOST_SEEDS = 9;

/** Histories of executions are kept for 90 days of the clock, and most of the other objects live for one call. */
const MEMORY = ['--max-old-space-size=6144', '--max-semi-space-size=64'];

/** The seeds of each sandbox: as few sandboxes as each can have seeds, and the same number for each process. */
export function sharesOf(from: number, runs: number, sandboxes: number): number[][] {
  const count = Math.min(runs, sandboxes * Math.ceil(runs / (sandboxes * MOST_SEEDS)));
  const seeds = Array.from({ length: runs }, (_, index) => from + index);
  return Array.from({ length: count }, (_, share) =>
    seeds.slice(Math.floor((share * runs) / count), Math.floor(((share + 1) * runs) / count)),
  );
}

/** Runs each share of the seeds in a sandbox of its own, some of them side by side. */
export function startShares({ shares, sandboxes, ended, report, ...orders }: SharesOptions): {
  readonly seen: Promise<Seen[]>;
  close(): void;
} {
  const running = new Set<ChildProcess>();
  const waiting = [...shares];
  const all: Seen[] = [];
  const work = async () => {
    for (let seeds = waiting.shift(); seeds !== undefined; seeds = waiting.shift()) {
      const label = `seeds ${seeds[0]} to ${seeds[seeds.length - 1]}`;
      all.push(await runShare({ ...orders, seeds }, running, ended, (step) => report(`${label}: ${step}`)));
    }
  };
  return {
    seen: Promise.all(Array.from({ length: Math.min(sandboxes, shares.length) }, work)).then(() => all),
    close() {
      waiting.splice(0);
      // A process ends when nobody listens to it any more.
      for (const child of running) if (child.connected) child.disconnect();
    },
  };
}

/** @throws with the last output of a process that fails */
async function runShare(
  orders: Orders,
  running: Set<ChildProcess>,
  ended: SharesOptions['ended'],
  report: (line: string) => void,
): Promise<Seen> {
  const child = fork(join(__dirname, 'sandbox-process.ts'), [JSON.stringify(orders)], {
    execArgv: [...MEMORY, '--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  running.add(child);
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = `${errors}${text}`.slice(-4_000);
  });
  let seen: Seen | undefined;
  child.on('message', (said: Said) => {
    if ('step' in said) report(said.step);
    else if ('seen' in said) seen = said.seen;
    else ended(said.mode, said.seed, said.run);
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((settle, reject) =>
    child.once('error', reject).once('close', (...end) => settle(end)),
  );
  running.delete(child);
  if (seen === undefined) throw new Error(`The process of the sandbox ended with ${signal ?? code}:\n${errors}`);
  return seen;
}
