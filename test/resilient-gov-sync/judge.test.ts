import fc from 'fast-check';
import {
  answerOfFunction,
  answerOfFunctionError,
  answerOfHttpTask,
  answerOfHttpTaskError,
} from '../../src/resilient-gov-sync/lambda/answer';
import { type Confirmation, type Judgement, judge } from '../../src/resilient-gov-sync/lambda/judge';
import { saidOf } from '../../src/resilient-gov-sync/lambda/said';

const NOW = Date.UTC(2026, 10, 29, 12);
const CONFIRMATION: Confirmation = { receipt: 'receipt', error: 'error', retryable: 'error.retryable' };
const RECEIPT = '{"status":"accepted","receipt":"R1"}';

/** The same answer by both transports: an HTTP Task returns an error for each status that is not 2xx. */
function both(status: number, headers: Record<string, string>, body: string): readonly Judgement[] {
  const listed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  const result = { StatusCode: status, StatusText: '', Headers: listed, ResponseBody: body };
  const isSuccess = status >= 200 && status < 300;
  const task = isSuccess
    ? answerOfHttpTask(result)
    : answerOfHttpTaskError({ Error: `States.Http.StatusCode.${status}`, Cause: JSON.stringify(result) });
  return [task, answerOfFunction({ status, headers, body })].map((answer) => judge(answer, CONFIRMATION, NOW));
}

test.each<[number, Record<string, string>, string, Partial<Judgement> & { holdMs?: number }]>([
  [201, {}, RECEIPT, { outcome: 'CONFIRMED', receipt: 'R1', breaker: 'SUCCESS' } as Partial<Judgement>],
  [200, {}, '{"receipt":12}', { outcome: 'CONFIRMED', receipt: '12' } as Partial<Judgement>],
  [200, {}, '{"receipt":"R1","error":null}', { outcome: 'CONFIRMED' }],
  [201, {}, RECEIPT.slice(0, 20), { outcome: 'UNKNOWN', breaker: 'FAILURE' }],
  [200, {}, '{"receipt":""}', { outcome: 'UNKNOWN' }],
  [204, {}, '', { outcome: 'UNKNOWN' }],
  [200, {}, '{"error":{"retryable":true}}', { outcome: 'TRY_LATER', breaker: 'NEITHER' }],
  [200, {}, '{"error":{"code":"INVALID"}}', { outcome: 'REJECTED', breaker: 'NEITHER' }],
  [200, {}, '{"receipt":"R1","error":{"code":"INVALID"}}', { outcome: 'UNKNOWN' }],
  [200, {}, '{"receipt":"R1","error":{"retryable":true}}', { outcome: 'UNKNOWN' }],
  ...['null', 'false', '0', '""', '[]', '{}'].map((none): [number, Record<string, string>, string, { outcome: 'CONFIRMED' }] => [
    ...([200, {}, `{"receipt":"R1","error":${none}}`] as const),
    { outcome: 'CONFIRMED' },
  ]),
  [200, {}, '{"error":[]}', { outcome: 'UNKNOWN' }],
  [200, {}, '{"error":["INVALID"]}', { outcome: 'REJECTED' }],
  [503, {}, '', { outcome: 'UNKNOWN', breaker: 'FAILURE' }],
  [503, { 'retry-after': 'soon' }, '', { outcome: 'UNKNOWN' }],
  [503, { 'retry-after': '0' }, '', { outcome: 'TRY_LATER', holdMs: 0 }],
  [429, { 'Retry-After': '7' }, '', { outcome: 'TRY_LATER', holdMs: 7_000, breaker: 'NEITHER' }],
  [429, {}, '', { outcome: 'TRY_LATER', holdMs: undefined }],
  [
    503,
    { 'retry-after': new Date(NOW + 172_800_000).toUTCString() },
    '<html>',
    { outcome: 'TRY_LATER', holdMs: 900_000, breaker: 'FAILURE' },
  ],
  [401, {}, '', { outcome: 'TRY_LATER', breaker: 'FAILURE' }],
  [500, {}, '', { outcome: 'UNKNOWN', breaker: 'FAILURE' }],
  [504, {}, '<html>', { outcome: 'UNKNOWN', breaker: 'FAILURE' }],
  [408, {}, '', { outcome: 'UNKNOWN', breaker: 'NEITHER' }],
  [409, {}, RECEIPT, { outcome: 'UNKNOWN', breaker: 'NEITHER' }],
  [422, {}, '{"error":{"retryable":true}}', { outcome: 'REJECTED', breaker: 'SUCCESS' }],
  [302, { location: 'https://example.com' }, '', { outcome: 'REJECTED' }],
])('%i %j %s', (status, headers, body, expected) => {
  const [task, fn] = both(status, headers, body);
  expect(task).toMatchObject(expected);
  expect(fn).toEqual(task);
});

test('a status that the API promises to mean "not accepted" is tried later, and no other one', () => {
  const outcomes = [503, 502, 409].map(
    (status) => judge(answerOfFunction({ status, headers: {}, body: '' }), CONFIRMATION, NOW, [503, 409]).outcome,
  );
  expect(outcomes).toEqual(['TRY_LATER', 'UNKNOWN', 'TRY_LATER']);
});

