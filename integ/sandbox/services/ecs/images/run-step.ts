import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Isolation } from '../../../engines';
import { systemMounts } from '../isolation/isolation';
import type { Owner } from './image';
import { registrySettings } from './settings';
import type { User } from './users';

/** One `RUN`: a program on the layers so far. What it changes is in `layer`. */
export interface RunStep {
  readonly isolation: Isolation;
  /** Those below `layer`. */
  readonly layers: readonly string[];
  readonly layer: string;
  readonly needs: readonly string[];
  readonly words: readonly string[];
  readonly workdir: string;
  readonly user: User;
  readonly env: Readonly<Record<string, string>>;
  /** Folders that keep their content from build to build. */
  readonly caches: readonly { readonly folder: string; readonly path: string }[];
  /** A folder for what the step needs, outside of the image. */
  readonly work: string;
  /** Where npm, pip and uv keep what they download. */
  readonly downloads: string;
}

const SHIMS = ['chown', 'chgrp', 'useradd', 'adduser', 'groupadd', 'addgroup'];
/** How names of hosts are resolved. */
const NAMES = ['/etc/resolv.conf', '/etc/hosts'];
const OUTPUT_KEPT = 20_000;

/** Runs a step and returns the owners that it set. @throws with its last lines of output if it fails */
export async function runStep(step: RunStep): Promise<Owner[]> {
  const { isolation } = step;
  return isolation.kind === 'namespaces' ? runIsolated(step, isolation.bwrap) : runPlain(step);
}

async function runIsolated(step: RunStep, bwrap: string): Promise<Owner[]> {
  const { env: settings, files } = registrySettings();
  const env = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, files.get(value) ?? value]));
  const [overlayWork, tools] = [join(step.work, 'overlay'), join(step.work, 'tools')];
  for (const folder of [overlayWork, tools, step.downloads]) mkdirSync(folder, { recursive: true });
  const owners = join(tools, 'owners');
  writeFileSync(owners, '');
  writeFileSync(join(tools, 'shims'), `#!/run/sandbox/node\n${readFileSync(join(__dirname, 'shims.cjs'), 'utf8')}`, { mode: 0o755 });
  // In the user's stead: programs of the operating system would fail, because a build has one user only.
  const shims = SHIMS.flatMap((name) => ['/usr/bin', '/usr/sbin'].map((folder) => `${folder}/${name}`)).filter(existsSync);
  const args = [
    ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--die-with-parent', '--new-session', '--clearenv'],
    ...['--uid', String(step.user.uid), '--gid', String(step.user.gid)],
    ...step.layers.flatMap((layer) => ['--overlay-src', layer]),
    ...['--overlay', step.layer, overlayWork, '/'],
    ...systemMounts([...step.layers, step.layer]),
    ...['--perms', '1777', '--tmpfs', '/run', '--dir', '/run/sandbox', '--bind', tools, '/run/sandbox'],
    ...['--ro-bind', process.execPath, '/run/sandbox/node', '--bind', step.downloads, '/run/sandbox/downloads'],
    ...shims.flatMap((path) => ['--ro-bind', join(tools, 'shims'), path]),
    ...[...step.needs, ...NAMES].flatMap((path) => ['--ro-bind-try', path, path]),
    ...[...files].flatMap(([file, path]) => ['--ro-bind', file, path]),
    ...step.caches.flatMap(({ folder, path }) => ['--bind', folder, path]),
    ...['--chdir', step.workdir],
    ...Object.entries({ HOME: step.user.home, ...downloadsIn('/run/sandbox/downloads'), ...env, ...step.env }).flatMap((pair) => [
      '--setenv',
      ...pair,
    ]),
    ...['--setenv', 'SANDBOX_OWNERS', '/run/sandbox/owners', '--', ...step.words],
  ];
  await run(bwrap, args, { cwd: '/', env: {} });
  return readFileSync(owners, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Owner);
}

const downloadsIn = (folder: string) => ({
  npm_config_cache: `${folder}/npm`,
  PIP_CACHE_DIR: `${folder}/pip`,
  UV_CACHE_DIR: `${folder}/uv`,
});

/**
 * Without namespaces, the layer is an ordinary folder. A step that names an absolute path would reach this machine's own files, so that it
 * is rejected.
 */
async function runPlain(step: RunStep): Promise<Owner[]> {
  const line = step.words.at(-1) ?? '';
  const path = /(?:^|[\s'"=])(\/[^\s'"]*)/.exec(line)?.[1];
  if (path !== undefined || /(^|[\s;&|])(chown|useradd|adduser|groupadd|addgroup|su)\b/.test(line)) {
    throw new Error(
      `${path ?? 'another user'} needs namespaces, which this machine does not allow (${(step.isolation as { reason: string }).reason})`,
    );
  }
  const { env } = registrySettings();
  const cwd = join(step.layer, step.workdir);
  const programs = [step.layer, ...[...step.layers].reverse()].flatMap((layer) =>
    ['sbin', 'bin'].map((name) => join(layer, 'usr/local', name)),
  );
  const PATH = [...programs, '/usr/local/bin', '/usr/bin', '/bin'].join(':');
  const own = { HOME: step.work, ...downloadsIn(step.downloads), ...env, ...step.env, PATH };
  mkdirSync(cwd, { recursive: true });
  await run(step.words[0], step.words.slice(1), { cwd, env: own });
  return [];
}

function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Record<string, string> },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-OUTPUT_KEPT);
      });
    }
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const last = output.trim().split('\n').slice(-12).join('\n');
      if (code === 0) resolve();
      else reject(new Error(`it ended with ${signal ?? `exit status ${code}`}: ${last === '' ? 'no output' : last}`));
    });
  });
}

/** Removes what the overlay left: it belongs to no image. */
export function removeWork(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
