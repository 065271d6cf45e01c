import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Json, JsonObject } from '../contracts';
import { startOf } from '../process/process-identity';
import { openRun, RUNS, type Run } from '../process/runs';
import { installed } from './component';
import { enginePython } from './engine-python';
import { enginesFolder } from './install';
import { pinsOf, pipInstall } from './python';

/** jq, DuckDB and the translation of Athena's SQL, in one process that starts with the first request. */
export interface LakeEngine {
  /** A folder for files, removed at the end. It exists from the first use. */
  folder(): string;
  /** @throws LakeError with the code of the failure */
  call<T extends Json | object>(operation: LakeOperation, input: JsonObject): Promise<T>;
  close(): Promise<void>;
}

export type LakeOperation = 'jq' | 'compile_jq' | 'parquet' | 'tables' | 'plan' | 'query' | 'bytes' | 'unload_of' | 'unload';

/** A failure of a request, with a code of Athena or of Firehose. */
export class LakeError extends Error {
  public constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const REQUIREMENTS = 'requirements-lake.txt';

/** Downloads the Python packages once. */
export async function installLake(report: (line: string) => void): Promise<{ readonly python: string; readonly packages: string }> {
  const python = await enginePython(report);
  const build = (target: string) => pipInstall(python, REQUIREMENTS, 'DuckDB, sqlglot and jq', { target });
  const component = { name: 'lake', title: 'DuckDB 1.5.6, sqlglot and jq', pins: { ...(await pinsOf(REQUIREMENTS)), python }, build };
  return { python, packages: await installed(enginesFolder(), component, report) };
}

export function lakeEngine(report: (line: string) => void): LakeEngine {
  let run: Run | undefined;
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  let worker: Promise<ChildProcess> | undefined;
  let last = 0;

  const folder = (): string => {
    run ??= openRun(RUNS);
    return run.folder;
  };

  async function start(): Promise<ChildProcess> {
    const { python, packages } = await installLake(report);
    const child = spawn(python, ['-s', join(__dirname, 'lake_worker.py')], {
      env: { PATH: process.env.PATH, PYTHONPATH: packages, TMPDIR: folder(), HOME: folder() },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    if (child.pid !== undefined) run?.addProcess("the lake's engine", { pid: child.pid, started: startOf(child.pid) ?? '' });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = `${errors}${text}`.slice(-2000);
    });
    child.stdin.on('error', () => {});
    child.once('exit', () => {
      worker = undefined;
      for (const { reject } of waiting.values())
        reject(new LakeError('INTERNAL', `The lake's engine ended: ${errors.trim().split('\n').at(-1)}`));
      waiting.clear();
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { id, result, error, code } = JSON.parse(line);
      const caller = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) caller?.resolve(result as never);
      else caller?.reject(new LakeError(code, error));
    });
    return child;
  }

  return {
    folder,
    async call(operation, input) {
      worker ??= start();
      const child = await worker;
      last += 1;
      const id = last;
      const reply = new Promise<never>((resolve, reject) => waiting.set(id, { resolve, reject }));
      child.stdin?.write(`${JSON.stringify({ id, operation, input })}\n`);
      return reply;
    },
    async close() {
      const child = await worker?.catch(() => undefined);
      // It ends with its input.
      if (child !== undefined) await new Promise<void>((ended) => child.once('exit', () => ended()).stdin?.end());
      run?.close();
    },
  };
}
