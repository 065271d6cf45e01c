import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Sandbox } from './contracts';
import { AssemblyError } from './errors';
import { printLedger } from './ledger';
import { describeSandbox, profile, shellCredentials } from './report';
import { createRunFolder } from './run-folder';
import { startSandbox } from './sandbox';

const USAGE = 'Usage: npx projen sandbox <cdk.out> [--strict] [--speed N]';

interface Arguments {
  readonly directory: string;
  readonly strict: boolean;
  readonly speed: number;
}

/** Throws what is wrong with the arguments, in one line. */
export function readArguments(argv: string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { strict: { type: 'boolean', default: false }, speed: { type: 'string', default: '1' } },
  });
  if (positionals.length !== 1) {
    throw new Error(`${positionals.length === 0 ? 'No folder is given' : `${positionals.length} folders are given, one is run`}. ${USAGE}`);
  }
  const speed = Number(values.speed);
  if (!(Number.isFinite(speed) && speed > 0)) {
    throw new Error(`--speed ${values.speed} is not a number above 0. ${USAGE}`);
  }
  return { directory: positionals[0], strict: values.strict, speed };
}

async function main(argv: string[]): Promise<void> {
  const started = performance.now();
  const say = (line: string) => console.log(`${((performance.now() - started) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  const { directory, strict, speed } = readArguments(argv);
  const sandbox = await startSandbox(directory, { strict, speed, say });
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
  showLogs(sandbox);
}

/** Lines of functions as they come, each with the construct's path in front. */
function showLogs({ assembly, logs }: Sandbox): void {
  const names = new Map<string, string>();
  for (const resource of assembly.ofType('AWS::Lambda::Function')) {
    const name = assembly.ref(resource);
    const { LogGroup: group } = (assembly.properties(resource).LoggingConfig ?? {}) as { LogGroup?: string };
    names.set(group ?? `/aws/lambda/${name}`, (resource.path ?? name).replace(/\/Resource$/, ''));
  }
  logs.onLine(({ group, message }) => {
    console.log(`${names.get(group) ?? group} | ${message.trimEnd()}`);
  });
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: Error & { code?: string }) => {
    const usage = error.code?.startsWith('ERR_PARSE_ARGS') ? `${error.message.split('.')[0]}. ${USAGE}` : error.message;
    console.error(usage);
    process.exit(error instanceof AssemblyError || usage.endsWith(USAGE) ? 2 : 1);
  });
}
