import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import fc from 'fast-check';
import { type BatchResult, processBatch } from '../../src/buffered-ingest-path/lambda/process-batch';
import { testStack } from '../synth';
import { ingestPath } from './fixtures';
import { destination, FakeDependencies, keyOf, later, record, serviceError, visit } from './handler-dependencies';

const process = (records: Parameters<typeof processBatch>[0], dependencies: FakeDependencies, time?: number): Promise<BatchResult> =>
  processBatch(records, destination, later(dependencies, time), dependencies);
const visits = (count: number, prefix = 'visit') => Array.from({ length: count }, (_, index) => visit(`${prefix}-${index}`));
const failed = (result: BatchResult) => result.failures.map(({ origin, errorCode }) => [origin.messageId, errorCode]);
const rejecting =
  (...keys: string[]) =>
  (code: string) =>
    new FakeDependencies((_, statements) =>
      statements.map((statement) => (keys.some((key) => keyOf(statement).includes(`"VISIT#${key}"`)) ? { Error: { Code: code } } : {})),
    );

test('5,000 distinct messages in full batches need exactly 200 calls of 25', async () => {
  const dependencies = new FakeDependencies();
  for (let batch = 0; batch < 100; batch++) await process(visits(50, `batch-${batch}`), dependencies);
  expect(dependencies.calls.map((statements) => statements.length)).toEqual(Array(200).fill(25));
  expect(dependencies.stored.size).toBe(5_000);
});

test('at most two calls run at the same time', async () => {
  const dependencies = new FakeDependencies();
  await process(visits(150), dependencies);
  expect(dependencies.mostAtOnce).toBe(2);
});

test.each([50, 500, 10_000])(
  'a batch of %d has time enough when each call takes 50 ms',
  async (batchSize) => {
    const stack = testStack();
    const { timeout } = ingestPath(stack, { batchSize }).writer as LambdaFunction;
    const dependencies = new FakeDependencies();
    dependencies.callMilliseconds = 50;
    const result = await process(visits(batchSize), dependencies, (timeout?.toMilliseconds() ?? 0) - 500);
    expect(result).toMatchObject({ written: batchSize, failures: [], calls: batchSize / 25 });
    // The test has its own clock, so the speed of the machine does not matter.
  },
  120_000,
);

test('two keys that are too long cause no additional calls', async () => {
  const dependencies = new FakeDependencies();
  const long = [visit('x'.repeat(2_000)), visit('y'.repeat(2_000))];
  const result = await process([...visits(24), ...long, ...visits(24, 'more')], dependencies);
  expect(result).toMatchObject({ written: 48, calls: 2 });
  expect(result.failures.map(({ errorCode }) => errorCode)).toEqual(['InvalidKey', 'InvalidKey']);
});

test('a message whose item already exists succeeds and counts as a duplicate', async () => {
  const dependencies = new FakeDependencies();
  await process(visits(3), dependencies);
  expect(await process(visits(4), dependencies)).toMatchObject({ messages: 4, written: 1, duplicates: 3, failures: [] });
});

test('messages with the same key are sent once and share the outcome', async () => {
  const dependencies = rejecting('bad')('ValidationError');
  const result = await process([visit('twice'), visit('bad'), visit('twice'), visit('bad'), visit('once')], dependencies);
  expect(dependencies.calls.flat()).toHaveLength(3);
  expect(result).toMatchObject({ written: 2, duplicates: 1 });
  expect(failed(result)).toEqual([
    ['bad', 'ValidationError'],
    ['bad', 'ValidationError'],
  ]);
});

test('the same idempotency key of two tenants results in two items', async () => {
  const dependencies = new FakeDependencies();
  const result = await process([visit('same', { tenant: 'school-1' }), visit('same', { tenant: 'school-2' })], dependencies);
  expect(result).toMatchObject({ written: 2, duplicates: 0, tenants: { 'school-1': 1, 'school-2': 1 } });
});

test.each([
  ['no tenant', record({ student: 's' }, { tenant: undefined }, 'poison'), 'InvalidTenant'],
  ['a tenant that is none', record({ student: 's' }, { tenant: 'A#B' }, 'poison'), 'InvalidTenant'],
  ['a body that is no JSON', record('{"student":', {}, 'poison'), 'InvalidBody'],
  ['a body that is no object', record('["s"]', {}, 'poison'), 'InvalidBody'],
  ['a body without a part of the key', record({ pupil: 's' }, {}, 'poison'), 'InvalidKey'],
])('a message with %s fails alone and is in no call', async (_, poison, errorCode) => {
  const dependencies = new FakeDependencies();
  const result = await process([visit('a'), poison, visit('b')], dependencies);
  expect(failed(result)).toEqual([['poison', errorCode]]);
  expect(result.written).toBe(2);
  expect(dependencies.calls).toHaveLength(1);
});

test('a permanent error of one statement fails only its message, without a retry', async () => {
  const dependencies = rejecting('b')('ItemCollectionSizeLimitExceeded');
  const result = await process([visit('a'), visit('b'), visit('c')], dependencies);
  expect(failed(result)).toEqual([['b', 'ItemCollectionSizeLimitExceeded']]);
  expect(dependencies.calls).toHaveLength(1);
});

