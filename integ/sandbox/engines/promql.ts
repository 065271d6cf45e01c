import { mkdirSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, JsonObject } from '../contracts';
import { openRun, RUNS, type Run } from '../process/runs';
import { command, EngineError } from './command';
import { installed } from './component';
import { startEngine } from './engine-process';
import { findGo } from './go';
import { enginesFolder } from './install';

const SOURCES = join(__dirname, 'promql');
const TITLE = 'PromQL of Prometheus 3.13.5';

/** The storage and the queries of Prometheus, in a process that starts with the first request. Times are milliseconds since the epoch. */
export interface PromqlEngine {
  /** Stores an OTLP request as of a time. @throws PromqlError if it can't be read */
  write(body: Buffer, contentType: string, at: number): Promise<void>;
  /** The reply of Prometheus' HTTP API. @throws PromqlError if the query is invalid */
  query(query: string, at: number): Promise<JsonObject>;
  queryRange(query: string, range: { readonly start: number; readonly end: number; readonly step: number }): Promise<JsonObject>;
  close(): Promise<void>;
}

/** What is wrong with a request. */
export class PromqlError extends Error {
  public constructor(
    /** `bad_data` or `execution`, as Prometheus has it. */
    readonly kind: string,
    message: string,
  ) {
    super(message);
  }
}

/** The path of the engine, built once. @throws EngineError if Go can be neither found nor downloaded */
export async function installPromql(report: (line: string) => void): Promise<string> {
  const names = (await readdir(SOURCES)).filter((name) => /^go\.|\.go$/.test(name)).sort();
  const pins = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(SOURCES, name), 'utf8')])));
  const folder = await installed(
    enginesFolder(),
    { name: 'promql', title: TITLE, action: 'building', pins, build: (target) => build(target, names, report) },
    report,
  );
  return join(folder, 'promql');
}

async function build(target: string, names: readonly string[], report: (line: string) => void): Promise<void> {
  const work = join(target, 'work');
  await mkdir(join(work, 'sources'), { recursive: true });
  for (const name of names) await cp(join(SOURCES, name), join(work, 'sources', name));
  const go = await findGo(work, report);
  const args = ['build', '-trimpath', '-ldflags', '-s -w', '-o', join(target, 'promql'), '.'];
  await command(go.file, args, { cwd: join(work, 'sources'), env: go.env }).catch((error: Error) => {
    throw new EngineError(`Go cannot build the engine of PromQL: give Go access to a module proxy. ${error.message}`);
  });
  await rm(work, { recursive: true, force: true });
}

export function promqlEngine(report: (line: string) => void): PromqlEngine {
  let run: Run | undefined;
  let started: Promise<Engine> | undefined;

  async function start(): Promise<Engine> {
    const file = await installPromql(report);
    run = openRun(RUNS);
    const folder = join(run.folder, 'promql');
    mkdirSync(folder);
    const args = (port: number) => [String(port), folder];
    return startEngine({ name: 'PromQL', file, args, env: () => ({}), ready: (url) => fetch(`${url}/ready`) }, run);
  }

  async function call(path: string, parameters: Readonly<Record<string, string | number>>, init?: RequestInit): Promise<Response> {
    started ??= start();
    const { url } = await started;
    const query = new URLSearchParams(Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]));
    const response = await fetch(`${url}${path}?${query}`, init);
    if (response.ok) return response;
    const { errorType, error } = (await response.json()) as Record<string, string>;
    throw new PromqlError(errorType, error);
  }
  const reply = async (response: Promise<Response>) => (await (await response).json()) as JsonObject;

  return {
    async write(body, contentType, at) {
      const init = { method: 'POST', headers: { 'content-type': contentType }, body: new Uint8Array(body) };
      await (await call('/write', { at }, init)).arrayBuffer();
    },
    query: (query, at) => reply(call('/query', { query, time: at })),
    queryRange: (query, range) => reply(call('/query_range', { query, ...range })),
    async close() {
      const engine = await started?.catch(() => undefined);
      await engine?.close();
      run?.close();
    },
  };
}
