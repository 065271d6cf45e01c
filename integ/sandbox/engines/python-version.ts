import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { command, EngineError } from './command';
import { enginesFolder } from './install';
import { findUv } from './pip-programs';

export interface PythonOfVersion {
  readonly executable: string;
  /** `3.12.1` */
  readonly version: string;
  /** The folder with its library. */
  readonly prefix: string;
}

const DESCRIBE = 'import sys; print(sys.executable); print(sys.version.split()[0]); print(sys.base_prefix)';

/** Python of a minor version, `3.12`: from the PATH, from pyenv, or from a download of uv. @throws EngineError in one line with the remedy */
export async function findPythonOfVersion(minor: string, report: (line: string) => void): Promise<PythonOfVersion> {
  for (const candidate of [`python${minor}`, 'python3', ...ofPyenv(minor)]) {
    const found = await describe(candidate);
    if (found?.version.startsWith(`${minor}.`)) return found;
  }
  const env = { ...process.env, UV_PYTHON_INSTALL_DIR: join(enginesFolder(), 'uv-python') };
  const uv = await findUv(report);
  await command(uv, ['python', 'install', minor], { env }).catch((error: Error) => {
    throw new EngineError(`Python ${minor} is not on this machine, and uv cannot download it: install Python ${minor}. ${error.message}`);
  });
  const path = await command(uv, ['python', 'find', '--managed-python', minor], { env });
  const found = await describe(path.trim());
  if (found === undefined) throw new EngineError(`Python ${minor} of uv does not start: install Python ${minor}`);
  return found;
}

async function describe(program: string): Promise<PythonOfVersion | undefined> {
  try {
    const [executable, version, prefix] = (await command(program, ['-I', '-c', DESCRIBE])).split('\n');
    return { executable, version, prefix };
  } catch {
    return undefined;
  }
}

function ofPyenv(minor: string): string[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  if (!existsSync(versions)) return [];
  return readdirSync(versions)
    .filter((name) => name.startsWith(`${minor}.`))
    .map((name) => join(versions, name, 'bin', 'python3'));
}
