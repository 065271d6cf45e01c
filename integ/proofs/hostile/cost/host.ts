import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { nodeRuntime } from '../../../sandbox/engines';
import { openEndpoint } from './aws';
import type { Answer, Order } from './measured';

const ROOT = resolve(__dirname, '..', '..', '..', '..');

/** How the process collects garbage; its time is in what is measured. */
export type Collector =
  /** And the compiler in the thread of the code, as with the part of a processor that a function has. */
  | 'default'
  /** Two MiB of young objects: garbage is collected before it counts as memory. */
  | 'eager'
  /** So much room for young objects that nothing is collected: what is left is the time of the code. */
  | 'none';

const FLAGS: Readonly<Record<Collector, readonly string[]>> = {
  default: ['--single-threaded'],
  eager: ['--max-semi-space-size=1'],
  none: ['--single-threaded', '--min-semi-space-size=128', '--max-semi-space-size=128'],
};

/** A process that measures. */
export interface Measurer {
  /** Milliseconds or MiB by size. */
  measure(order: Order): Promise<readonly number[]>;
  close(): void;
}

export interface Host {
  start(collector: Collector): Measurer;
  close(): void;
}

/** Where measuring processes run: on the Node of the functions, with an endpoint in place of AWS. */
export async function openHost(say: (line: string) => void): Promise<Host> {
  const node = await nodeRuntime('nodejs24.x', say);
  const directory = mkdtempSync(join(tmpdir(), 'cost-'));
  const file = join(directory, 'measured.cjs');
  await build({
    entryPoints: [join(__dirname, 'measured.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    logLevel: 'warning',
  });
  const endpoint = await openEndpoint();
  const network = join(ROOT, 'integ', 'sandbox', 'services', 'lambda', 'runtime', 'network.cjs');
  return {
    start(collector) {
      const child = fork(file, {
        execPath: node,
        execArgv: ['--expose-gc', ...FLAGS[collector], '--require', network],
        env: {
          PATH: process.env.PATH,
          COST_ROOT: ROOT,
          COST_PRIVATE_KEY: endpoint.privateKey,
          SANDBOX_EGRESS: endpoint.url,
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'AKIAMEASURED',
          AWS_SECRET_ACCESS_KEY: 'secret',
        },
        // Functions log to standard output.
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const ended = once(child, 'exit').then(([code, signal]): Answer => ({ error: `the process ended with ${code ?? signal}` }));
      return {
        async measure(order) {
          child.send(order);
          const answered = once(child, 'message').then(([answer]) => answer as Answer);
          const { figures, error } = await Promise.race([answered, ended]);
          if (figures === undefined) throw new Error(`${order.place}, ${order.shape}, ${order.what}: ${error}`);
          return figures;
        },
        close: () => void child.kill('SIGKILL'),
      };
    },
    close() {
      endpoint.close();
      rmSync(directory, { recursive: true });
    },
  };
}
