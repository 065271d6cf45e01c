import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { commandsIn, unknownCommands } from './commands';

const ROOT = resolve(__dirname, '..', '..');

test('all commands on all pages exist after npm ci', () => {
  expect(unknownCommands(ROOT)).toEqual([]);
});

test('finds commands in sh blocks and in text', () => {
  const page = [
    'Run `npx projen demo`, not `npx cdk`.',
    '```sh',
    'npm ci && bash .ci/run # all',
    'A=1 npx tsx app.ts',
    '```',
    '```ts',
    'x()',
    '```',
  ];
  expect(commandsIn(page.join('\n')).map(({ line, words }) => `${line} ${words.join(' ')}`)).toEqual([
    '3 npm ci',
    '3 bash .ci/run',
    '4 npx tsx app.ts',
    '1 npx projen demo',
  ]);
});

test('reports a missing task, proof, system, program and file', () => {
  const root = mkdtempSync(join(tmpdir(), 'commands-'));
  try {
    mkdirSync(join(root, '.projen'));
    for (const folder of ['integ/proofs/known', 'examples/known', 'node_modules/.bin']) mkdirSync(join(root, folder), { recursive: true });
    for (const file of ['integ/proofs/known/index.ts', 'node_modules/.bin/tsx', 'node_modules/.bin/cdk', 'there.sh'])
      writeFileSync(join(root, file), '');
    writeFileSync(join(root, '.projen/tasks.json'), JSON.stringify({ tasks: { prove: {}, start: {} } }));
    const good = [
      'npx projen prove known',
      'npx projen prove <name>',
      'npx projen start known',
      'npx aws-cdk@^2 deploy',
      'bash there.sh',
      'npx tsx path/to/app.ts',
    ];
    const bad = [
      'npx projen gone',
      'npx projen prove gone',
      'npx projen start gone',
      'npx gone',
      'bash gone.sh',
      'npx tsx examples/known/app.ts',
    ];
    writeFileSync(join(root, 'page.md'), ['```sh', ...good, ...bad, '```'].join('\n'));
    expect(unknownCommands(root)).toEqual([
      'page.md:8 npx projen gone: there is no task gone',
      'page.md:9 npx projen prove gone: there is no proof gone',
      'page.md:10 npx projen start gone: there is no system gone',
      'page.md:11 npx gone: there is no program gone',
      'page.md:12 bash gone.sh: there is no file gone.sh',
      'page.md:13 npx tsx examples/known/app.ts: there is no file examples/known/app.ts',
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
