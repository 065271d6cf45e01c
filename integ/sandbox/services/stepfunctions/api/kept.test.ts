import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject, Transition } from '../../../contracts';
import { type Answers, virtualClock } from '../testing';
import { FN, machineArn, started } from './testing';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const task = (name: string, rest: object = {}) => ({ Type: 'Task', Resource: `${FN}${name}`, ...rest });
const lambdaRetry = [{ ErrorEquals: ['Lambda.SdkClientException'], IntervalSeconds: 5, MaxAttempts: 2 }];

/** Every state type, with variables, a retry, a wait, branches, items and child executions. */
const all = {
  StartAt: 'First',
  States: {
    First: task('First', { Retry: lambdaRetry, Assign: { 'kept.$': '$.a' }, Next: 'Pause' }),
    Pause: { Type: 'Wait', Seconds: 100, Next: 'Which' },
    Which: { Type: 'Choice', Choices: [{ Variable: '$kept', NumericEquals: 1, Next: 'Both' }], Default: 'Wrong' },
    Wrong: { Type: 'Fail' },
    Both: {
      ...{ Type: 'Parallel', Next: 'Each', ResultPath: '$.both' },
      Branches: ['Left', 'Right'].map((name) => ({ StartAt: name, States: { [name]: task(name, { Retry: lambdaRetry, End: true }) } })),
    },
    Each: {
      ...{ Type: 'Map', ItemsPath: '$.items', ResultPath: '$.each', Next: 'Children' },
      ItemProcessor: { StartAt: 'Item', States: { Item: task('Item', { Retry: lambdaRetry, End: true }) } },
    },
    Children: {
      ...{ Type: 'Map', ItemsPath: '$.items', MaxConcurrency: 1, ResultPath: '$.children', End: true },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Child',
        States: {
          Child: task('Child', { Retry: lambdaRetry, Next: 'Rest' }),
          Rest: { Type: 'Pass', Parameters: { 'was.$': '$' }, End: true },
        },
      },
    },
  },
};
const input = { a: 1, items: ['x', 'y'] };

const textOf = ({ phase, state, child, branch }: Transition) => `${phase} ${state} ${child ?? branch.join()}`.trim();

/** A sandbox with its data in a folder. `dies` says at which transition it is killed: nothing happens any more then. */
function sandbox(
  folder: string,
  dies: (transition: Transition) => boolean,
  answers: Answers = {},
  clock = virtualClock(),
  definition: object = all,
) {
  const one = started(definition, answers, 'STANDARD', folder, clock);
  const texts: string[] = [];
  let isDead = false;
  let die: () => void = () => undefined;
  const dead = new Promise<void>((resolve) => {
    die = resolve;
  }).then(atRest);
  one.machines.onTransition((transition) => {
    texts.push(textOf(transition));
    isDead ||= dies(transition);
    if (!isDead) return;
    die();
    return new Promise<never>(() => undefined);
  });
  return { ...one, dead, texts };
}

/** Other branches come to their next transition. */
async function atRest(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'executions-'));
  folders.push(folder);
  return folder;
}

const never = () => false;

async function uninterrupted() {
  const { start, ended, texts, call, arn, fake, machines } = sandbox(dataFolder(), never);
  await start('one', input);
  const done = await ended('one');
  return { done, texts, types: await typesOf({ call, arn }), calls: fake.calls.length, counts: machines.counts(machineArn) };
}

async function typesOf({ call, arn }: Pick<ReturnType<typeof sandbox>, 'call' | 'arn'>): Promise<string[]> {
  const { events } = (await call('GetExecutionHistory', { executionArn: arn('one'), maxResults: 1000 })) as { events: JsonObject[] };
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
  return events.map(({ type }) => String(type));
}

