import { mkdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Isolation } from '../../../engines';
import { withoutLinks } from '../isolation/isolation';
import { copyInto, type Source } from './copy';
import { DockerfileError } from './dockerfile-error';
import type { Image, ImageConfig, Owner } from './image';
import type { Command, Dockerfile, Instruction, Stage } from './instructions';
import { followLinks, lookUp } from './layers';
import { runStep } from './run-step';
import { findUser, type User } from './users';
import { withVariables } from './words';

export interface StageBuild {
  readonly dockerfile: Dockerfile;
  readonly stage: Stage;
  /** The image that it starts from. */
  readonly base: Image;
  /** The folder of its own layer. */
  readonly layer: string;
  /** `--build-arg` and `ARG` before the first `FROM`. */
  readonly given: ReadonlyMap<string, string>;
  readonly globals: ReadonlyMap<string, string>;
  readonly isolation: Isolation;
  readonly work: string;
  readonly downloads: string;
  cache(path: string): string;
  /** The build folder, an earlier stage or an image. */
  source(from: string | undefined): Promise<Source>;
}

/** Executes the instructions of one stage. @throws DockerfileError with the line of the instruction that failed */
export async function buildStage(build: StageBuild): Promise<Image> {
  const { dockerfile, stage, base, layer, isolation } = build;
  const layers = [...base.layers, layer];
  const owners: Owner[] = [...base.owners];
  const args = new Map<string, string>(PREDEFINED);
  let config: ImageConfig = { ...base.config, ...(stage.instructions.some(({ kind }) => kind === 'entrypoint') ? { command: [] } : {}) };

  const expand = (text: string) => withVariables(text, new Map([...args, ...Object.entries(config.env)]));
  const absolute = (path: string) => followLinks(layers, withoutLinks(posix.resolve(config.workdir, path)));
  const userOf = (text: string): User => {
    const user = findUser(layers, text);
    if (user === undefined) throw new Error(`the image has no user or group ${text}`);
    return user;
  };
  const words = (command: Command) => ('words' in command ? command.words : [...config.shell, command.line]);

  async function execute(instruction: Instruction): Promise<void> {
    switch (instruction.kind) {
      case 'arg': {
        const value = build.given.get(instruction.name) ?? instruction.value ?? build.globals.get(instruction.name);
        if (value !== undefined) args.set(instruction.name, expand(value));
        return;
      }
      case 'env': {
        const values = instruction.values.map(([name, value]) => [name, expand(value)] as const);
        config = { ...config, env: { ...config.env, ...Object.fromEntries(values) } };
        return;
      }
      case 'workdir':
        config = { ...config, workdir: posix.resolve(config.workdir, expand(instruction.path)) };
        if (lookUp(layers, absolute('.')) === undefined) mkdirSync(join(layer, absolute('.')), { recursive: true });
        return;
      case 'user':
        config = { ...config, user: expand(instruction.user) };
        userOf(config.user);
        return;
      case 'copy': {
        const source = await build.source(instruction.from === undefined ? undefined : expand(instruction.from));
        const given = expand(instruction.to);
        const to = absolute(given) + (given.endsWith('/') || /(^|\/)\.$/.test(given) ? '/' : '');
        const isFolder = (path: string) => lookUp(layers, path)?.stats.isDirectory() ?? false;
        const made = copyInto(source, instruction.sources.map(expand), layer, to, isFolder);
        const { uid, gid } = userOf(expand(instruction.owner ?? '0'));
        owners.push(...made.map((path) => ({ path, uid, gid })));
        return;
      }
      case 'run': {
        const env = { ...Object.fromEntries([...args].filter(([name]) => !PREDEFINED.has(name))), ...config.env };
        const caches = instruction.mounts.map((path) => ({ path: expand(path), folder: build.cache(expand(path)) }));
        const step = { isolation, layers: base.layers, layer, needs: base.needs, words: words(instruction.command), caches };
        const { workdir, user } = config;
        owners.push(...(await runStep({ ...step, workdir, user: userOf(user), env, work: build.work, downloads: build.downloads })));
        return;
      }
      case 'rejected':
        throw instruction.error;
      case 'shell':
        config = { ...config, shell: instruction.shell };
        return;
      case 'cmd':
        config = { ...config, command: words(instruction.command) };
        return;
      case 'entrypoint':
        config = { ...config, entrypoint: words(instruction.command) };
        return;
      case 'health':
        // Documented: "HealthCheck" (Amazon ECS API Reference): ECS does not monitor the health check of an image.
        return;
      case 'expose': {
        const ports = instruction.ports.map((port) => Number(expand(port).split('/')[0]));
        config = { ...config, exposed: [...config.exposed, ...ports] };
        return;
      }
      case 'volume':
        config = { ...config, volumes: [...config.volumes, ...instruction.paths.map((path) => posix.resolve('/', expand(path)))] };
        return;
      case 'stopsignal':
        config = { ...config, stopSignal: signalName(expand(instruction.signal)) };
        return;
    }
  }

  for (const instruction of stage.instructions) {
    try {
      await execute(instruction);
    } catch (error) {
      if (error instanceof DockerfileError) throw error;
      throw new DockerfileError(dockerfile.file, instruction.line, shown(instruction), (error as Error).message);
    }
  }
  return { name: base.name, layers, needs: base.needs, owners, config };
}

/** Documented: "Dockerfile reference", automatic platform ARGs in the global scope: an image is built for this machine. */
const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';
export const PREDEFINED: ReadonlyMap<string, string> = new Map(
  ['TARGET', 'BUILD'].flatMap((prefix): [string, string][] => [
    [`${prefix}PLATFORM`, `linux/${ARCHITECTURE}`],
    [`${prefix}OS`, 'linux'],
    [`${prefix}ARCH`, ARCHITECTURE],
  ]),
);

function shown(instruction: Instruction): string {
  const { kind } = instruction;
  const command = kind === 'run' ? instruction.command : undefined;
  const text = command === undefined ? '' : ` ${'line' in command ? command.line : command.words.join(' ')}`;
  const more = kind === 'copy' ? ` ${[...instruction.sources, instruction.to].join(' ')}` : kind === 'user' ? ` ${instruction.user}` : text;
  return `${kind.toUpperCase()}${more}`.slice(0, 80);
}

/** `TERM` and `15` are `SIGTERM`. */
function signalName(text: string): string {
  const number = Number(text);
  if (Number.isInteger(number)) return SIGNALS[number] ?? 'SIGTERM';
  return text.startsWith('SIG') ? text : `SIG${text}`;
}

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  12: 'SIGUSR2',
  15: 'SIGTERM',
  28: 'SIGWINCH',
};
