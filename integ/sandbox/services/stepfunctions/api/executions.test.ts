import type { JsonObject } from '../../../contracts';
import { FN, machineArn, started } from './testing';

const DAY = 24 * 60 * 60;
const waiting = { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 10, End: true } } };
const pass = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };

describe('StartExecution (documented: StartExecution, names)', () => {
  test('is idempotent for a running execution with the same input only', async () => {
    const { start, arn, ended } = started(waiting);
    const first = await start('one', { a: 1 });
    expect(first).toEqual({ executionArn: arn('one'), startDate: 0 });
    expect(await start('one', { a: 1 })).toEqual(first);
    expect(await start('one', { a: 2 })).toMatchObject({ error: 'ExecutionAlreadyExists' });
    await ended('one');
    expect(await start('one', { a: 1 })).toMatchObject({ error: 'ExecutionAlreadyExists' });
  });

  test('a name is free again 90 days after the end, and its history is gone', async () => {
    const { start, arn, call, ended, clock } = started(pass);
    await start('one');
    await ended('one');
    await clock.sleep((90 * DAY - 1) * 1000);
    expect(await start('one')).toMatchObject({ error: 'ExecutionAlreadyExists' });
    await clock.sleep(1000);
    expect(await call('GetExecutionHistory', { executionArn: arn('one') })).toMatchObject({ error: 'ExecutionDoesNotExist' });
    expect(await start('one')).toMatchObject({ executionArn: arn('one') });
  });

  test.each<[string, object]>([
    ['InvalidName', { name: 'a b' }],
    ['InvalidName', { name: 'x'.repeat(81) }],
    ['InvalidExecutionInput', { input: '{' }],
    ['ValidationException', { input: JSON.stringify('x'.repeat(256 * 1024)) }],
    ['StateMachineDoesNotExist', { stateMachineArn: `${machineArn}X` }],
  ])('%s for %j', async (error, input) => {
    expect(await started(pass).call('StartExecution', { stateMachineArn: machineArn, ...input })).toMatchObject({ error });
  });
});

test('each operation is authorized for its resource', () => {
  const { checks, arn } = started(pass);
  const executionArn = arn('one');
  expect(checks('StopExecution', { executionArn })).toEqual([{ action: 'states:StopExecution', resource: executionArn, context: {} }]);
  expect(checks('ListExecutions', { stateMachineArn: machineArn })).toEqual([
    { action: 'states:ListExecutions', resource: machineArn, context: {} },
  ]);
  expect(checks('DescribeMapRun', { mapRunArn: 'm' })).toEqual([{ action: 'states:DescribeMapRun', resource: 'm', context: {} }]);
});

test('ListExecutions: newest first, by status, in pages', async () => {
  const { start, ended, call } = started({
    StartAt: 'A',
    States: {
      A: { Type: 'Choice', Choices: [{ Variable: '$.f', IsPresent: true, Next: 'F' }], Default: 'S' },
      F: { Type: 'Fail' },
      S: { Type: 'Succeed' },
    },
  });
  for (const [name, input] of Object.entries({ a: {}, b: { f: 1 }, c: {} })) {
    await start(name, input);
    await ended(name);
  }
  const names = async (input: object) => {
    const page = await call('ListExecutions', { stateMachineArn: machineArn, ...input });
    return [((page.executions ?? []) as JsonObject[]).map(({ name }) => name), page.nextToken];
  };
  expect(await names({})).toEqual([['c', 'b', 'a'], undefined]);
  expect(await names({ statusFilter: 'FAILED' })).toEqual([['b'], undefined]);
  const [first, nextToken] = await names({ maxResults: 2 });
  expect([first, await names({ maxResults: 2, nextToken })]).toEqual([
    ['c', 'b'],
    [['a'], undefined],
  ]);
});

