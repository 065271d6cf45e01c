import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { RUNS } from '../process/runs';
import { command, EngineError } from './command';
import { installed } from './component';
import { findJava } from './java';
import { findPython, type Python } from './python';

/** Where the engines are, and where their runs are recorded. */
export interface EnginePaths {
  readonly java: string;
  /** Class path of DynamoDB Local and its launcher. */
  readonly classPath: string;
  readonly python: Python;
  /** One folder for each run: process ids, logs, databases. */
  readonly runs: string;
}

const REPOSITORY = resolve(__dirname, '..', '..', '..');

/** The git-ignored folder of everything that is fetched; `ANDAMIO_ENGINES` names another. It can be deleted at any time. */
export function enginesFolder(): string {
  return resolve(process.env.ANDAMIO_ENGINES ?? join(REPOSITORY, '.engines'));
}

/**
 * Fetches what is missing of DynamoDB Local, MiniStack and, where there is none, a Java runtime. All versions are pinned, all files
 * have their hashes checked. Needs Python 3.10 and a network on first use, neither Maven nor a compiler.
 *
 * @param say progress, for people
 * @throws EngineError in one line with the remedy
 */
export async function installEngines(say: (line: string) => void): Promise<EnginePaths> {
  if (process.platform === 'win32') {
    throw new EngineError('The engines run on Linux and macOS: on Windows use the Linux subsystem (WSL)');
  }
  const root = enginesFolder();
  const python = findPython(root, say);
  const java = findJava(root, () => python, say);
  const [pythonPath, javaPath] = await Promise.all([python, java]);
  const classPath = await dynamoDbLocal(root, javaPath, pythonPath, say);
  return { java: javaPath, classPath, python: pythonPath, runs: RUNS };
}

async function dynamoDbLocal(root: string, java: string, python: Python, say: (line: string) => void): Promise<string> {
  const lock = join(__dirname, 'jars.lock');
  const launcher = join(__dirname, 'Launcher.java');
  const title = 'DynamoDB Local 2.6.1 (Java)';
  const folder = await installed(
    root,
    {
      name: 'dynamodb-local',
      title,
      pins: {
        'jars.lock': (await readFile(lock, 'utf8')).replace(/^#.*\n/gm, ''),
        'Launcher.java': await readFile(launcher, 'utf8'),
      },
      build: async (target) => {
        const [jars, classes] = [join(target, 'jars'), join(target, 'classes')];
        const onLine = (line: string) => say(`${title}: ${line}`);
        await command(python, [join(__dirname, 'fetch_jars.py'), lock, join(target, 'downloads'), jars], { onLine }).catch(
          (error: Error) => {
            throw new EngineError(`The jars of DynamoDB Local cannot be fetched: give jgo a way to a Maven repository. ${error.message}`);
          },
        );
        // The Eclipse compiler: a Java runtime has none of its own.
        const compiler = join(jars, 'ecj-3.37.0.jar');
        const libraries = (await readdir(jars)).map((jar) => join(jars, jar)).join(delimiter);
        await command(java, ['-jar', compiler, '-source', '17', '-target', '17', '-nowarn', '-cp', libraries, '-d', classes, launcher]);
      },
    },
    say,
  );
  return [join(folder, 'classes'), join(folder, 'jars', '*')].join(delimiter);
}
