import type { Quarantined } from '../../kit/quarantine';
import { generator } from '../../kit/random';
import type { Row } from './ask';
import { type Change, createGenerator, SCHOOLS, TWICE_HOURS } from './changes';
import type { Made } from './journal';
import { type Observed, promisesOf } from './outcome';
import { STANDSTILL_HOURS, timeline } from './timeline';
import { type Answers, type Circumstances, judge, type Verdict } from './verdict';

const AT = Date.UTC(2026, 10, 29, 8) / 1000;

/** The first, second, … change of an item. */
function made(number: number, more: Partial<Made> & { readonly deletedAt?: string } = {}): Made {
  const { deletedAt, ...rest } = more;
  const sk = more.key?.split('|')[1] ?? `GRADE#${number}`;
  return {
    ...{ id: `request-${number}`, school: 'school-01', key: `school-01#STUDENT#1|${sk}`, deletes: deletedAt !== undefined },
    item: {
      ...{ pk: { S: 'school-01#STUDENT#1' }, sk: { S: sk }, correlationId: { S: `request-${number}` }, student: { S: 'student-1' } },
      ...{
        course: { S: 'maths' },
        score: { N: '95.5' },
        officialNumber: { N: '9007199254712345' },
        gradedAt: { S: '2026-11-29T07:00:00.000Z' },
      },
      ...(deletedAt === undefined ? {} : { deletedAt: { S: deletedAt } }),
    },
    ...{ eventName: 'INSERT', eventId: `event-${number}`, sequence: `00000000${number}`, at: AT + number },
    ...rest,
  };
}

function rowOf({ id, key, item, eventName, eventId, sequence, at }: Made, more: Partial<Row> = {}): Row {
  const [partition_key, sort_key] = key.split('|');
  return {
    ...{ event_id: eventId, event_name: eventName, sequence, partition_key, sort_key, correlation_id: id },
    ...{ changed_at: new Date(at * 1000).toISOString().slice(0, 23).replace('T', ' '), school: 'school-01', year: '2026', month: '11' },
    ...{
      deleted_at: item.deletedAt === undefined ? null : JSON.stringify({ s: item.deletedAt.S }),
      student_id: 'student-1',
      course: 'maths',
    },
    ...{ score: '95.50', official_number: '9007199254712345', graded_at: '2026-11-29 07:00:00.000', expires_at: null, clubs: null },
    ...more,
  };
}

const first = made(1);
const second = made(2, { key: first.key, eventName: 'MODIFY' });
const removed = made(3, { deletedAt: '2026-11-29T08:00:00.000Z' });
const bad = made(4, { bad: 'wrong type' });
const large = made(5, { bad: 'too large' });
const all = [first, second, removed, bad, large];
const wrongType: Quarantined = { reason: 'score is not N', record: { eventName: 'INSERT', item: { correlationId: { S: bad.id } } } };
const tooLarge: Quarantined = { reason: 'The pipe …', deadLetter: { condition: 'RetryAttemptsExhausted', from: 5n, to: 5n } };
const circumstances: Circumstances = { windows: [], killed: { pipe: new Set([first.id]), delivery: new Set([second.id]) } };
const right: Answers = {
  changes: [first, second, removed].map((change) => ({ row: rowOf(change), copies: 1 })),
  current: [rowOf(second)],
  quarantine: [wrongType, tooLarge],
};
const perfect = {
  ...{ changes: 3, lost: 0, currentWrong: 0, rowsAfterDedupe: 3, quarantined: 2, ttlRows: 0, deletedShown: 0 },
  ...{ betweenExports: 0, distinctEventIds: 3, copies: { all: 0, pipeKilled: 0, deliveryKilled: 0 } },
  ...{ backfilled: 0, backfilledAgain: 0, rowsWrong: 0, reasonsWrong: 0, tooOld: 0 },
};
const [one, two, three] = right.changes;
const backfilled = (change: Made): Row => rowOf(change, { event_id: 'backfill-1', sequence: null });

