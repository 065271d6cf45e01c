import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LogLine } from './contracts';
import { AssemblyError } from './errors';
import { printLedger } from './ledger';
import { describeSandbox, profile, shellCredentials } from './report';
import { createRunFolder } from './run-folder';
import { startSandbox } from './sandbox';

const USAGE = 'Usage: npx projen sandbox <cdk.out> [--strict] [--fresh-account] [--speed N]';

interface Arguments {
  readonly directory: string;
  readonly strict: boolean;
  readonly freshAccount: boolean;
  readonly speed: number;
}

/** Throws what is wrong with the arguments, in one line. */
export function readArguments(argv: string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      strict: { type: 'boolean', default: false },
      'fresh-account': { type: 'boolean', default: false },
      speed: { type: 'string', default: '1' },
    },
  });
  if (positionals.length !== 1) {
    throw new Error(`${positionals.length === 0 ? 'No folder is given' : `${positionals.length} folders are given, one is run`}. ${USAGE}`);
  }
  const speed = Number(values.speed);
  if (!(Number.isFinite(speed) && speed > 0)) {
    throw new Error(`--speed ${values.speed} is not a number above 0. ${USAGE}`);
  }
  return { directory: positionals[0], strict: values.strict, freshAccount: values['fresh-account'], speed };
}

async function main(argv: string[]): Promise<void> {
  // What the sandbox's own clients run on is not what the functions run on.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const started = performance.now();
  const say = (line: string) => console.log(`${((performance.now() - started) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  const { directory, ...options } = readArguments(argv);
  const sandbox = await startSandbox(directory, { ...options, say, onLog: showLog });
  // From here on, to be told to end is how it ends.
  process.exitCode = 0;
  const folder = createRunFolder();
  process.on('exit', () => folder.remove());
  const configFile = join(folder.path, 'aws-config');
  writeFileSync(configFile, profile(sandbox), { mode: 0o600 });
  say('ready');
  console.log(
    `\n${printLedger(sandbox.ledger)}\n\n${describeSandbox(sandbox)}\n\n${shellCredentials(sandbox, configFile)}\n\nCtrl-C ends it.\n`,
  );
}

function showLog({ group, message }: LogLine): void {
  console.log(`${group.replace(/^\/aws\/lambda\//, '')} | ${message.trimEnd()}`);
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: Error & { code?: string }) => {
    const usage = error.code?.startsWith('ERR_PARSE_ARGS') ? `${error.message.split('.')[0]}. ${USAGE}` : error.message;
    console.error(usage);
    process.exit(error instanceof AssemblyError || usage.endsWith(USAGE) ? 2 : 1);
  });
}
