import { generator } from '../../kit/random';
import type { Quarantined, Row } from './ask';
import { createGenerator, SCHOOLS } from './changes';
import type { Made } from './journal';
import { STANDSTILL_HOURS, timeline } from './timeline';
import { type Answers, judge } from './verdict';

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
    ...{ changed_at: new Date(at * 1000).toISOString().slice(0, 23).replace('T', ' '), year: '2026', month: '11' },
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
const wrongType: Quarantined = { reason: 'score is not N', record: { eventName: 'INSERT', correlationId: bad.id } };
const tooLarge: Quarantined = { reason: 'The pipe …', deadLetter: { condition: 'RetryAttemptsExhausted', from: 5n, to: 5n } };
const right: Answers = {
  changes: [first, second, removed].map((change) => ({ row: rowOf(change), copies: 1 })),
  current: [rowOf(second)],
  quarantine: [wrongType, tooLarge],
};
const perfect = {
  ...{ changes: 3, lost: 0, currentWrong: 0, rowsAfterDedupe: 3, quarantined: 2, ttlRows: 0, deletedShown: 0 },
  ...{ duplicates: 0, backfilled: 0, rowsWrong: 0, reasonsWrong: 0, tooOld: 0 },
};
const [one, two, three] = right.changes;
const backfilled = (change: Made): Row => rowOf(change, { event_id: 'backfill-1', sequence: null });

test.each<[string, Partial<Answers>, Partial<typeof perfect>]>([
  ['a lake with everything', {}, {}],
  ['a change that is nowhere', { changes: [two, three] }, { lost: 1, rowsAfterDedupe: 2 }],
  ['a row that was delivered twice', { changes: [{ ...one, copies: 2 }, two, three] }, { duplicates: 1 }],
  ['a backfilled row', { changes: [{ row: backfilled(first), copies: 1 }, two, three] }, { backfilled: 1 }],
  ['a backfilled row that the stream has, too', { changes: [...right.changes, { row: backfilled(first), copies: 1 }] }, { duplicates: 1 }],
  ['a row of another value', { changes: [{ row: rowOf(first, { score: null }), copies: 1 }, two, three] }, { rowsWrong: 1 }],
  ['a row in the folder of another month', { changes: [{ row: rowOf(first, { month: '12' }), copies: 1 }, two, three] }, { rowsWrong: 1 }],
  ['a row of no change', { changes: [...right.changes, { row: rowOf(made(9)), copies: 1 }] }, { rowsAfterDedupe: 4, rowsWrong: 1 }],
  ['an older state as the last one', { current: [rowOf(first)] }, { currentWrong: 1 }],
  ['an item without a last state', { current: [] }, { currentWrong: 1 }],
  ['a deleted item that is shown', { current: [rowOf(second), rowOf(removed)] }, { currentWrong: 1, deletedShown: 1 }],
  ['no dead letter', { quarantine: [wrongType] }, { lost: 1, quarantined: 1, reasonsWrong: 1 }],
  [
    'a wrong type that is stored',
    { changes: [...right.changes, { row: rowOf(bad, { score: null }), copies: 1 }], quarantine: [tooLarge] },
    { rowsAfterDedupe: 4, quarantined: 1, reasonsWrong: 1, rowsWrong: 1 },
  ],
  [
    'a removal in quarantine',
    { quarantine: [...right.quarantine, { reason: 'x', record: { eventName: 'REMOVE', correlationId: '' } }] },
    { ttlRows: 1 },
  ],
  [
    'a change that the pipe gave up because of its age, and that is backfilled',
    {
      changes: [{ row: backfilled(first), copies: 1 }, two, three],
      quarantine: [...right.quarantine, { reason: 'The pipe …', deadLetter: { condition: 'RecordAgeExceeded', from: 1n, to: 1n } }],
    },
    { backfilled: 1, tooOld: 1 },
  ],
])('%s', (_name, answers, expected) => {
  expect(judge(all, { ...right, ...answers })).toEqual({ ...perfect, ...expected });
});

describe('the changes of 14 months', () => {
  const moments = timeline(generator(12), 20_000, 10);
  const changes = createGenerator(generator(13));
  const start = AT;
  const byMoment = moments.map((moment) => ({ moment, changes: changes.changesOf(moment, start + Math.floor(moment.at / 1000)) }));
  const every = byMoment.flatMap((one) => one.changes);

  test('are 20,000 of 40 schools, and 10 of each kind that cannot be stored, at moments of which 5 have kills', () => {
    expect(every.filter(({ bad: kind }) => kind === undefined)).toHaveLength(20_000);
    expect(every.filter(({ bad: kind }) => kind === 'too large')).toHaveLength(10);
    expect(new Set(every.map(({ school }) => school)).size).toBe(SCHOOLS.length);
    expect(new Set(every.map(({ id }) => id)).size).toBe(every.length);
    expect(moments.filter(({ kill }) => kill)).toHaveLength(5);
    expect(moments.filter(({ standstill }) => standstill !== undefined)).toHaveLength(STANDSTILL_HOURS);
    expect(moments.every(({ at }, index) => index === 0 || at > moments[index - 1].at)).toBe(true);
  });

  test('change an item at most once in the hours that are backfilled', () => {
    const lost = byMoment.filter(({ moment }) => (moment.standstill ?? STANDSTILL_HOURS) < 10).flatMap((one) => one.changes);
    expect(new Set(lost.map(({ key }) => key)).size).toBe(lost.length);
  });

  test('are the same for the same seed', () => {
    expect(timeline(generator(12), 20_000, 10)).toEqual(moments);
  });
});