test.each<[string, Partial<Answers>, Partial<typeof perfect>]>([
  ['a lake with everything', {}, {}],
  ['a change that is nowhere', { changes: [two, three] }, { lost: 1, rowsAfterDedupe: 2, distinctEventIds: 2 }],
  [
    'a row that was delivered twice, and one three times',
    { changes: [{ ...one, copies: 2 }, { ...two, copies: 3 }, three] },
    { copies: { all: 3, pipeKilled: 1, deliveryKilled: 2 } },
  ],
  ['a backfilled row', { changes: [{ row: backfilled(first), copies: 1 }, two, three] }, { backfilled: 1 }],
  [
    'a backfilled row that the stream has, too',
    { changes: [...right.changes, { row: backfilled(first), copies: 2 }] },
    { backfilledAgain: 2, distinctEventIds: 4 },
  ],
  [
    'a row in the folder of another school',
    { changes: [{ row: rowOf(first, { school: 'school-02' }), copies: 1 }, two, three] },
    { rowsWrong: 1 },
  ],
  ['a last state in the folder of another school', { current: [rowOf(second, { school: 'school-02' })] }, { currentWrong: 1 }],
  ['a row of another value', { changes: [{ row: rowOf(first, { score: null }), copies: 1 }, two, three] }, { rowsWrong: 1 }],
  ['a row in the folder of another month', { changes: [{ row: rowOf(first, { month: '12' }), copies: 1 }, two, three] }, { rowsWrong: 1 }],
  [
    'a row of no change',
    { changes: [...right.changes, { row: rowOf(made(9)), copies: 1 }] },
    { rowsAfterDedupe: 4, distinctEventIds: 4, rowsWrong: 1 },
  ],
  ['an older state as the last one', { current: [rowOf(first)] }, { currentWrong: 1 }],
  ['an item without a last state', { current: [] }, { currentWrong: 1 }],
  ['a deleted item that is shown', { current: [rowOf(second), rowOf(removed)] }, { currentWrong: 1, deletedShown: 1 }],
  ['no dead letter', { quarantine: [wrongType] }, { lost: 1, quarantined: 1, reasonsWrong: 1 }],
  [
    'a wrong type that is stored',
    { changes: [...right.changes, { row: rowOf(bad, { score: null }), copies: 1 }], quarantine: [tooLarge] },
    { rowsAfterDedupe: 4, distinctEventIds: 4, quarantined: 1, reasonsWrong: 1, rowsWrong: 1 },
  ],
  ['a removal in quarantine', { quarantine: [...right.quarantine, { reason: 'x', record: { eventName: 'REMOVE' } }] }, { ttlRows: 1 }],
  [
    'a change that the pipe gave up because of its age, and that is backfilled',
    {
      changes: [{ row: backfilled(first), copies: 1 }, two, three],
      quarantine: [...right.quarantine, { reason: 'The pipe …', deadLetter: { condition: 'RecordAgeExceeded', from: 1n, to: 1n } }],
    },
    { backfilled: 1, tooOld: 1 },
  ],
])('%s', (_name, answers, expected) => {
  expect(judge(all, { ...right, ...answers }, circumstances)).toEqual({ ...perfect, ...expected });
});

describe('a change that is nowhere, and its item was changed again a second later,', () => {
  const missing = { ...right, changes: [two, three] };
  const windowOf = (from: number, to: number): Circumstances => ({ ...circumstances, windows: [{ from: from * 1000, to: to * 1000 }] });

  test('is between exports if both are in a window', () => {
    const expected = { ...perfect, changes: 2, betweenExports: 1, rowsAfterDedupe: 2, distinctEventIds: 2 };
    expect(judge(all, missing, windowOf(first.at, second.at + 1))).toEqual(expected);
  });

  test.each([
    ['the second one is in the next window', windowOf(first.at, second.at)],
    ['the first one is before the window', windowOf(second.at, second.at + 1)],
    ['nothing was backfilled', circumstances],
  ])('is lost if %s', (_name, found) => {
    expect(judge(all, missing, found)).toMatchObject({ lost: 1, betweenExports: 0, changes: 3 });
  });

  test('is no excuse for the last one', () => {
    const answers = { ...right, changes: [one, three] };
    expect(judge(all, answers, windowOf(first.at, second.at + 1))).toMatchObject({ lost: 1, betweenExports: 0 });
  });
});

