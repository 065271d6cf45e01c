import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command, EngineError } from './command';
import { installed } from './component';

/** The path of `python` in a virtual environment with the packages of requirements.txt. */
export type Python = string;

const OLDEST = 'Python 3.10 or newer';

/** A virtual environment with MiniStack and a Maven client. */
export async function findPython(root: string, report: (line: string) => void): Promise<Python> {
  const base = await basePython();
  const requirements = 'requirements.txt';
  const folder = await installed(
    root,
    {
      name: 'python',
      title: 'MiniStack 1.5.33 (Python)',
      pins: { ...(await pinsOf(requirements)), python: base.version, executable: base.executable },
      build: async (target) => {
        await command(base.executable, ['-m', 'venv', target]).catch((error: Error) => {
          throw new EngineError(
            `${base.executable} cannot create a virtual environment: install Python's venv module (Debian and Ubuntu: apt-get install python3-venv). ${error.message}`,
          );
        });
        await pipInstall(join(target, 'bin', 'python'), requirements, 'the Python packages of the engines');
      },
    },
    report,
  );
  return join(folder, 'bin', 'python');
}

/** The lines of a requirements file, without comments. */
export async function pinsOf(requirements: string): Promise<Record<string, string>> {
  const text = await readFile(join(__dirname, requirements), 'utf8');
  return { [requirements]: text.replace(/^#.*\n/gm, '') };
}

export interface PipOptions {
  /** A folder to install to, instead of the environment. */
  readonly target?: string;
  /** An alternative, for the message. */
  readonly remedy?: string;
  /** More options of pip. */
  readonly more?: readonly string[];
}

/**
 * Installs a requirements file of this folder: wheels only, with a hash for every file.
 *
 * @param what for the message
 */
export async function pipInstall(
  python: Python,
  requirements: string,
  what: string,
  { target, remedy = '', more = [] }: PipOptions = {},
): Promise<void> {
  const file = join(__dirname, requirements);
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
  const into = target === undefined ? [] : ['--no-deps', '--target', target];
  const args = ['-m', 'pip', 'install', ...quiet, '--only-binary', ':all:', '--require-hashes', '-r', file, ...into, ...more];
  await command(python, args).catch((error: Error) => {
    throw new EngineError(`pip cannot download ${what}: ${remedy}give pip access to a Python package index. ${error.message}`);
  });
}

async function basePython(): Promise<{ executable: string; version: string }> {
  const script = 'import sys; print(sys.executable); print(sys.version.split()[0]); sys.exit(sys.version_info < (3, 10))';
  for (const name of ['python3', 'python']) {
    try {
      const [executable, version] = (await command(name, ['-c', script])).split('\n');
      return { executable, version };
    } catch {}
  }
  throw new EngineError(
    `${OLDEST} is not on the PATH: install it (Debian and Ubuntu: apt-get install python3 python3-venv; macOS: brew install python)`,
  );
}
