import { execFileSync, spawnSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { globSync } from 'glob';
import { folderList } from '../../integ/kit/folder-list';
import type { Progress } from '../../integ/kit/progress';
import { type Outcome, proof, runProof } from '../../integ/kit/proof';

const quiet: Progress = { step: () => undefined, count: () => undefined, current: () => 'waiting for a queue', close: () => undefined };
const end = (run: () => Promise<Outcome>, minutes = 1) => runProof(proof('one', { shows: 'something', minutes }, run), [], quiet);

test('a proof passes if all its promises hold, with its figures as one line of JSON', async () => {
  await expect(end(async () => ({ figures: { lost: 0 }, promises: { 'nothing lost': true } }))).resolves.toEqual({
    passed: true,
    problems: [],
    line: '{"lost":0}',
  });
});

test('a broken promise fails the proof and is named next to the figures', async () => {
  const result = await end(async () => ({ figures: { lost: 3 }, promises: { 'nothing lost': false, 'every request accepted': true } }));
  expect(result).toEqual({ passed: false, problems: ['failed: nothing lost'], line: '{"lost":3}' });
});

test('a proof without a promise fails', async () => {
  expect((await end(async () => ({ figures: {}, promises: {} }))).passed).toBe(false);
});

test('an error fails the proof, with its stack, or with the message alone if that is enough', async () => {
  const fail = (name: string) => end(() => Promise.reject(Object.assign(new Error('no engine'), { name })));
  expect(await fail('Error')).toEqual({ passed: false, problems: [expect.stringContaining('proof.test.ts')] });
  expect(await fail('EngineError')).toEqual({ passed: false, problems: ['no engine'] });
});

test('what a proof started is closed in reverse order, also if it fails', async () => {
  const closed: string[] = [];
  const failing = proof('one', { shows: 'something', minutes: 1 }, async ({ use }) => {
    use({ close: () => void closed.push('service') });
    use({ close: () => void closed.push('platform') });
    throw new Error('cannot be synthesized');
  });
  expect((await runProof(failing, [], quiet)).passed).toBe(false);
  expect(closed).toEqual(['platform', 'service']);
});

test('a proof that times out fails, and names its current step', async () => {
  expect(await end(() => new Promise(() => undefined), 0.001)).toEqual({
    passed: false,
    problems: ['one timed out after 0.001 minutes, at this step: waiting for a queue'],
  });
});

const repository = join(__dirname, '..', '..');

/** What a command prints, line by line: each as `name  description`. */
function list(command: string): string[][] {
  const printed = execFileSync(process.execPath, [require.resolve('tsx/cli'), command], { cwd: repository, encoding: 'utf8' });
  return printed
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
}

test.each([
  ['the list of proofs is that of their folders', 'integ/proofs/prove.ts', 'integ/proofs/*/index.ts'],
  ['each example is a system that can be started', 'integ/systems/start.ts', 'examples/*/app.ts'],
])('%s, with one line for each', (_, command, folders) => {
  const names = globSync(folders, { cwd: repository }).map((file) => basename(dirname(file)));
  const lines = list(command);
  expect(lines.map(([name]) => name)).toEqual(names.sort());
  for (const [, description] of lines) expect(description).toMatch(/^[A-Z].{20,100}[^.]$/);
});

test.each([0, 1])('a command exits with status %d even if a server is open', (status) => {
  const command = [require.resolve('tsx/cli'), join(__dirname, 'fixtures', 'open-server.ts'), String(status)];
  const ended = spawnSync(process.execPath, command, { encoding: 'utf8', timeout: 60_000 });
  expect([ended.stdout, ended.status, ended.signal]).toEqual(['open\n', status, null]);
});

test('a folder that exports something with another name is reported', () => {
  expect(() => folderList(join(__dirname, 'fixtures')).load('misnamed')).toThrow(
    "fixtures/misnamed/index.ts: invalid name 'other' of the default export: expected 'misnamed', the name of its folder",
  );
});
