import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Isolation } from '../../../engines';
import { startOf } from '../../../process/process-identity';
import { endGroup, type Run } from '../../../process/runs';
import { followLinks, lookUp } from '../images/layers';
import { type Root, rootMounts } from './mounts';
import { childPid, type TaskNetwork } from './task-network';

export interface ContainerOptions extends Root {
  readonly isolation: Isolation;
  readonly network: TaskNetwork;
  /** The Python of the engines. */
  readonly python: string;
  readonly hostname: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: Run;
  /** `Shop.Service task 2: web`, for the record of the run. */
  readonly title: string;
  onLine(line: string): void;
}

/** A container that runs. */
export interface Container {
  /** Its main process, as this machine sees it. */
  readonly pid: number;
  /** The exit status: 137 after SIGKILL. */
  readonly ended: Promise<number>;
  signal(name: NodeJS.Signals): void;
  /** Ends all of its processes. */
  kill(): void;
  /** Runs a program in the container and resolves with its exit status; undefined if it takes longer. */
  execute(words: readonly string[], timeout: number): Promise<number | undefined>;
}

/** Starts the main process of a container. @throws where its program does not exist */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  return options.isolation.kind === 'namespaces' ? startIsolated(options, options.isolation) : startPlain(options);
}

/** Documented: "Dockerfile reference", how CMD and ENTRYPOINT interact: an entry point of the task definition drops the image's command. */
export function commandOf({ definition, image }: Pick<Root, 'definition' | 'image'>): string[] {
  const { entryPoint, command } = definition;
  const words = [...(entryPoint ?? image.config.entrypoint), ...(command ?? (entryPoint === undefined ? image.config.command : []))];
  if (words.length === 0) throw new Error(`the image of ${definition.name} has no command, and the task definition gives none`);
  return words;
}

async function startIsolated(options: ContainerOptions, { bwrap }: Isolation & { kind: 'namespaces' }): Promise<Container> {
  const { user, definition, network, run, title } = options;
  const workdir = definition.workingDirectory ?? options.image.config.workdir;
  const identity = ['--unshare-user', '--uid', String(user.uid), '--gid', String(user.gid), '--cap-drop', 'ALL'];
  const apart = ['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--hostname', options.hostname, '--new-session', '--die-with-parent'];
  const args = [
    ...[...identity, ...apart, ...(definition.init ? [] : ['--as-pid-1']), '--info-fd', '3'],
    ...rootMounts(options),
    ...['--chdir', workdir, '--', ...commandOf(options)],
  ];
  const [file, ...words] = network.enter([bwrap, ...args]);
  const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true, env: options.env, cwd: '/' });
  const ended = follow(child, run, title, options.onLine);
  const pid = await childPid(child.stdio[3] as Readable).catch(async (error: Error) => {
    const status = await ended;
    throw new Error(`${error.message}: exit status ${status}`);
  });
  const into = network.enter([options.python, '-I', join(__dirname, 'enter.py'), String(pid), workdir]);
  return {
    ...{ pid, ended },
    // An init process passes no signal on by itself.
    signal: (name) => send(definition.init ? (childOf(pid) ?? pid) : pid, name),
    // The first process of its namespace takes all others with it.
    kill: () => send(pid, 'SIGKILL'),
    execute: (program, timeout) => execute([...into, ...program], { env: options.env, cwd: '/' }, timeout),
  };
}

/** Without namespaces, absolute paths of the image lead to its folders, as far as they stand alone in the command. */
async function startPlain(options: ContainerOptions): Promise<Container> {
  const { image, definition, run, title } = options;
  const at = (path: string) => lookUp(image.layers, followLinks(image.layers, path))?.file;
  const local = (word: string) => (word.startsWith('/') ? (at(word) ?? word) : word);
  const folders = [...image.layers].reverse().map((layer) => join(layer, 'usr/local/bin'));
  const volume = definition.mounts.find(({ path }) => path === '/tmp')?.volume;
  const temporary = volume === undefined ? undefined : options.volumes.get(volume)?.folder;
  const env = {
    ...options.env,
    ...options.network.env,
    PATH: [...folders, '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    ...(temporary ? { TMPDIR: temporary } : {}),
  };
  const workdir = definition.workingDirectory ?? image.config.workdir;
  const cwd = at(workdir) ?? join(image.layers.at(-1) ?? '/', workdir);
  if (!existsSync(cwd)) mkdirSync(cwd, { recursive: true });
  const translated = (words: readonly string[]) => words.map(local);
  const [file, ...words] = translated(commandOf(options));
  const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env, cwd });
  const ended = follow(child, run, title, options.onLine);
  const { pid } = child;
  if (pid === undefined) throw new Error(`there is no program ${file}`);
  return {
    ...{ pid, ended },
    signal: (name) => send(pid, name),
    kill: () => endGroup(pid),
    execute: (program, timeout) => execute(translated(program), { env, cwd }, timeout),
  };
}

/** Records the process, reads its lines, and resolves with its exit status. */
function follow(child: ChildProcess, run: Run, title: string, onLine: (line: string) => void): Promise<number> {
  const { pid } = child;
  if (pid !== undefined) run.addProcess(title, { pid, started: startOf(pid) ?? '' });
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', onLine);
  return new Promise((resolve) => {
    const done = (status: number) => {
      if (pid !== undefined) {
        // What it started does not outlive it.
        endGroup(pid);
        run.removeProcess(pid);
      }
      resolve(status);
    };
    child.once('error', () => done(127));
    const statusOf = (code: number | null, signal: string | null) => code ?? 128 + (SIGNALS[signal ?? ''] ?? 0);
    child.once('close', (code, signal) => done(statusOf(code, signal)));
    // A process that it started may hold the streams open for longer.
    child.once('exit', (code, signal) => setTimeout(() => done(statusOf(code, signal)), 200));
  });
}

const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has already ended.
  }
}

/** The first process that another one has started. */
function childOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]) || undefined;
  } catch {
    return undefined;
  }
}

function execute(
  [file, ...words]: readonly string[],
  options: { readonly env: Readonly<Record<string, string>>; readonly cwd: string },
  timeout: number,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const child = spawn(file, words, { ...options, stdio: 'ignore', detached: true });
    const timer = setTimeout(() => {
      if (child.pid !== undefined) endGroup(child.pid);
      resolve(undefined);
    }, timeout);
    const done = (status: number) => {
      clearTimeout(timer);
      resolve(status);
    };
    child.once('error', () => done(127));
    child.once('exit', (code) => done(code ?? 137));
  });
}