test('an execution continues after a kill at each transition of each state: nothing that was recorded runs again', async () => {
  const { done, texts, types, calls, counts } = await uninterrupted();
  expect(done).toMatchObject({ status: 'SUCCEEDED' });
  expect(texts.length).toBeGreaterThan(30);
  for (const point of texts) {
    const folder = dataFolder();
    const first = sandbox(folder, (transition) => textOf(transition) === point);
    await first.start('one', input);
    await first.dead;
    const second = sandbox(folder, never, {}, first.clock);
    second.machines.proceed();
    const { output, status, startDate } = await second.ended('one');
    expect({ point, output, status, startDate }).toEqual({ point, output: done.output, status: 'SUCCEEDED', startDate: done.startDate });
    // A call whose answer was not recorded has failed, and is made again by the Retry of its state.
    const lost = second.texts.filter((text) => text.startsWith('RETRIES')).length;
    expect({ point, calls: first.fake.calls.length + second.fake.calls.length }).toEqual({ point, calls: calls + lost });
    const figures = Object.entries(counts).map(([name, one]) => {
      const again = second.texts.filter((text) => `${text} `.startsWith(`RETRIES ${name} `)).length;
      return [name, { ...one, calls: one.calls + again, failedCalls: again }] as const;
    });
    expect({ point, ...second.machines.counts(machineArn) }).toEqual({ point, ...Object.fromEntries(figures) });
    if (/First|Child /.test(point)) expect({ point, lost }).toEqual({ point, lost: point.startsWith('ANSWERED') ? 1 : 0 });
    const again = (await typesOf(second)).filter((type) => !/^LambdaFunction/.test(type));
    expect({ point, types: again.sort() }).toEqual({ point, types: types.filter((type) => !/^LambdaFunction/.test(type)).sort() });
  }
});

test('a wait ends when it would have ended, and retries are counted on', async () => {
  const folder = dataFolder();
  const fails: Answers = {
    function: (name) => (name === 'FFirst' ? Object.assign(new Error(), { name: 'Lambda.SdkClientException' }) : 1),
  };
  const first = sandbox(folder, ({ phase, retry }) => phase === 'RETRIES' && retry?.retry === 2, fails);
  await first.start('one', input);
  await first.dead;
  const second = sandbox(folder, never, fails, first.clock);
  second.machines.proceed();
  expect(await second.ended('one')).toMatchObject({ status: 'FAILED', error: 'Lambda.SdkClientException', stopDate: 15 });
  expect(second.fake.calls).toHaveLength(1);

  const other = dataFolder();
  const third = sandbox(other, ({ state }) => state === 'Which');
  await third.start('one', input);
  await third.dead;
  // 40 of the 100 seconds have passed when it is killed.
  const text = readFileSync(journalOf(other), 'utf8').split('\n');
  writeFileSync(
    journalOf(other),
    `${text
      .slice(
        0,
        text.findIndex((line) => line.includes('WaitStateExited')),
      )
      .join('\n')}\n`,
  );
  const clock = virtualClock(40_000);
  const fourth = sandbox(other, ({ state }) => state === 'Which', {}, clock);
  fourth.machines.proceed();
  await fourth.dead;
  expect(clock.now()).toBe(100_000);
});

test('names stay used, and executions that have ended are described, listed and redriven', async () => {
  const folder = dataFolder();
  const fails: Answers = { function: (name, given) => (name === 'FChild' && given === 'y' ? new Error('no') : given) };
  const first = sandbox(folder, never, fails);
  await first.start('one', input);
  const failed = await first.ended('one');
  expect(failed).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE' });
  const history = await first.call('GetExecutionHistory', { executionArn: first.arn('one'), maxResults: 1000 });
  const second = sandbox(folder, never, {}, first.clock);
  second.machines.proceed();
  expect(await second.call('DescribeExecution', { executionArn: second.arn('one') })).toEqual(failed);
  expect(await second.call('GetExecutionHistory', { executionArn: second.arn('one'), maxResults: 1000 })).toEqual(history);
  expect(await second.start('one', input)).toMatchObject({ error: 'ExecutionAlreadyExists' });
  const mapRuns = (await second.call('ListMapRuns', { executionArn: second.arn('one') })).mapRuns as JsonObject[];
  expect(mapRuns).toEqual((await first.call('ListMapRuns', { executionArn: second.arn('one') })).mapRuns);
  expect(await second.call('DescribeMapRun', { mapRunArn: mapRuns[0].mapRunArn })).toMatchObject({
    itemCounts: { total: 2, succeeded: 1, failed: 1 },
  });
  await second.call('RedriveExecution', { executionArn: second.arn('one') });
  expect(await second.ended('one')).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  // Only what had failed.
  expect(second.fake.calls).toEqual([{ name: 'lambda:FChild', input: 'y' }]);
});

