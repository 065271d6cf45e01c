import type { Json } from '../../../contracts';
import { readDefinition } from '../definition/definition';
import { fakeServices, runDefinition } from '../testing';

const FN = 'arn:aws:lambda:us-east-1:123456789012:function:F';
const one = (state: object, more: object = {}) => ({ StartAt: 'A', ...more, States: { A: { End: true, ...state } } });
const task = (more: object = {}) => one({ Type: 'Task', Resource: FN, ...more });

describe('retries', () => {
  const retry = (more: object) =>
    task({ Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 10, BackoffRate: 2, MaxAttempts: 5, ...more }] });
  const failing = () => fakeServices({ function: () => new Error('no') });

  test('the delay grows up to MaxDelaySeconds', async () => {
    expect((await runDefinition(retry({ MaxDelaySeconds: 30 }), {}, failing())).waits).toEqual([10, 20, 30, 30, 30]);
  });

  test('with full jitter each delay is below the one without, differs, and repeats in a second run', async () => {
    const { waits } = await runDefinition(retry({ JitterStrategy: 'FULL' }), {}, failing());
    expect(waits.every((wait, index) => wait >= 0 && wait < 10 * 2 ** index)).toBe(true);
    expect(new Set(waits).size).toBe(5);
    expect((await runDefinition(retry({ JitterStrategy: 'FULL' }), {}, failing())).waits).toEqual(waits);
  });

  test('each retrier counts its own attempts', async () => {
    const fake = fakeServices({ function: (_name, _input, attempt) => new (attempt % 2 === 0 ? RangeError : TypeError)('no') });
    const Retry = [
      { ErrorEquals: ['RangeError'], IntervalSeconds: 1, MaxAttempts: 1 },
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 2 },
    ];
    expect((await runDefinition(task({ Retry }), {}, fake)).waits).toEqual([5, 1, 10]);
  });

  test.each<[string, object]>([
    ['Retry[0].ErrorEquals must have States.ALL alone', { Retry: [{ ErrorEquals: ['States.ALL', 'A'] }] }],
    [
      'Catch[0].ErrorEquals must have States.ALL alone, and only in the last',
      {
        Catch: [
          { ErrorEquals: ['States.ALL'], Next: 'A' },
          { ErrorEquals: ['B'], Next: 'A' },
        ],
      },
    ],
    ['Retry[0].JitterStrategy SOME is not supported: it must be FULL or NONE', { Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'SOME' }] }],
  ])('rejected: %s', (message, fields) => {
    expect(() => readDefinition(JSON.stringify(task(fields)))).toThrow(message);
  });
});

describe('timeouts', () => {
  const hanging = () => fakeServices({ function: () => new Promise<Json>(() => undefined) });

  test.each<[object, string]>([
    [{ TimeoutSeconds: 7 }, 'States.Timeout'],
    [{ TimeoutSecondsPath: '$.seconds' }, 'States.Timeout'],
    [{ TimeoutSeconds: 60, HeartbeatSeconds: 7 }, 'States.HeartbeatTimeout'],
  ])('a task with %j ends with %s, which can be caught', async (fields, error) => {
    const { types, waits, execution } = await runDefinition(task(fields), { seconds: 7 }, hanging());
    expect([execution.status, execution.error, waits]).toEqual(['FAILED', error, [7]]);
    expect(types).toContain('LambdaFunctionTimedOut');
    const caught = {
      StartAt: 'A',
      States: {
        A: { Type: 'Task', Resource: FN, ...fields, Catch: [{ ErrorEquals: [error], Next: 'B' }], End: true },
        B: { Type: 'Succeed' },
      },
    };
    expect((await runDefinition(caught, { seconds: 7 }, hanging())).execution.status).toBe('SUCCEEDED');
  });

  test('States.TaskFailed does not catch a timeout', async () => {
    const Catch = [{ ErrorEquals: ['States.TaskFailed'], Next: 'A' }];
    expect((await runDefinition(task({ TimeoutSeconds: 3, Catch }), {}, hanging())).execution.error).toBe('States.Timeout');
  });

  test('the execution times out while a task runs, and nothing catches it', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'A' }];
    const definition = one({ Type: 'Task', Resource: FN, Catch }, { TimeoutSeconds: 20 });
    const { execution, types } = await runDefinition(definition, {}, hanging());
    expect([execution.status, types.at(-1)]).toEqual(['TIMED_OUT', 'ExecutionTimedOut']);
  });
});

