import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { RUNS } from '../process/runs';
import { command, EngineError } from './command';
import { installed } from './component';
import { findJava } from './java';
import { findPython, type Python } from './python';

/** The paths of the engines and of their run records. */
export interface EnginePaths {
  readonly java: string;
  /** The class path of DynamoDB Local and its launcher. */
  readonly classPath: string;
  readonly python: Python;
  /** One folder per run: process ids, logs, databases. */
  readonly runs: string;
}

const REPOSITORY = resolve(__dirname, '..', '..', '..');

/** The git-ignored folder for downloads. `ANDAMIO_ENGINES` sets another one. It can be deleted at any time. */
export function enginesFolder(): string {
  return resolve(process.env.ANDAMIO_ENGINES ?? join(REPOSITORY, '.engines'));
}

/**
 * Downloads DynamoDB Local, MiniStack and, if there is none, a Java runtime. All versions are pinned and all hashes are checked. First use
 * needs Python 3.10 and network access, but no Maven and no compiler.
 *
 * @param report reports progress
 * @throws EngineError in one line with the remedy
 */
export async function installEngines(report: (line: string) => void): Promise<EnginePaths> {
  if (process.platform === 'win32') {
    throw new EngineError('The engines run on Linux and macOS: on Windows, use the Windows Subsystem for Linux (WSL)');
  }
  const root = enginesFolder();
  const python = findPython(root, report);
  const java = findJava(root, () => python, report);
  const [pythonPath, javaPath] = await Promise.all([python, java]);
  const classPath = await dynamoDbLocal(root, javaPath, pythonPath, report);
  return { java: javaPath, classPath, python: pythonPath, runs: RUNS };
}

async function dynamoDbLocal(root: string, java: string, python: Python, report: (line: string) => void): Promise<string> {
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
        const onLine = (line: string) => report(`${title}: ${line}`);
        await command(python, [join(__dirname, 'fetch_jars.py'), lock, join(target, 'downloads'), jars], { onLine }).catch(
          (error: Error) => {
            throw new EngineError(`Cannot download DynamoDB Local: jgo needs access to a Maven repository. ${error.message}`);
          },
        );
        // The Eclipse compiler, because a Java runtime does not include one.
        const compiler = join(jars, 'ecj-3.37.0.jar');
        const libraries = (await readdir(jars)).map((jar) => join(jars, jar)).join(delimiter);
        await command(java, ['-jar', compiler, '-source', '17', '-target', '17', '-nowarn', '-cp', libraries, '-d', classes, launcher]);
      },
    },
    report,
  );
  return [join(folder, 'classes'), join(folder, 'jars', '*')].join(delimiter);
}