// Documented: "BatchStatementError" in the DynamoDB API reference.
test.each(['ProvisionedThroughputExceeded', 'RequestLimitExceeded', 'ThrottlingError', 'InternalServerError', 'TransactionConflict'])(
  '%s is tried again, only for what is not written yet, after a pause of random length',
  async (Code) => {
    const dependencies = new FakeDependencies((call) => (call === 1 ? [{}, { Error: { Code } }, {}] : undefined));
    const result = await process([visit('a'), visit('b'), visit('c')], dependencies);
    expect(dependencies.calls.map((statements) => statements.map(keyOf).join())).toEqual([
      expect.stringContaining('VISIT#a'),
      '[{"S":"school-1#STUDENT#s-1"},{"S":"VISIT#b"}]',
    ]);
    expect(dependencies.pauses).toEqual([25]);
    expect(result).toMatchObject({ written: 3, failures: [] });
  },
);

test.each([
  ['throttled', serviceError('ThrottlingException')],
  ['of a fault inside the service', serviceError('InternalServerError', 500)],
  ['that took too long', Object.assign(new Error('aborted'), { name: 'AbortError' })],
  ['whose connection broke', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
])('a call %s is retried', async (_, error) => {
  const dependencies = new FakeDependencies((call) => (call === 1 ? error : undefined));
  expect(await process(visits(25), dependencies)).toMatchObject({ written: 25, failures: [] });
  expect(dependencies.calls).toHaveLength(2);
});

test('a call whose response was lost after it was executed writes nothing twice', async () => {
  const dependencies = new FakeDependencies((call, statements, self) => {
    if (call > 1) return undefined;
    for (const statement of statements) self.stored.set(keyOf(statement), statement);
    return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  });
  expect(await process(visits(25), dependencies)).toMatchObject({ written: 0, duplicates: 25, failures: [] });
});

test('a call with a permanent error fails only its chunk, without a retry', async () => {
  const dependencies = new FakeDependencies((call) => (call === 2 ? serviceError('AccessDeniedException') : undefined));
  const result = await process(visits(75), dependencies);
  expect(result.failures).toHaveLength(25);
  expect(result.written).toBe(50);
  expect(dependencies.calls).toHaveLength(3);
});

test('a message that makes DynamoDB reject the whole call is found and fails alone', async () => {
  const dependencies = new FakeDependencies((_, statements) =>
    statements.some((statement) => keyOf(statement).includes('VISIT#visit-7"')) ? serviceError('ValidationException') : undefined,
  );
  const result = await process(visits(25), dependencies);
  expect(failed(result)).toEqual([['visit-7', 'ValidationException']]);
  expect(result.written).toBe(24);
});

test('retries of throttled calls end in time, and the messages fail with the error code', async () => {
  const dependencies = new FakeDependencies((_, statements) => statements.map(() => ({ Error: { Code: 'ThrottlingError' } })));
  const start = dependencies.now();
  const result = await process(visits(50), dependencies, 4_000);
  expect(dependencies.now() - start).toBeLessThan(4_000);
  expect(new Set(failed(result).map(([, code]) => code))).toEqual(new Set(['ThrottlingError']));
  expect(result.failures).toHaveLength(50);
});

test('without time left, nothing is sent and all messages fail', async () => {
  const dependencies = new FakeDependencies();
  const result = await process(visits(2), dependencies, 0);
  expect(failed(result)).toEqual([
    ['visit-0', 'OutOfTime'],
    ['visit-1', 'OutOfTime'],
  ]);
  expect(dependencies.calls).toHaveLength(0);
});

test('a missing response to a statement counts as a failure', async () => {
  const dependencies = new FakeDependencies();
  dependencies.send = async () => [{}];
  expect(failed(await process(visits(2), dependencies))).toEqual([['visit-1', 'NoAnswer']]);
});

test('for any batch, each message is either stored or fails, once, and only failures are in the response', async () => {
  const oneRecord = fc.record({
    key: fc.integer({ min: 0, max: 30 }),
    tenant: fc.constantFrom('school-1', 'school-2', 'No School'),
    poison: fc.constantFrom(...Array(9).fill(false), true),
  });
  const codes = ['DuplicateItem', 'ThrottlingError', 'ValidationError', 'AccessDenied'];
  const oneAnswer = fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...codes) });
  const oneCall = fc.oneof(
    { weight: 5, arbitrary: fc.array(oneAnswer, { minLength: 25, maxLength: 25 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(serviceError('ThrottlingException'), serviceError('ValidationException'), serviceError('Other')),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(oneRecord, { maxLength: 120 }), fc.array(oneCall, { maxLength: 12 }), async (messages, calls) => {
      const dependencies = new FakeDependencies((call) => {
        const told = calls[call - 1];
        return Array.isArray(told) ? told.map((Code) => (Code === undefined ? {} : { Error: { Code } })) : told;
      });
      const records = messages.map(({ key, tenant, poison }, index) =>
        record(poison ? '{' : { student: 's' }, { tenant, idempotencyKey: `key-${key}` }, `message-${index}`),
      );
      const result = await process(records, dependencies);
      const ids = result.failures.map(({ origin }) => origin.messageId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(result.written + result.duplicates + ids.length).toBe(records.length);
      const usable = records.filter((_, index) => !messages[index].poison && messages[index].tenant !== 'No School');
      expect(records.filter((one) => !usable.includes(one)).every(({ messageId }) => ids.includes(messageId))).toBe(true);
      for (const statements of dependencies.calls) {
        expect(statements.length).toBeLessThanOrEqual(25);
        expect(new Set(statements.map(keyOf)).size).toBe(statements.length);
      }
    }),
    { numRuns: 200 },
  );
});