describe('limits', () => {
  const large = 'x'.repeat(256 * 1024);

  test('a result of more than 256 KiB fails with States.DataLimitExceeded', async () => {
    const { execution } = await runDefinition(task(), {}, fakeServices({ function: () => large }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    const fits = await runDefinition(task(), {}, fakeServices({ function: () => large.slice(2) }));
    expect(fits.execution.status).toBe('SUCCEEDED');
  });

  test('so does the output of a state, even if the result was smaller', async () => {
    const half = 'x'.repeat(200_000);
    const { execution, events } = await runDefinition(one({ Type: 'Pass', Result: half, ResultPath: '$.copy' }), { first: half });
    expect(execution.error).toBe('States.DataLimitExceeded');
    expect(events.at(-1)?.executionFailedEventDetails).toMatchObject({ cause: expect.stringContaining("'A'") });
  });

  test('an execution ends at 25,000 events, which nothing catches', async () => {
    const States = { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } };
    const { execution, events } = await runDefinition({ StartAt: 'A', States });
    expect([execution.status, execution.error, events.length]).toEqual(['FAILED', 'States.Runtime', 25_000]);
    expect(execution.cause).toBe('The execution reached the maximum number of history events (25000).');
  });
});

describe('Parallel', () => {
  const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: { End: true, ...state } } });

  test('its result is the list of the branches, each with the same input', async () => {
    const Branches = [branch('B', { Type: 'Pass' }), branch('C', { Type: 'Pass', Result: 'c' })];
    const { output, events } = await runDefinition(one({ Type: 'Parallel', Parameters: { 'v.$': '$.a' }, ResultPath: '$.r', Branches }), {
      a: 1,
    });
    expect(output).toEqual({ a: 1, r: [{ v: 1 }, 'c'] });
    // The first events of both branches follow the start of the state.
    const entered = events.filter(({ type }) => type === 'PassStateEntered');
    const started = events.find(({ type }) => type === 'ParallelStateStarted');
    expect(entered.map(({ previousEventId }) => previousEventId)).toEqual([started?.id, started?.id]);
  });

  test('a failed branch stops the others, and is caught', async () => {
    const fake = fakeServices();
    const Branches = [
      { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 100, Next: 'X' }, X: { Type: 'Task', Resource: FN, End: true } } },
      { StartAt: 'V', States: { V: { Type: 'Wait', Seconds: 5, Next: 'Y' }, Y: { Type: 'Fail', Error: 'Bad', Cause: 'c' } } },
    ];
    const States = {
      A: { Type: 'Parallel', Branches, End: true, Catch: [{ ErrorEquals: ['Bad'], ResultPath: '$.e', Next: 'B' }] },
      B: { Type: 'Pass', End: true },
    };
    const { output, waits, types } = await runDefinition({ StartAt: 'A', States }, { a: 1 }, fake);
    expect(output).toEqual({ a: 1, e: { Error: 'Bad', Cause: 'c' } });
    expect([waits, fake.calls]).toEqual([[5], []]);
    expect(types).toEqual(expect.arrayContaining(['WaitStateAborted', 'ParallelStateFailed', 'ParallelStateExited']));
  });
});

