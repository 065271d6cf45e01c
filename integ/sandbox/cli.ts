import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AssemblyError } from './assembly/errors';
import type { LogLine } from './contracts';
import { printCoverage } from './coverage/index';
import { readHosts } from './process/hosts';
import { readImages } from './process/images';
import { firstPortOf } from './process/ports';
import { openRun, RUNS, sweepRuns } from './process/runs';
import { accessOf, describeSandbox, profile, shellCredentials, tokenCommands } from './report';
import { startSandbox } from './sandbox';
import { ACCESS_FILE, readTokenArguments, TOKEN_USAGE, tokenOf } from './token';

const USAGE =
  'Usage: npx projen sandbox <cdk.out> [--strict] [--fresh-account] [--speed N] [--port N] [--map https://host[=http://127.0.0.1:port]]… [--image name=folder]… [--data folder]';

interface Arguments {
  readonly directory: string;
  readonly strict: boolean;
  readonly freshAccount: boolean;
  readonly speed: number;
  readonly port: number;
  readonly portTaken: 'fail' | 'another';
  readonly map: Readonly<Record<string, string>>;
  readonly images: Readonly<Record<string, string>>;
  readonly data?: string;
}

/** @throws with a one-line message for invalid arguments */
export function readArguments(argv: string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      strict: { type: 'boolean', default: false },
      'fresh-account': { type: 'boolean', default: false },
      speed: { type: 'string', default: '1' },
      port: { type: 'string' },
      map: { type: 'string', multiple: true, default: [] },
      image: { type: 'string', multiple: true, default: [] },
      data: { type: 'string' },
    },
  });
  if (positionals.length !== 1) {
    throw new Error(`Expected one folder, a cloud assembly: found ${positionals.length}. ${USAGE}`);
  }
  const [directory] = positionals;
  const speed = Number(values.speed);
  if (!(Number.isFinite(speed) && speed > 0)) {
    throw new Error(`Invalid --speed ${values.speed}: expected a number above 0. ${USAGE}`);
  }
  return {
    directory,
    strict: values.strict,
    freshAccount: values['fresh-account'],
    speed,
    ...portOf(directory, values.port),
    map: pairsOf(readHosts, values.map),
    images: pairsOf(readImages, values.image),
    ...(values.data === undefined ? {} : { data: values.data }),
  };
}

/** A port given with `--port` must be free. The default port, derived from the folder, moves to another one if it is taken. */
function portOf(directory: string, given: string | undefined): Pick<Arguments, 'port' | 'portTaken'> {
  if (given === undefined) return { port: firstPortOf(directory), portTaken: 'another' };
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`Invalid --port ${given}: expected an integer between 1 and 65535. ${USAGE}`);
  return { port, portTaken: 'fail' };
}

function pairsOf(read: (entries: readonly string[]) => Map<string, string>, entries: readonly string[]): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(read(entries));
  } catch (error) {
    throw new Error(`${(error as Error).message}. ${USAGE}`);
  }
}

async function main(argv: string[]): Promise<void> {
  // The sandbox's own SDK clients run on the installed Node version, not on the functions' runtime: the warning would mislead.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  if (argv[0] === 'token') {
    console.log(await tokenOf(readTokenArguments(argv.slice(1))));
    return;
  }
  const started = performance.now();
  const report = (line: string) => console.log(`${((performance.now() - started) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  const { directory, ...options } = readArguments(argv);
  const sandbox = await startSandbox(directory, { ...options, report, onLog: showLog });
  // Once the sandbox runs, a signal is the normal way to stop, so the exit code is 0.
  process.exitCode = 0;
  sweepRuns(RUNS, () => {});
  const { folder, close } = openRun(RUNS);
  process.on('exit', close);
  const configFile = join(folder, 'aws-config');
  writeFileSync(configFile, profile(sandbox), { mode: 0o600 });
  const access = accessOf(sandbox);
  writeFileSync(join(folder, ACCESS_FILE), JSON.stringify(access), { mode: 0o600 });
  const tokens =
    access.clients.length === 0
      ? ''
      : `\n\nTo get a token for a test user (options: --user, --attribute name=value, --kind id):\n${tokenCommands(access.clients, folder)}`;
  report('ready');
  console.log(
    `\n${printCoverage(sandbox.coverage)}\n\n${describeSandbox(sandbox)}\n\n${shellCredentials(sandbox, configFile)}${tokens}\n\nPress Ctrl-C to stop.\n`,
  );
}

function showLog({ group, message }: LogLine): void {
  console.log(`${group.replace(/^\/aws\/lambda\//, '')} | ${message.trimEnd()}`);
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: Error & { code?: string }) => {
    const usage = error.code?.startsWith('ERR_PARSE_ARGS') ? `${error.message.split('.')[0]}. ${USAGE}` : error.message;
    console.error(usage);
    process.exit(error instanceof AssemblyError || usage.endsWith(USAGE) || usage.endsWith(TOKEN_USAGE) ? 2 : 1);
  });
}
