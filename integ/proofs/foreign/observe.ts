import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from '../../kit/repository';
import type { Message, Phase } from './messages';
import type { Observation } from './verdict';

/** How long each part of a run may take, in seconds. The first start on a machine downloads runtimes and builds images. */
export const LIMITS: Readonly<Record<Phase, number>> = { synthesis: 60, start: 180, question: 60, end: 30 };

/** How long a process may take to close what it started before it is killed. */
const CLOSING_TIMEOUT_MS = 25_000;
/** How much of the output of a run is kept for messages. */
const KEPT_OUTPUT = 200_000;

export interface Run extends Observation {
  readonly seconds: number;
  /** What the sandbox printed. */
  readonly output: string;
}

/**
 * Runs an app in a process of its own, and ends it if a part of the run takes too long.
 *
 * @param folder the folder of the apps
 */
export function observe(folder: string, name: string, limits = LIMITS): Promise<Run> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'run-app.ts'), folder, name], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = `${output}${text}`.slice(-KEPT_OUTPUT);
    });
  }
  let at = `before the synthesis of ${name}`;
  let stopped: string | undefined;
  let ended: Omit<Observation, 'stopped'> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const limit = (seconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      stopped ??= `it took longer than ${seconds} s at: ${at}`;
      child.kill('SIGTERM');
      timer = setTimeout(() => child.kill('SIGKILL'), CLOSING_TIMEOUT_MS);
    }, seconds * 1_000);
  };
  limit(limits.synthesis);
  child.on('message', (message: Message) => {
    if ('phase' in message) {
      at = `${message.phase}, ${message.what}`;
      limit(limits[message.phase]);
    } else if ('error' in message) {
      stopped ??= `${at}: ${message.error}`;
    } else {
      ({ ended } = message);
    }
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      if (ended === undefined) stopped ??= `its process ended (${signal ?? `status ${status}`}) at: ${at}`;
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      resolve({ wrong: [], unnamed: [], rejected: [], ...ended, stopped, seconds, output });
    });
  });
}
