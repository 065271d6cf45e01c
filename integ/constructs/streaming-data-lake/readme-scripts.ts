import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials, JsonObject, Sandbox } from '../../sandbox';
import { installLake } from '../../sandbox/engines/lake';
import { readBody } from '../../sandbox/protocol/read-body';
import { callerWith } from '../../sandbox/streams/service-caller';

const README = join(__dirname, '..', '..', '..', 'src', 'streaming-data-lake', 'README.md');
const TARGETS: Readonly<Record<string, readonly [service: string, target: string]>> = {
  firehose: ['firehose', 'Firehose_20150804'],
  dynamodbstreams: ['dynamodb', 'DynamoDBStreams_20120810'],
};

/** The code blocks of a language in a section of the lake's README. */
export function blocksOf(heading: string, language: string): string[] {
  const [, after = ''] = readFileSync(README, 'utf8').split(`\n### ${heading}\n`);
  const [section] = after.split('\n### ');
  return section
    .split(`\`\`\`${language}\n`)
    .slice(1)
    .map((rest) => rest.split('```')[0]);
}

/** The text with values in place of its words in capitals. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\b[A-Z]{3,}(_[A-Z]+)*\b/g, (word) => values[word] ?? word);
}

/** Runs scripts of the README with the permissions of a session. */
export interface Shell {
  /** @returns what the script writes to standard output. @throws with what it writes to standard error if a command fails */
  run(script: string): Promise<string>;
  close(): void;
}

/**
 * A shell with `jq` of the sandbox's engine, and a stand-in for the AWS CLI: version 2 is in no package registry, and version 1 takes no
 * Base64 for binary members. The stand-in calls the operations that the arguments name, with the documented formats of version 2.
 */
export async function openShell(
  { endpoint, assembly }: Pick<Sandbox, 'endpoint' | 'assembly'>,
  session: () => Credentials,
): Promise<Shell> {
  const caller = callerWith(endpoint, assembly.region, session);

  async function aws([service, command, ...args]: readonly string[], input: string): Promise<Buffer | string> {
    if (service === 's3') {
      const [, path] = /^s3:\/\/(.+)$/.exec(args[0]) ?? [];
      if (command !== 'cp' || path === undefined || args[1] !== '-') throw new Error(`aws s3 ${command} ${args} is not supported`);
      return (await caller.send('s3', { method: 'GET', url: `/${path}` })).body;
    }
    const [name, target] = TARGETS[service] ?? [];
    if (name === undefined) throw new Error(`aws ${service} is not supported`);
    const options = optionsOf(args, input);
    const { Query, Output, ...parameters } = options;
    const output = await caller.json(name, target, pascal(command), parameters);
    return Query === undefined ? JSON.stringify(output, withDates) : String(output[String(Query)]);
  }

  const server = createServer(async (request, response) => {
    try {
      const { args, input } = JSON.parse((await readBody(request)).toString()) as { args: string[]; input: string };
      response.end(await aws(args, input));
    } catch (error) {
      response.writeHead(500).end((error as Error).message);
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { python, packages } = await installLake(() => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'readme-scripts-'));
  const program = (file: string, text: string) => {
    writeFileSync(join(folder, file), text);
    chmodSync(join(folder, file), 0o755);
  };
  program('aws', AWS_PROGRAM.replace('PORT', String((server.address() as AddressInfo).port)).replace('NODE', process.execPath));
  program('jq', JQ_PROGRAM.replace('PYTHON', python));

  return {
    run: (script) =>
      new Promise((resolve, reject) => {
        const env = { PATH: `${folder}:${process.env.PATH}`, PYTHONPATH: packages };
        const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
        const [output, errors]: string[][] = [[], []];
        child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
        child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
        child.once('error', reject);
        child.once('close', (code) => (code === 0 ? resolve(output.join('')) : reject(new Error(`${code}: ${errors.join('')}`))));
      }),
    close() {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `--shard-id x --limit 1` as members of a request. A value in JSON is an object. */
function optionsOf(args: readonly string[], input: string): JsonObject {
  const pairs: [string, JsonObject[string]][] = [];
  for (let index = 0; index < args.length; index += 2) {
    const value = args[index + 1] === 'file:///dev/stdin' ? input : args[index + 1];
    pairs.push([pascal(args[index].replace(/^--/, '')), value.startsWith('{') ? JSON.parse(value) : value]);
  }
  return Object.fromEntries(pairs);
}

function pascal(command: string): string {
  const word = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  return command.split('-').map(word).join('');
}

/** Version 2 writes times as ISO 8601 in the time zone of the shell. */
function withDates(name: string, value: unknown): unknown {
  if (name !== 'ApproximateCreationDateTime' || typeof value !== 'number') return value;
  return `${new Date(value * 1000).toISOString().slice(0, 19)}+00:00`;
}

/** Standard input is read only if an argument refers to it: otherwise a loop of the shell would lose its input. */
const AWS_PROGRAM = `#!NODE
const args = process.argv.slice(2);
const input = args.includes('file:///dev/stdin') ? require('node:fs').readFileSync(0, 'utf8') : '';
if (args[1] === 'get-records' && process.env.TZ !== 'UTC') throw new Error('the shell has another time zone');
fetch('http://127.0.0.1:PORT', { method: 'POST', body: JSON.stringify({ args, input }) }).then(async (answer) => {
  const text = await answer.text();
  if (answer.ok) return void process.stdout.write(text);
  process.stderr.write(text);
  process.exitCode = 1;
});
`;

const JQ_PROGRAM = `#!PYTHON
import json, sys, jq
assert sys.argv[1] == "-c", "only -c is supported"
for value in jq.compile(sys.argv[2]).input(text=sys.stdin.read()).all():
    print(json.dumps(value, separators=(",", ":"), ensure_ascii=False))
`;
