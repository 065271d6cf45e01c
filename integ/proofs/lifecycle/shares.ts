import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Run } from './figures';
import type { Orders, Said } from './orders';

export interface SharesOptions extends Omit<Orders, 'seeds'> {
  readonly seeds: readonly number[];
  /** Sandboxes at a time. */
  readonly sandboxes: number;
  ended(seed: number, run: Run): void;
  report(line: string): void;
}

/** The seeds of each sandbox, dealt in turn. */
export function sharesOf(seeds: readonly number[], sandboxes: number): number[][] {
  const count = Math.min(seeds.length, sandboxes);
  return Array.from({ length: count }, (_, share) => seeds.filter((__, index) => index % count === share));
}

/** Runs the sequences in several sandboxes, each in a process of its own. */
export function startShares({ seeds, sandboxes, ended, report, ...orders }: SharesOptions): {
  readonly done: Promise<unknown>;
  close(): void;
} {
  const running = new Set<ChildProcess>();
  const shares = sharesOf(seeds, sandboxes).map((share, index) =>
    runShare({ ...orders, seeds: share }, running, ended, (step) => report(`sandbox ${index + 1}: ${step}`)),
  );
  return {
    done: Promise.all(shares),
    close() {
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
): Promise<void> {
  const child = fork(join(__dirname, 'sandbox-process.ts'), [JSON.stringify(orders)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  running.add(child);
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = `${errors}${text}`.slice(-4_000);
  });
  child.on('message', (said: Said) => {
    if ('step' in said) report(said.step);
    else ended(said.seed, said.run);
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((settle, reject) =>
    child.once('error', reject).once('close', (...how) => settle(how)),
  );
  running.delete(child);
  if (code !== 0) throw new Error(`The process of the sandbox ended with ${signal ?? code}:\n${errors}`);
}