describe('inline Map', () => {
  const map = (more: object, state: object = { Type: 'Pass' }) =>
    one({
      Type: 'Map',
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'I', States: { I: { End: true, ...state } } },
      ...more,
    });

  test('ItemsPath, ItemSelector and the context of an item', async () => {
    const ItemSelector = { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index', 'all.$': '$.n' };
    const { output, types } = await runDefinition(map({ ItemsPath: '$.items', ItemSelector, ResultPath: '$.out' }), {
      items: ['a', 'b'],
      n: 2,
    });
    expect(output).toEqual({
      items: ['a', 'b'],
      n: 2,
      out: [
        { v: 'a', i: 0, all: 2 },
        { v: 'b', i: 1, all: 2 },
      ],
    });
    expect(types.filter((type) => type.startsWith('MapIteration')).sort()).toEqual([
      ...Array(2).fill('MapIterationStarted'),
      ...Array(2).fill('MapIterationSucceeded'),
    ]);
  });

  test.each([1, 3])('no more than MaxConcurrency %d items run at a time', async (MaxConcurrency) => {
    let running = 0;
    let most = 0;
    const fake = fakeServices({
      async function(_name, input) {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return input;
      },
    });
    const { output } = await runDefinition(map({ MaxConcurrency }, { Type: 'Task', Resource: FN }), [1, 2, 3, 4, 5, 6, 7], fake);
    expect([output, most]).toEqual([[1, 2, 3, 4, 5, 6, 7], MaxConcurrency]);
  });

  test('a retry runs all items again', async () => {
    const fake = fakeServices({ function: (_name, input, attempt) => (attempt === 2 ? new Error('once') : input) });
    const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 3 }];
    const { output, waits } = await runDefinition(map({ MaxConcurrency: 1, Retry }, { Type: 'Task', Resource: FN }), ['a', 'b'], fake);
    expect([output, waits, fake.calls.map(({ input }) => input)]).toEqual([['a', 'b'], [3], ['a', 'b', 'a', 'b']]);
  });

  test.each<[string, object]>([
    ['ItemReader is not supported for the mode INLINE', { ItemReader: {} }],
    [
      'ProcessorConfig.Mode SOME is not supported',
      { ItemProcessor: { ProcessorConfig: { Mode: 'SOME' }, StartAt: 'I', States: { I: { Type: 'Succeed' } } } },
    ],
    ['States.A must have an ItemProcessor', { ItemProcessor: undefined }],
  ])('rejected: %s', (message, fields) => {
    expect(() => readDefinition(JSON.stringify(map(fields)))).toThrow(message);
  });
});

describe('definitions are rejected by name', () => {
  test.each<[string, object]>([
    ['States.A must have either Next or "End": true', { StartAt: 'A', States: { A: { Type: 'Pass' } } }],
    ['States.A must have either Next or "End": true', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'A', End: true } } }],
    ['States.A must have one of Seconds', one({ Type: 'Wait' })],
    ['States.A.Type Activity is not supported: use Task, Pass', one({ Type: 'Activity' })],
    [
      'States.A.Parameters.v.$ States.Now() is not supported: use one of States.Format',
      one({ Type: 'Pass', Parameters: { 'v.$': 'States.Now()' } }),
    ],
    ['States.A.ResultPath $.a[*] is not supported: it must be a path to one node', one({ Type: 'Pass', ResultPath: '$.a[*]' })],
    [
      'States.A.Resource arn:aws:states:::lambda:invoke.waitForTaskToken is not supported',
      one({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' }),
    ],
    ['the services are dynamodb, s3, sqs', one({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:batch:submitJob' })],
    ['States.A.Credentials is not supported', task({ Credentials: { RoleArn: 'x' } })],
  ])('%s', (message, definition) => {
    expect(() => readDefinition(JSON.stringify(definition))).toThrow(message);
  });
});

test('a Wait state waits until a timestamp without its milliseconds', async () => {
  const States = { A: { Type: 'Wait', Timestamp: '1970-01-01T00:00:09.999Z', End: true } };
  const { waits, execution } = await runDefinition({ StartAt: 'A', States });
  expect([waits, execution.stopDate]).toEqual([[9], 9]);
});
