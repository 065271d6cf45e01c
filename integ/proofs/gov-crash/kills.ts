import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { lookUp, startGovernmentApi } from '../../government-api';
import { REPOSITORY } from '../../kit/repository';
import { hostOf, type Mode } from '../../systems/gov-sync/names';
import type { Quarter } from '../../systems/gov-sync/quarter';
import { type Crashed, crashPeriods, MOST_IN_PERIOD } from './periods';
import { nameOf, type Remaining } from './points';
import type { Line, Orders } from './sandbox-process';

export interface KillOptions {
  /** The cloud assembly. */
  readonly folder: string;
  readonly mode: Mode;
  readonly remaining: Remaining;
  readonly record: NonNullable<Orders['record']>;
  readonly quarter: Quarter;
  readonly seed: number;
  done(reached: number): void;
}

const MACHINE_CLOCK = { now: () => Date.now(), sleep: (milliseconds: number) => new Promise<void>((end) => setTimeout(end, milliseconds)) };
const SCRIPT = join('integ', 'proofs', 'gov-crash', 'sandbox-process.ts');

/** Kills the process of the sandbox at each point, and starts it again with its data, until the period is complete. */
export async function killAtEach({ folder, mode, remaining, record, ...options }: KillOptions): Promise<Crashed> {
  const data = mkdtempSync(join(tmpdir(), 'gov-crash-'));
  let port: number | undefined;
  let processes = 0;
  try {
    const crashed = await crashPeriods({
      ...{ remaining, ...options },
      async crash({ period, scenario: { behaviour }, seed }) {
        const own = port === undefined ? {} : { port: { number: port, otherwise: 'fail' as const } };
        // A look-up finds a report at once: the clock of this process is not that of the sandbox.
        const api = await startGovernmentApi({ seed, behaviour, duplicates: lookUp(0), clock: MACHINE_CLOCK, ...own });
        port = Number(new URL(api.origin).port);
        const most = remaining.reached.length + MOST_IN_PERIOD;
        try {
          for (;;) {
            const points = remaining.reached.length < most ? remaining.all : [];
            const first = processes === 0 ? { record } : {};
            processes += 1;
            const line = await run({
              folder,
              data,
              mode,
              map: { [hostOf(mode)]: api.origin },
              period,
              points,
              process: processes,
              ...first,
            });
            if ('items' in line) return { items: line.items, record: api.record() };
            if ('killed' in line) remaining.take(line.killed);
            options.done(remaining.reached.length);
          }
        } finally {
          await api.close();
        }
      },
    });
    await run({ folder, data, mode, map: {}, points: [], process: processes });
    return crashed;
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** Runs a process until it ends or kills itself. @returns its line @throws if it ends in another way */
async function run(orders: Orders): Promise<Line> {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, JSON.stringify(orders)], {
    cwd: REPOSITORY,
    // Its input ends when this process ends, and so does it.
    stdio: ['pipe', 'pipe', 'pipe'],
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
  const [line] = lines;
  if (line === undefined || (signal !== 'SIGKILL' && code !== 0)) {
    const where = orders.points.length === 0 ? '' : `, before ${orders.points.map(nameOf).join(', ')}`;
    throw new Error(`The process of the sandbox ended with ${signal ?? code} in ${orders.period}${where}:\n${errors.slice(-4_000)}`);
  }
  return line;
}
