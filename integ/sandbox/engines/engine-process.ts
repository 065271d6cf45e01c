import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../contracts';
import { startOf } from '../process/process-identity';
import { endGroup, type Run } from '../process/runs';
import { EngineError } from './command';

export interface EngineProgram {
  readonly name: string;
  readonly file: string;
  args(port: number): readonly string[];
  env(port: number): NodeJS.ProcessEnv;
  /** A request that succeeds when the engine is ready. */
  ready(url: string): Promise<Response>;
  /** Whether its data is in files, so that it can be restarted. @default false */
  readonly hasFiles?: boolean;
}

const ATTEMPTS = 3;
const START_TIMEOUT_MS = 60_000;
const PAUSE_MS = 25;

/** A pipe of this process, or what keeps the engine running after it. */
export type Input = 'pipe' | NonNullable<ChildProcess['stdout']>;

/** Starts an engine on a free port of 127.0.0.1, in its own process group, and waits until it responds. */
export async function startEngine(program: EngineProgram, run: Run, input: Input = 'pipe'): Promise<Engine> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return engineOf(program, run, port, await start(program, run, port, input));
    } catch (error) {
      // Another process may have taken the port since the check.
      if (!(error instanceof PortTaken) || attempt === ATTEMPTS) {
        throw error;
      }
    }
  }
}

class PortTaken extends EngineError {}

interface Started {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** An engine, which may be started again. */
function engineOf(program: EngineProgram, run: Run, port: number, started: Started): Engine {
  let current = started;
  async function restart(): Promise<void> {
    const { pid } = current;
    await current.close();
    run.removeProcess(pid);
    current = await start(program, run, port, 'pipe');
  }
  return {
    ...{ name: program.name, url: started.url },
    get pid() {
      return current.pid;
    },
    restart: program.hasFiles === true ? restart : undefined,
    close: () => current.close(),
  };
}

async function start(program: EngineProgram, run: Run, port: number, input: Input): Promise<Started> {
  const log = join(run.folder, `${program.name}.log`);
  const output = openSync(log, 'w');
  const child = spawn(program.file, program.args(port), { detached: true, stdio: [input, output, output], env: program.env(port) });
  closeSync(output);
  let ended = false;
  const end = new Promise<void>((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  }).then(() => {
    ended = true;
  });
  // If the owner of the pipe ends without closing the engine, the pipe closes and the engine ends too.
  child.unref();
  (child.stdin as Socket | null)?.unref();
  child.stdin?.on('error', () => {});

  const { pid } = child;
  if (pid === undefined) {
    throw new EngineError(`${program.name} cannot be started: there is no ${program.file}`);
  }
  const url = `http://127.0.0.1:${port}`;
  run.addProcess(program.name, { pid, started: startOf(pid) ?? '', url });
  const close = async () => {
    // Keeps this process alive until the engine has ended, so that code after the wait still runs.
    child.ref();
    endGroup(pid);
    await end;
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(program, url))) {
    if (ended) {
      const lines = readFileSync(log, 'utf8').trim();
      const kind = /already in use|address in use/i.test(lines) ? PortTaken : EngineError;
      throw new kind(`${program.name} ended before it answered; last output: ${lines.split('\n').slice(-5).join(' | ')}`);
    }
    if (Date.now() > deadline) {
      await close();
      throw new EngineError(`${program.name} did not answer at ${url} within ${START_TIMEOUT_MS / 1000} s`);
    }
    await sleep(PAUSE_MS);
  }
  return { url, pid, close };
}

async function answers(program: EngineProgram, url: string): Promise<boolean> {
  try {
    const response = await program.ready(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
