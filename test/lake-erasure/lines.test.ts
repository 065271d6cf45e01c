import { gunzipSync, gzipSync } from 'node:zlib';
import { isAbout, sqlCondition } from '../../src/lake-erasure/lambda/erased-items';
import { withoutLines } from '../../src/lake-erasure/lambda/lines';

const KEYS = ['pk', 'sk'];
const ITEMS = [
  { partitionKey: 'north#STUDENT#1', wholePartition: true as const },
  { partitionKey: 'north#STUDENTS', sortKey: 'PROFILE#1' },
  { partitionKey: 'north#EVALUATION', sortKeyPrefix: 'STUDENT#1#' },
];
const item = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk }, name: { S: 'Zoë "1"' } });
const quarantined = (raw: string) => `${JSON.stringify({ errorCode: 'x', rawData: Buffer.from(raw).toString('base64') })}\n`;
const sent = (pk: string, sk: string) => quarantined(JSON.stringify({ event_id: '1', item: item(pk, sk) }));

describe('lines of a whole tenant', () => {
  const whole = [{ partitionKey: 'north#', wholeTenant: true as const }];
  const without = (...lines: string[]) => withoutLines(Buffer.from(lines.join('')), whole, KEYS, false);

  test('are removed, whatever their keys are', () => {
    const others = [sent('south#STUDENT#1', 'x'), sent('far-north#STUDENT#1', 'x')];
    const found = without(sent('north#STUDENT#1', 'x'), others[0], sent('north#EVALUATION', 'y'), others[1]);
    expect([found?.removed, found?.body.toString()]).toEqual([2, others.join('')]);
  });

  test('are removed if they are not JSON, but not those of a tenant whose id has the same end', () => {
    const broken = (pk: string) => quarantined(`{"item":{"pk":{"S":"${pk}#STUDENT#1"`);
    const found = without(broken('north'), broken('far-north'));
    expect([found?.removed, found?.body.toString()]).toEqual([1, broken('far-north')]);
  });
});

describe('the condition of queries', () => {
  test('names each selection, and is never null', () => {
    expect(sqlCondition(ITEMS, KEYS)).toBe(
      `coalesce((item."pk"."s" = 'north#STUDENT#1') OR (item."pk"."s" = 'north#STUDENTS' AND item."sk"."s" = 'PROFILE#1') OR ` +
        `(item."pk"."s" = 'north#EVALUATION' AND substr(item."sk"."s", 1, 10) = 'STUDENT#1#'), false)`,
    );
  });

  test('names of keys are in lower case, as in the files, and a prefix is counted in characters of SQL', () => {
    expect(sqlCondition([{ partitionKey: 'a', sortKeyPrefix: '🎓é' }], ['Id', 'Kind'])).toBe(
      `coalesce((item."id"."s" = 'a' AND substr(item."kind"."s", 1, 2) = '🎓é'), false)`,
    );
  });

  test('of a whole tenant selects all partitions', () => {
    expect(sqlCondition([{ partitionKey: 'north#', wholeTenant: true }], KEYS)).toBe(
      `coalesce((substr(item."pk"."s", 1, 6) = 'north#'), false)`,
    );
  });

  test('text cannot end the literal', () => {
    expect(sqlCondition([{ partitionKey: "x' OR 'a' = 'a" }], ['pk'])).toBe(`coalesce((item."pk"."s" = 'x'' OR ''a'' = ''a'), false)`);
  });
});

test.each([
  [item('north#STUDENT#1', 'anything'), true],
  [item('north#STUDENT#11', 'anything'), false],
  [item('north#STUDENTS', 'PROFILE#1'), true],
  [item('north#STUDENTS', 'PROFILE#11'), false],
  [item('north#EVALUATION', 'STUDENT#1#COURSE#2'), true],
  [item('north#EVALUATION', 'STUDENT#11#COURSE#2'), false],
  [item('south#STUDENT#1', 'anything'), false],
])('%j', (found, expected) => {
  for (const record of [{ item: found }, { Item: found }, { Keys: found, NewImage: { ...found, sk: undefined } }]) {
    expect(isAbout(ITEMS, KEYS, record)).toBe(expected);
  }
});

test('lines in quarantine are removed, and the others are the same bytes', () => {
  const others = [
    sent('north#STUDENT#2', 'VISIT#1'),
    '{"errorCode":"DeadLetter","deadLetter":{"DDBStreamBatchInfo":{}}}\n',
    quarantined('not JSON'),
    'not JSON either\n',
    '{"unicode":"ü — 数"}',
  ];
  const own = [
    sent('north#STUDENT#1', 'VISIT#1'),
    sent('north#STUDENTS', 'PROFILE#1'),
    quarantined('{"item":{"pk":{"S":"north#STUDENT#1"},broken'),
  ];
  const body = Buffer.from([own[0], others[0], own[1], ...others.slice(1, 3), own[2], ...others.slice(3)].join(''));
  expect(withoutLines(body, ITEMS, KEYS, false)).toEqual({ removed: 3, body: Buffer.from(others.join('')) });
});

test('an empty line takes the place of an erased one where lines are counted', () => {
  const own = `${JSON.stringify({ Item: item('north#STUDENT#1', 'VISIT#1') })}\n`;
  const other = `${JSON.stringify({ Item: item('north#STUDENT#2', 'VISIT#1') })}\n`;
  expect(withoutLines(Buffer.from(own + other + own + other), ITEMS, KEYS, true)).toEqual({
    removed: 2,
    body: Buffer.from(`\n${other}\n${other}`),
  });
  expect(withoutLines(Buffer.from(own.trimEnd()), ITEMS, KEYS, true)).toEqual({ removed: 1, body: Buffer.from('\n') });
});

test('an object without such lines is not written again', () => {
  expect(withoutLines(Buffer.from(sent('north#STUDENT#2', 'x')), ITEMS, KEYS, false)).toBeUndefined();
});

test('compressed objects are compressed again, and nothing is left of an object with no other lines', () => {
  const own = `${JSON.stringify({ Item: item('north#STUDENT#1', 'VISIT#1') })}\n`;
  const other = `${JSON.stringify({ Item: item('north#STUDENT#2', 'VISIT#1') })}\n`;
  const remainder = withoutLines(gzipSync(own + other), ITEMS, KEYS, false);
  expect(remainder?.removed).toBe(1);
  expect(gunzipSync(remainder?.body ?? '').toString()).toBe(other);
  expect(withoutLines(gzipSync(own), ITEMS, KEYS, false)).toEqual({ removed: 1, body: Buffer.alloc(0) });
});
