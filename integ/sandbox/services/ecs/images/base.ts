import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { command, EngineError, enginesFolder, findPythonOfVersion, findUv, installed, nodeRuntime } from '../../../engines';
import { EMPTY_CONFIG, type Image } from './image';
import { writeSkeleton } from './skeleton';

type Report = (line: string) => void;

/** Names of the official images at Docker Hub and at its mirror in ECR. */
const OFFICIAL =
  /^(?:(?:docker\.io\/)?(?:library\/)?|public\.ecr\.aws\/docker\/library\/)(node|python)(?::([\w.-]+))?(?:@sha256:[0-9a-f]{64})?$/;
const UV = /^ghcr\.io\/astral-sh\/uv(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/;

/** npm as the newest official image of each major version of Node.js has it. */
const NPM: Readonly<Record<string, string>> = { 20: '10.8.2', 22: '10.9.4', 24: '11.6.2' };
const NEWEST_NODE = '24';
const NEWEST_PYTHON = '3.13';

/** Whether an image is one that is composed from what this machine has. */
export function isBase(image: string): boolean {
  return OFFICIAL.test(image) || UV.test(image);
}

/** An official image of Node.js or Python: the same layout, users and settings, with the newest patch version that this machine has. */
export async function baseImage(image: string, report: Report): Promise<Image> {
  if (UV.test(image)) return uvImage(image, report);
  const [, kind, tag = 'latest'] = OFFICIAL.exec(image) ?? [];
  if (kind === 'node') return nodeImage(image, nodeVersion(tag), report);
  if (kind === 'python') return pythonImage(image, pythonVersion(tag), report);
  throw new EngineError(`${image} can't be fetched: node and python run here, and other images by --image name=folder`);
}

/** `22-alpine` and `22.3.1` are Node 22; `lts` and `latest` are the newest here. */
function nodeVersion(tag: string): string {
  const version = /^(\d+)/.exec(tag)?.[1] ?? NEWEST_NODE;
  if (NPM[version] === undefined) throw new EngineError(`node:${tag} does not run here: Node ${Object.keys(NPM).join(', ')} do`);
  return version;
}

/** `3.12-slim` and `3.12.4` are Python 3.12; `3` is the newest here. */
function pythonVersion(tag: string): string {
  const version = /^(3\.\d+)/.exec(tag)?.[1];
  if (version === undefined && !/^(3|latest|slim|alpine)/.test(tag))
    throw new EngineError(`python:${tag} does not run here: Python 3 does`);
  return version ?? NEWEST_PYTHON;
}

async function nodeImage(name: string, version: string, report: Report): Promise<Image> {
  const node = await nodeRuntime(`nodejs${version}.x`, report);
  const npm = `npm@${NPM[version]}`;
  const layer = await installed(
    enginesFolder(),
    {
      name: `image-node-${version}`,
      title: `Image node:${version}`,
      action: 'building',
      pins: { npm, node, entrypoint: ENTRYPOINT, version: (await command(node, ['--version'])).trim() },
      build: async (target) => {
        writeSkeleton(target, [{ name: 'node', id: 1000, home: '/home/node' }]);
        const local = join(target, 'usr/local');
        copyFileSync(node, join(local, 'bin/node'));
        const args = ['install', '--prefix', join(target, 'npm'), '--no-save', '--no-audit', '--no-fund', '--loglevel=error', npm];
        await command('npm', args, { cwd: target });
        await rename(join(target, 'npm/node_modules'), join(local, 'lib/node_modules'));
        rmSync(join(target, 'npm'), { recursive: true });
        for (const program of ['npm', 'npx']) {
          symlinkSync(`../lib/node_modules/npm/bin/${program}-cli.js`, join(local, 'bin', program));
        }
        writeFileSync(join(local, 'bin/docker-entrypoint.sh'), ENTRYPOINT);
        for (const program of ['node', 'docker-entrypoint.sh']) chmodSync(join(local, 'bin', program), 0o755);
      },
    },
    report,
  );
  const env = { ...EMPTY_CONFIG.env, NODE_VERSION: version };
  return {
    ...{ name, layers: [layer], needs: [], owners: [{ path: '/home/node', uid: 1000, gid: 1000 }] },
    config: { ...EMPTY_CONFIG, env, entrypoint: ['docker-entrypoint.sh'], command: ['node'] },
  };
}

/** What the official image does with its command: an option, or a file that is no program, is for `node`. */
const ENTRYPOINT = `#!/bin/sh
set -e
case "$1" in -*) set -- node "$@" ;; esac
if ! command -v "$1" > /dev/null || { [ -f "$1" ] && [ ! -x "$1" ]; }; then set -- node "$@"; fi
exec "$@"
`;

async function pythonImage(name: string, version: string, report: Report): Promise<Image> {
  const python = await findPythonOfVersion(version, report);
  const layer = await installed(
    enginesFolder(),
    {
      name: `image-python-${version}`,
      title: `Image python:${version}`,
      action: 'building',
      pins: { ...python, layout: '1' },
      build: async (target) => {
        writeSkeleton(target, []);
        const local = join(target, 'usr/local');
        await command(python.executable, ['-m', 'venv', '--without-pip', local]);
        // Packages of pip are independent of the place where they are.
        await command(python.executable, ['-I', '-c', UNPACK_PIP, join(local, 'lib', `python${version}`, 'site-packages')]);
        for (const program of ['pip', 'pip3', `pip${version}`]) {
          writeFileSync(join(local, 'bin', program), '#!/bin/sh\nexec python3 -m pip "$@"\n', { mode: 0o755 });
        }
      },
    },
    report,
  );
  const env = { ...EMPTY_CONFIG.env, LANG: 'C.UTF-8', PYTHON_VERSION: python.version };
  return { name, layers: [layer], needs: [python.prefix], owners: [], config: { ...EMPTY_CONFIG, env, command: ['python3'] } };
}

/** The wheel that Python itself has. */
const UNPACK_PIP = `
import ensurepip, glob, os, sys, zipfile
wheel, = glob.glob(os.path.join(os.path.dirname(ensurepip.__file__), '_bundled', 'pip-*.whl'))
zipfile.ZipFile(wheel).extractall(sys.argv[1])
`;

async function uvImage(name: string, report: Report): Promise<Image> {
  const uv = await findUv(report);
  const layer = await installed(
    enginesFolder(),
    {
      name: 'image-uv',
      title: 'Image ghcr.io/astral-sh/uv',
      action: 'building',
      pins: { uv },
      build: async (target) => {
        for (const program of [uv, `${uv}x`]) {
          mkdirSync(target, { recursive: true });
          copyFileSync(program, join(target, basename(program)));
          chmodSync(join(target, basename(program)), 0o755);
        }
      },
    },
    report,
  );
  return { name, layers: [layer], needs: [], owners: [], config: EMPTY_CONFIG };
}
