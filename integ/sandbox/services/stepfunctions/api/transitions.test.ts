import type { Transition } from '../../../contracts';
import { FN, machineArn, started } from './testing';

const task = (name: string, rest: object = {}) => ({ Type: 'Task', Resource: `${FN}${name}`, ...rest });
const retry = [{ ErrorEquals: ['E'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 2, JitterStrategy: 'FULL' }];

const failure = (name: string) => Object.assign(new Error(name), { name });

/** A state machine with every kind of nesting. */
const nested = {
  StartAt: 'Both',
  States: {
    Both: {
      ...{ Type: 'Parallel', Next: 'Each' },
      Branches: ['Left', 'Right'].map((name) => ({ StartAt: name, States: { [name]: { Type: 'Pass', End: true } } })),
    },
    Each: {
      ...{ Type: 'Map', ItemsPath: '$', Next: 'Children' },
      ItemProcessor: { StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } },
    },
    Children: {
      ...{ Type: 'Map', ItemsPath: '$', End: true },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Child',
        States: { Child: task('', { Retry: retry, End: true }) },
      },
    },
  },
};

function seen(definition: object, answers: Parameters<typeof started>[1] = {}) {
  const all = started(definition, answers);
  const transitions: Transition[] = [];
  all.machines.onTransition((one) => void transitions.push(one));
  const texts = () => transitions.map(({ phase, state, branch, child }) => `${phase} ${state}${branch.join('.')} ${child ?? ''}`.trim());
  return { ...all, transitions, texts };
}

test('the states are listed from the definition, with the state that has them', () => {
  expect(started(nested).machines.states(machineArn)).toEqual([
    { name: 'Both', type: 'Parallel' },
    { name: 'Left', type: 'Pass', within: 'Both' },
    { name: 'Right', type: 'Pass', within: 'Both' },
    { name: 'Each', type: 'Map' },
    { name: 'Item', type: 'Pass', within: 'Each' },
    { name: 'Children', type: 'Map' },
    { name: 'Child', type: 'Task', within: 'Children' },
  ]);
});

test('each state is entered, and exits or fails; branches, items and child executions are numbered', async () => {
  const { start, ended, texts } = seen(nested);
  await start('one');
  expect(await ended('one')).toMatchObject({ status: 'SUCCEEDED' });
  expect(texts()).toEqual([
    ...['ENTERED Both', 'ENTERED Left0', 'ENTERED Right1', 'EXITED Left0', 'EXITED Right1', 'EXITED Both'],
    ...['ENTERED Each', 'ENTERED Item0', 'ENTERED Item1', 'EXITED Item0', 'EXITED Item1', 'EXITED Each', 'ENTERED Children'],
    ...['ENTERED Child 0', 'ENTERED Child 1', 'ANSWERED Child 0', 'ANSWERED Child 1', 'EXITED Child 0', 'EXITED Child 1'],
    'EXITED Children',
  ]);
});

test('each state has figures from the histories, while executions run and after their end', async () => {
  let answers = 0;
  const { start, ended, machines } = started(nested, {
    function: () => {
      answers += 1;
      return answers === 1 ? failure('E') : 1;
    },
  });
  let atChild: unknown;
  machines.onTransition(({ state, child, phase }) => {
    if (state === 'Child' && child === 1 && phase === 'ENTERED') atChild = machines.counts(machineArn).Child;
  });
  await start('one');
  await ended('one');
  expect(atChild).toEqual({ entered: 2, exited: 0, calls: 0, failedCalls: 0, inside: 2 });
  const once = { entered: 1, exited: 1, calls: 0, failedCalls: 0, inside: 0 };
  const twice = { ...once, entered: 2, exited: 2 };
  expect(machines.counts(machineArn)).toEqual({
    ...{ Both: once, Left: once, Right: once, Each: once, Item: twice, Children: once },
    Child: { ...twice, calls: 3, failedCalls: 1 },
  });
  expect(machines.definition(machineArn)).toEqual(nested);
});

test('a retry shows the wait that was chosen, the same in each run, and it is what the execution waits', async () => {
  const definition = { StartAt: 'A', States: { A: task('', { Retry: retry, End: true }) } };
  const run = async () => {
    const { start, ended, transitions, clock } = seen(definition, { function: () => failure('E') });
    await start('one');
    await ended('one');
    return { transitions, waits: clock.waits };
  };
  const [first, second] = [await run(), await run()];
  expect(first.transitions.map(({ phase, error }) => [phase, error])).toEqual([
    ['ENTERED', undefined],
    ...[1, 2].flatMap(() => [
      ['ANSWERED', undefined],
      ['RETRIES', 'E'],
    ]),
    ['ANSWERED', undefined],
    ['FAILED', 'E'],
  ]);
  const waits = first.transitions.flatMap(({ retry: wait }) => wait ?? []);
  expect(waits.map(({ retry: number, delayBeforeJitterSeconds: most }) => [number, most])).toEqual([
    [1, 2],
    [2, 4],
  ]);
  for (const { delaySeconds, delayBeforeJitterSeconds } of waits) {
    expect(delaySeconds).toBeGreaterThanOrEqual(0);
    expect(delaySeconds).toBeLessThan(delayBeforeJitterSeconds);
  }
  expect(first.waits).toEqual(waits.map(({ delaySeconds }) => delaySeconds));
  expect(second.transitions.flatMap(({ retry: wait }) => wait ?? [])).toEqual(waits);
});