test('what says nothing about the API is no failure for the breaker: a turn that was over, and a promised 408 or 409', () => {
  const of = (result: object, promised?: readonly number[]) => judge(answerOfFunction(result), CONFIRMATION, NOW, promised);
  expect(of({ notSent: 'it is too late', late: true })).toMatchObject({ outcome: 'TRY_LATER', breaker: 'NEITHER' });
  for (const late of [undefined, false, 'true']) expect(of({ notSent: 'no connection', late })).toMatchObject({ breaker: 'FAILURE' });
  for (const status of [408, 409]) expect(of({ status }, [status])).toMatchObject({ outcome: 'TRY_LATER', breaker: 'NEITHER' });
  expect(of({ status: 500 }, [500])).toMatchObject({ outcome: 'TRY_LATER', breaker: 'FAILURE' });
});

test.each([
  ['States.Http.Socket', 'UNKNOWN'],
  ['States.Timeout', 'UNKNOWN'],
  ['States.TaskFailed', 'UNKNOWN'],
  ['Events.ConnectionResource.InvalidConnectionState', 'TRY_LATER'],
])('the error %s of an HTTP Task', (error, outcome) =>
  expect(judge(answerOfHttpTaskError({ Error: error }), CONFIRMATION, NOW)).toMatchObject({ outcome, breaker: 'FAILURE', reason: error }),
);

test('an HTTP Task whose cause is no JSON has a status all the same', () => {
  for (const Cause of ['slow down', '', undefined, '"text"', '[1]'])
    expect(judge(answerOfHttpTaskError({ Error: 'States.Http.StatusCode.429', Cause }), CONFIRMATION, NOW)).toEqual({
      ...{ outcome: 'TRY_LATER', reason: 'HTTP 429', holdMs: undefined, breaker: 'NEITHER' },
    });
});

test('a function that fails may have sent the report, and one that says why it did not has not', () => {
  expect(judge(answerOfFunctionError({ Error: 'Sandbox.Timedout' }), CONFIRMATION, NOW).outcome).toBe('UNKNOWN');
  expect(judge(answerOfFunction({ notSent: 'connection refused' }), CONFIRMATION, NOW).outcome).toBe('TRY_LATER');
  for (const result of [undefined, null, 'ok', [], {}, { status: '201', body: RECEIPT }])
    expect(judge(answerOfFunction(result), CONFIRMATION, NOW).outcome).toBe('UNKNOWN');
});

test('only a receipt of the answer itself confirms', () => {
  const named = (receipt: string) => judge(answerOfFunction({ status: 200, body: '{"a":{"b":"R1"}}' }), { receipt }, NOW).outcome;
  expect([named('a.b'), named('a'), named('constructor.name'), named('a.b.length')]).toEqual([
    'CONFIRMED',
    'UNKNOWN',
    'UNKNOWN',
    'UNKNOWN',
  ]);
});

test('whatever an API answers, it is confirmed only with 2xx and a receipt, and tried later only if it was not accepted', () => {
  const status = fc.integer({ min: 100, max: 599 });
  const body = fc.oneof(fc.json(), fc.string(), fc.constant(RECEIPT), fc.constant('{"error":{"retryable":true}}'));
  fc.assert(
    fc.property(status, body, fc.constantFrom({}, { 'retry-after': '9' }), (code, text, headers) => {
      const { outcome } = judge(answerOfFunction({ status: code, headers, body: text }), CONFIRMATION, NOW);
      const isSuccess = code >= 200 && code < 300;
      if (outcome === 'CONFIRMED') return isSuccess && text.includes('receipt');
      if (outcome === 'TRY_LATER')
        return isSuccess ? text.includes('retryable') : [401, 407, 425, 429, ...('retry-after' in headers ? [503] : [])].includes(code);
      return outcome === 'UNKNOWN' || (code >= 200 && code < 500);
    }),
    { numRuns: 500 },
  );
});

describe('what the API said', () => {
  const said = (body: unknown, reason = 'error.message') =>
    saidOf({ kind: 'answer', status: 422, headers: {}, body }, { receipt: 'receipt', reason });

  test.each<[body: unknown, expected: string | undefined]>([
    [{ error: { message: 'row 3: no such course' } }, 'row 3: no such course'],
    [{ error: { message: [{ row: 3 }] } }, '[{"row":3}]'],
    [{ error: { message: `${'x'.repeat(499)}\u{1f392}` } }, `${'x'.repeat(499)}\ufffd`],
    [{ error: { message: '' } }, undefined],
    [{ error: 'text' }, undefined],
    ['no JSON', undefined],
    [undefined, undefined],
  ])('of %j is kept for a person, cut, and only from its field', (body, expected) => {
    expect(said(body)).toBe(expected);
  });

  test('is nothing without a field or without an answer', () => {
    expect(saidOf({ kind: 'noAnswer', reason: 'timeout' }, { receipt: 'receipt', reason: 'error' })).toBeUndefined();
    expect(saidOf({ kind: 'answer', status: 422, headers: {}, body: { error: 'x' } }, { receipt: 'receipt' })).toBeUndefined();
    expect(said({}, 'constructor')).toBeUndefined();
  });
});