test('a redrive continues too: children that it has not started again run, those that have succeeded do not', async () => {
  const folder = dataFolder();
  const fails: Answers = { function: (name, given) => (name === 'FChild' ? new Error('no') : given) };
  const { MaxConcurrency: _, ...Children } = all.States.Children;
  const together = { ...all, States: { ...all.States, Children } };
  const first = sandbox(folder, never, fails, virtualClock(), together);
  await first.start('one', input);
  await first.ended('one');
  await first.clock.sleep(200_000);
  const [{ mapRunArn }] = (await first.call('ListMapRuns', { executionArn: first.arn('one') })).mapRuns as JsonObject[];
  expect(await first.call('DescribeMapRun', { mapRunArn })).toMatchObject({ executionCounts: { failed: 2 } });
  await first.call('UpdateMapRun', { mapRunArn, maxConcurrency: 1 });
  const second = sandbox(folder, ({ state, child, phase }) => state === 'Rest' && child === 0 && phase === 'EXITED', {}, first.clock);
  await second.call('RedriveExecution', { executionArn: second.arn('one') });
  await second.dead;
  const third = sandbox(folder, never, {}, first.clock);
  third.machines.proceed();
  expect(await third.ended('one')).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  expect([second, third].map(({ fake }) => fake.calls.map(({ input: given }) => given))).toEqual([['x'], ['y']]);
});

test('an execution times out when it would have timed out', async () => {
  const definition = { TimeoutSeconds: 60, StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 100, End: true } } };
  const folder = dataFolder();
  const first = started(definition, {}, 'STANDARD', folder);
  first.machines.onTransition(() => new Promise<never>(() => undefined));
  await first.start('one');
  await atRest();
  const second = started(definition, {}, 'STANDARD', folder, virtualClock(50_000));
  second.machines.proceed();
  expect(await second.ended('one')).toMatchObject({ status: 'TIMED_OUT', stopDate: 60 });
});

describe('the journal of an execution', () => {
  test('a line that a kill cut off is dropped, and the next one does not follow it', async () => {
    const { done } = await uninterrupted();
    const folder = dataFolder();
    const first = sandbox(folder, ({ phase, state }) => phase === 'EXITED' && state === 'First');
    await first.start('one', input);
    await first.dead;
    const bytes = readFileSync(journalOf(folder));
    truncateSync(journalOf(folder), bytes.length - 20);
    const second = sandbox(folder, ({ phase, state }) => phase === 'EXITED' && state === 'Pause', {}, first.clock);
    second.machines.proceed();
    await second.dead;
    // The answer of the state was recorded before its exit.
    expect(second.fake.calls).toEqual([]);
    for (const line of readFileSync(journalOf(folder), 'utf8').trimEnd().split('\n')) JSON.parse(line);
    const third = sandbox(folder, never, {}, first.clock);
    third.machines.proceed();
    expect(await third.ended('one')).toMatchObject({ status: 'SUCCEEDED', output: done.output });
  });

  test('of an execution that has ended is one line, and it is removed 90 days later', async () => {
    const folder = dataFolder();
    const { start, ended, clock, call, arn } = sandbox(folder, never);
    await start('one', input);
    await ended('one');
    await new Promise((resolve) => setImmediate(resolve));
    expect(readdirSync(folder)).toHaveLength(3);
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'utf8').split('\n')).toHaveLength(2);
    await clock.sleep(91 * 24 * 60 * 60 * 1000);
    await call('DescribeExecution', { executionArn: arn('one') });
    expect(readdirSync(folder)).toHaveLength(2);
  });

  test('damage in its middle is an error that names the file', async () => {
    const folder = dataFolder();
    const { start, ended } = sandbox(folder, never);
    await start('one', input);
    await ended('one');
    writeFileSync(journalOf(folder), '{"cut\n{}\n');
    expect(() => sandbox(folder, never)).toThrow(`${journalOf(folder)} is damaged in line 1`);
  });

  test('Express workflows are not kept, as documented', async () => {
    const folder = dataFolder();
    const { start } = started({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } }, {}, 'EXPRESS', folder);
    await start('one');
    expect(readdirSync(folder)).toEqual([]);
  });
});

function journalOf(folder: string): string {
  return join(folder, readdirSync(folder).sort()[0]);
}