describe('a listener can stop the execution', () => {
  const definition = {
    StartAt: 'A',
    States: { A: task('A', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }], Next: 'B' }), B: { Type: 'Pass', End: true } },
  };
  test.each<[string, string[], string[]]>([
    ['ENTERED', [], ['TaskStateEntered', 'TaskStateAborted']],
    ['ANSWERED', ['lambda:FA'], ['TaskStateEntered', 'LambdaFunctionScheduled', 'LambdaFunctionStarted', 'TaskStateAborted']],
    [
      'EXITED',
      ['lambda:FA'],
      ['TaskStateEntered', 'LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionSucceeded', 'TaskStateExited'],
    ],
  ])('%s: nothing after it happens, and a redrive does what is missing', async (phase, calls, types) => {
    const { start, ended, call, arn, machines, fake } = started(definition);
    const remove = machines.onTransition(async ({ executionArn, ...one }) => {
      if (one.phase === phase && one.state === 'A') await call('StopExecution', { executionArn });
    });
    await start('one');
    expect(await ended('one')).toMatchObject({ status: 'ABORTED' });
    expect(fake.calls.map(({ name }) => name)).toEqual(calls);
    const { events } = (await call('GetExecutionHistory', { executionArn: arn('one') })) as { events: { type: string }[] };
    expect(events.map(({ type }) => type)).toEqual(['ExecutionStarted', ...types, 'ExecutionAborted']);
    remove();
    await call('RedriveExecution', { executionArn: arn('one') });
    expect(await ended('one')).toMatchObject({ status: 'SUCCEEDED' });
    // An answer that was not recorded is asked for again.
    expect(fake.calls).toHaveLength(phase === 'ANSWERED' ? 2 : 1);
  });

  test('of a map run, with its child executions', async () => {
    const { start, ended, call, arn, machines } = started(nested);
    machines.onTransition(async ({ state }) => {
      if (state === 'Child') await call('StopExecution', { executionArn: arn('one') });
    });
    await start('one');
    expect(await ended('one')).toMatchObject({ status: 'ABORTED' });
    const { mapRuns } = (await call('ListMapRuns', { executionArn: arn('one') })) as { mapRuns: { mapRunArn: string }[] };
    const children = (await call('ListExecutions', { mapRunArn: mapRuns[0].mapRunArn })) as { executions: { status: string }[] };
    expect(new Set(children.executions.map(({ status }) => status))).toEqual(new Set(['ABORTED']));
    expect(await call('DescribeMapRun', { mapRunArn: mapRuns[0].mapRunArn })).toMatchObject({ status: 'ABORTED' });
  });
});

test('a map run is redriven only if the role may redrive its children', async () => {
  let isDenied = true;
  const failing = { ...nested, States: { Children: { ...nested.States.Children } }, StartAt: 'Children' };
  const { start, ended, call, arn, fake } = started(failing, {
    function: (_name, _input, attempt) => (attempt <= 3 ? new Error('no') : 1),
    denied: (action) => isDenied && action === 'states:RedriveExecution',
  });
  await start('one', ['x']);
  expect(await ended('one')).toMatchObject({ status: 'FAILED' });
  const before = fake.calls.length;
  await call('RedriveExecution', { executionArn: arn('one') });
  expect(await ended('one')).toMatchObject({
    status: 'FAILED',
    error: 'States.Permissions',
    cause: expect.stringContaining('states:RedriveExecution'),
  });
  expect(fake.calls).toHaveLength(before);
  isDenied = false;
  await call('RedriveExecution', { executionArn: arn('one') });
  await ended('one');
  expect(fake.calls.length).toBeGreaterThan(before);
});

test('an error of a listener fails the execution with its message', async () => {
  const { start, ended, machines } = started({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
  machines.onTransition(() => {
    throw new Error('the proof is wrong');
  });
  await start('one');
  expect(await ended('one')).toMatchObject({ status: 'FAILED', error: 'States.Runtime', cause: 'the proof is wrong' });
});
