import { accessSync, constants, mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine, Engines } from '../contracts';
import { isAlive, type ProcessIdentity } from '../process/process-identity';
import { endGroup, openKeptRun, openRun, type Run, type RunProcess, sweepRuns } from '../process/runs';
import { type EngineProgram, startEngine } from './engine-process';
import type { EnginePaths } from './install';
import { ended, keepAlive, keepInput } from './keep';

const DYNAMODB = 'DynamoDB Local';
const MINISTACK = 'MiniStack';
const MEMORY_FILES = '/dev/shm';
/** The minimum size of the memory file system, which can be small in a container. 5,000 items take a few megabytes. */
const ENOUGH_BYTES = 256 * 1024 * 1024;

/**
 * Starts DynamoDB Local and MiniStack in parallel and returns when both answer. Engines of killed runs are stopped first.
 *
 * @param report reports progress
 * @param data a folder in which the engines survive a kill of this process: the next start with the same folder continues with them
 * @throws EngineError with the last output of the engine that did not start
 */
export async function startEngines(paths: EnginePaths, report: (line: string) => void, data?: string): Promise<Engines> {
  sweepRuns(paths.runs, report);
  if (data === undefined) return start(paths, report, openRun(paths.runs));
  const { run, processes } = openKeptRun(data);
  return processes === undefined ? start(paths, report, run, true) : continueEngines(run, processes, report);
}

/** The engines of a killed process, with their data. */
function continueEngines(run: Run, processes: readonly RunProcess[], report: (line: string) => void): Engines {
  const engineOf = (name: string): Engine => {
    const { url = '', ...process } = processes.find((one) => one.name === name) as RunProcess;
    return { name, url, pid: process.pid, close: () => endKept(process) };
  };
  const { stop } = keepAlive(run);
  let isStarted = false;
  report('DynamoDB Local and MiniStack of the killed sandbox continue, with their data');
  return {
    ...{ dynamodb: engineOf(DYNAMODB), ministack: engineOf(MINISTACK), continued: true },
    complete() {
      isStarted = true;
    },
    async close() {
      stop();
      // A start that fails does not lose the data.
      if (!isStarted) return run.release();
      await Promise.all(processes.map(endKept));
      run.close();
    },
  };
}

async function endKept(process: ProcessIdentity): Promise<void> {
  if (isAlive(process)) endGroup(process.pid);
  await ended(process);
}

async function start(paths: EnginePaths, report: (line: string) => void, run: Run, kept = false): Promise<Engines> {
  const database = databaseFolder(run.id, run.folder);
  run.addFolder(database);
  mkdirSync(database, { recursive: true, mode: 0o700 });
  const began = Date.now();
  const keeper = kept ? keepInput(paths.python, run, database) : undefined;
  const started = await Promise.allSettled([
    startEngine(dynamoDbLocal(paths, database, run.folder), run, keeper?.input),
    startEngine(miniStack(paths, run.folder), run, keeper?.input),
  ]);
  const engines = started
    .filter((result): result is PromiseFulfilledResult<Engine> => result.status === 'fulfilled')
    .map(({ value }) => value);
  const close = async () => {
    await Promise.all(engines.map((engine) => engine.close()));
    await keeper?.close();
    run.close();
  };
  const failed = started.find((result): result is PromiseRejectedResult => result.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }
  const [dynamodb, ministack] = engines;
  report(`DynamoDB Local and MiniStack started in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return { dynamodb, ministack, complete: () => run.complete(), close };
}

/** A folder in memory, if there is one, so that writes do not use the disk. */
function databaseFolder(id: string, runFolder: string): string {
  try {
    accessSync(MEMORY_FILES, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY_FILES);
    if (bavail * bsize >= ENOUGH_BYTES) {
      return join(MEMORY_FILES, `andamio-${id}`);
    }
  } catch {
    // macOS has none.
  }
  return join(runFolder, 'database');
}

function dynamoDbLocal({ java, classPath }: EnginePaths, database: string, folder: string): EngineProgram {
  return {
    name: DYNAMODB,
    hasFiles: true,
    file: java,
    args: (port) => [
      '-Xmx192m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Djava.net.preferIPv4Stack=true',
      // It loads a library from this folder, which a memory file system may forbid.
      `-Djava.io.tmpdir=${folder}`,
      ...['-classpath', classPath, 'Launcher', join(database, 'shared-local-instance.db')],
      ...['-port', String(port), '-sharedDb', '-dbPath', database, '-disableTelemetry'],
    ],
    env: () => ({ ...process.env, JAVA_TOOL_OPTIONS: undefined, JDK_JAVA_OPTIONS: undefined }),
    ready: (url) =>
      fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'DynamoDB_20120810.ListTables',
          authorization: 'AWS4-HMAC-SHA256 Credential=ready/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
        },
        body: '{}',
      }),
  };
}

function miniStack({ python }: EnginePaths, folder: string): EngineProgram {
  return {
    name: MINISTACK,
    file: python,
    args: () => ['-I', join(__dirname, 'ministack_launcher.py')],
    env: (port) => ({
      PATH: process.env.PATH,
      HOME: folder,
      TMPDIR: folder,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      S3_PERSIST: '0',
      S3_DATA_DIR: join(folder, 's3'),
      // It stores the keys of user pools here; by default, all runs would share them.
      STATE_DIR: join(folder, 'state'),
      COGNITO_EMAIL_ENABLED: '0',
      LOG_LEVEL: 'WARNING',
      // Otherwise it would stop containers of other MiniStacks on this machine.
      DOCKER_HOST: 'unix:///nonexistent',
    }),
    ready: (url) => fetch(`${url}/_ministack/ready`),
  };
}