test('StopExecution aborts it with its error and cause, and the history shows what was aborted', async () => {
  const { start, call, arn, ended } = started(
    { StartAt: 'A', States: { A: { Type: 'Task', Resource: FN, End: true } } },
    { function: () => new Promise(() => undefined) },
  );
  await start('one');
  expect(await call('StopExecution', { executionArn: arn('one'), error: 'E', cause: 'by hand' })).toEqual({ stopDate: 0 });
  expect(await ended('one')).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'by hand', redriveStatus: 'REDRIVABLE' });
  const { events } = await call('GetExecutionHistory', { executionArn: arn('one'), reverseOrder: true, maxResults: 2 });
  expect((events as JsonObject[]).map(({ type }) => type)).toEqual(['ExecutionAborted', 'TaskStateAborted']);
});

describe('RedriveExecution (documented: "Restarting state machine executions with redrive in Step Functions")', () => {
  const States = {
    A: { Type: 'Task', Resource: `${FN}1`, ResultPath: '$.first', Assign: { v: 7 }, Next: 'P' },
    P: {
      ...{ Type: 'Parallel', ResultPath: '$.both', End: true },
      Branches: ['2', '3'].map((n) => ({
        StartAt: n,
        States: { [n]: { Type: 'Task', Resource: `${FN}${n}`, Parameters: { 'v.$': '$v' }, End: true } },
      })),
    },
  };
  const failingOnce = () => {
    let failed = false;
    return started(
      { StartAt: 'A', States },
      {
        function(name, input) {
          if (name !== 'F3' || failed) return name === 'F1' ? 'one' : input;
          failed = true;
          return new Error('not yet');
        },
      },
    );
  };

  test('continues at the failed state: what has succeeded does not run again, and variables are kept', async () => {
    const { start, ended, call, arn, fake } = failingOnce();
    await start('one', { a: 1 });
    expect(await ended('one')).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE', redriveCount: 0 });
    expect(await call('RedriveExecution', { executionArn: arn('one') })).toEqual({ redriveDate: 0 });
    const done = await ended('one');
    expect(done).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1, redriveStatus: 'NOT_REDRIVABLE' });
    expect(done.output).toBe('{"a":1,"first":"one","both":[{"v":7},{"v":7}]}');
    expect(fake.calls.map(({ name }) => name)).toEqual(['lambda:F1', 'lambda:F2', 'lambda:F3', 'lambda:F3']);
    const { events } = await call('GetExecutionHistory', { executionArn: arn('one') });
    const types = (events as JsonObject[]).map(({ type }) => type);
    expect(types.filter((type) => type === 'ParallelStateEntered')).toHaveLength(1);
    expect(types).toContain('ExecutionRedriven');
  });

  test('not after 14 days, not twice at a time, and not after it has succeeded', async () => {
    const { start, ended, call, arn, clock } = failingOnce();
    await start('one');
    await ended('one');
    await clock.sleep((14 * DAY + 1) * 1000);
    expect(await call('RedriveExecution', { executionArn: arn('one') })).toMatchObject({
      error: 'ExecutionNotRedrivable',
      message: expect.stringContaining('14 days'),
    });
    await start('two');
    await ended('two');
    expect(await call('RedriveExecution', { executionArn: arn('two') })).toMatchObject({
      error: 'ExecutionNotRedrivable',
      message: expect.stringContaining('SUCCEEDED'),
    });
  });
});

test('Express: names are not unique, and StartSyncExecution returns the result', async () => {
  const { call, start } = started(pass, {}, 'EXPRESS');
  const [first, second] = [await start('one'), await start('one')];
  expect(first.executionArn).not.toBe(second.executionArn);
  expect(await call('StartSyncExecution', { stateMachineArn: machineArn, input: '{"a":1}' })).toMatchObject({
    status: 'SUCCEEDED',
    output: '{"a":1}',
  });
  expect(await started(pass).call('StartSyncExecution', { stateMachineArn: machineArn })).toMatchObject({
    error: 'StateMachineTypeNotSupported',
  });
});