describe('promises', () => {
  const verdict = { ...judge(all, right, circumstances), betweenExports: 1, backfilled: 1, tooOld: 1 };
  const copies = { all: 2, pipeKilled: 1, deliveryKilled: 1 };
  const observed: Observed = {
    ...{ kills: { pipe: 5, delivery: 5 }, throttled: { partly: 8, whole: 8 }, expired: 1 },
    path: { changesPerSecond: 1, reads: 1, batches: 1, changesPerBatch: 10, files: 1 },
  };
  const broken = (found: Partial<Verdict>, seen: Partial<Observed> = {}) =>
    Object.values(promisesOf({ ...verdict, copies, ...found }, { ...observed, ...seen }, { changes: 3, bad: 2 })).filter((kept) => !kept)
      .length;

  test('are kept', () => {
    expect(broken({})).toBe(0);
  });

  test.each<[string, Partial<Verdict>, Partial<Observed>]>([
    ['a kill of the pipe delivers nothing again', { copies: { ...copies, pipeKilled: 0 }, backfilledAgain: 99 }, {}],
    ['a kill of the delivery delivers nothing again', { copies: { ...copies, deliveryKilled: 0 }, backfilledAgain: 99 }, {}],
    ['a kill of the pipe did not happen', {}, { kills: { pipe: 4, delivery: 5 } }],
    ['no whole call was throttled', {}, { throttled: { partly: 8, whole: 0 } }],
    ['no record was throttled', {}, { throttled: { partly: 0, whole: 8 } }],
    ['a change is lost', { lost: 1 }, {}],
    ['fewer changes were made', { changes: 2 }, {}],
    ['no item was changed twice in a window', { betweenExports: 0 }, {}],
    ['a row is in another folder', { rowsWrong: 1 }, {}],
    ['a row is stored twice', { rowsAfterDedupe: 4 }, {}],
  ])('one is broken if %s', (_name, found, seen) => {
    expect(broken(found, seen)).toBe(1);
  });
});

describe('the changes of 14 months', () => {
  const moments = timeline(generator(12), 20_000, 10);
  const changes = createGenerator(generator(13));
  const start = AT;
  const byMoment = moments.map((moment) => ({ moment, changes: changes.changesOf(moment, start + Math.floor(moment.at / 1000)) }));
  const every = byMoment.flatMap((one) => one.changes);

  test('are 20,000 of 40 schools, and 10 of each kind that cannot be stored, at moments of which 8 have kills', () => {
    const planned = moments.reduce((sum, moment) => sum + moment.changes, 0);
    expect(planned).toBe(20_000);
    const twice = byMoment.filter(({ moment }) => TWICE_HOURS.includes(moment.standstill ?? -1));
    const extra = twice.reduce((sum, one) => sum + one.changes.length - one.moment.changes, 0);
    expect(extra).toBeGreaterThan(30);
    expect(every.filter(({ bad: kind }) => kind === undefined)).toHaveLength(planned + extra);
    expect(every.filter(({ bad: kind }) => kind === 'too large')).toHaveLength(10);
    expect(new Set(every.map(({ school }) => school)).size).toBe(SCHOOLS.length);
    expect(new Set(every.map(({ id }) => id)).size).toBe(every.length);
    const kills = moments.flatMap(({ kill }) => kill ?? []);
    expect(kills.filter((kill) => kill !== 'delivery')).toHaveLength(5);
    expect(kills.filter((kill) => kill !== 'pipe')).toHaveLength(5);
    expect(moments.filter(({ kill, throttle }) => kill !== undefined && throttle)).toEqual([]);
    expect(moments.filter(({ standstill }) => standstill !== undefined)).toHaveLength(STANDSTILL_HOURS);
    expect(moments.every(({ at }, index) => index === 0 || at > moments[index - 1].at)).toBe(true);
  });

  test('change an item at most once in the hours that are backfilled, but for some twice within one of three hours', () => {
    const lost = byMoment.filter(({ moment }) => (moment.standstill ?? STANDSTILL_HOURS) < 10);
    const repeated = (list: readonly Change[]) => list.length - new Set(list.map(({ key }) => key)).size;
    const inHours = lost.filter(({ moment }) => TWICE_HOURS.includes(moment.standstill ?? -1)).map((one) => repeated(one.changes));
    expect(inHours.every((count) => count > 0)).toBe(true);
    expect(repeated(lost.flatMap((one) => one.changes))).toBe(inHours[0] + inHours[1] + inHours[2]);
  });

  test('are the same for the same seed', () => {
    expect(timeline(generator(12), 20_000, 10)).toEqual(moments);
  });
});
