import { accessSync, constants, mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine, Engines } from '../contracts';
import { openRun, sweepRuns } from '../process/runs';
import { type EngineProgram, startEngine } from './engine-process';
import type { EnginePaths } from './install';

const MEMORY_FILES = '/dev/shm';
/** The minimum size of the memory file system, which can be small in a container. 5,000 items take a few megabytes. */
const ENOUGH_BYTES = 256 * 1024 * 1024;

/**
 * Starts DynamoDB Local and MiniStack in parallel and returns when both answer. Engines of killed runs are stopped first.
 *
 * @param report reports progress
 * @throws EngineError with the last output of the engine that did not start
 */
export async function startEngines(paths: EnginePaths, report: (line: string) => void): Promise<Engines> {
  sweepRuns(paths.runs, report);
  const run = openRun(paths.runs);
  const database = databaseFolder(run.id, run.folder);
  run.addFolder(database);
  mkdirSync(database, { recursive: true, mode: 0o700 });
  const began = Date.now();
  const started = await Promise.allSettled([
    startEngine(dynamoDbLocal(paths, database, run.folder), run),
    startEngine(miniStack(paths, run.folder), run),
  ]);
  const engines = started
    .filter((result): result is PromiseFulfilledResult<Engine> => result.status === 'fulfilled')
    .map(({ value }) => value);
  const close = async () => {
    await Promise.all(engines.map((engine) => engine.close()));
    run.close();
  };
  const failed = started.find((result): result is PromiseRejectedResult => result.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }
  const [dynamodb, ministack] = engines;
  report(`DynamoDB Local and MiniStack started in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return { dynamodb, ministack, close };
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
    name: 'DynamoDB Local',
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
    name: 'MiniStack',
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
