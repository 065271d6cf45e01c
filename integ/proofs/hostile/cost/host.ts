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

/** Garbage collector settings for time measurements, which include its time. */
export type Collector =
  /** Compiles in the main thread, as for a function with a share of one vCPU. */
  | 'default'
  /** A young generation of 2 MiB: garbage is collected before it counts as memory. */
  | 'eager'
  /** A young generation so large that nothing is collected: this measures the time of the code alone. */
  | 'none';

const FLAGS: Readonly<Record<Collector, readonly string[]>> = {
  default: ['--single-threaded'],
  eager: ['--max-semi-space-size=1'],
  none: ['--single-threaded', '--min-semi-space-size=128', '--max-semi-space-size=128'],
};

/** A measuring process. */
export interface Measurer {
  /** By input size: MiB, or times as multiples of the `referenceTime` of the process. */
  measure(order: Order): Promise<readonly number[]>;
  close(): void;
}

export interface Host {
  start(collector: Collector): Measurer;
  close(): void;
}

/** Starts measuring processes: on the functions' Node.js runtime, with an endpoint in place of AWS. */
export async function openHost(report: (line: string) => void): Promise<Host> {
  const node = await nodeRuntime('nodejs24.x', report);
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
        // Ignored: functions log to standard output.
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const ended = once(child, 'exit').then(([code, signal]): Answer => ({ error: `the process ended with ${code ?? signal}` }));
      return {
        async measure(order) {
          child.send(order);
          const answered = once(child, 'message').then(([answer]) => answer as Answer);
          const { figures, error } = await Promise.race([answered, ended]);
          if (figures === undefined)
            throw new Error(`${order.place}, ${'shape' in order ? `${order.shape}, ` : ''}${order.what}: ${error}`);
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
