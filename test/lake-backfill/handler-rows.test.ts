import { type LakeRow, quarantineLine, recordOf, rowOf } from '../../src/lake-backfill/lambda/lake-row';
import { linesOf } from '../../src/lake-backfill/lambda/lines';

const keys = ['pk', 'sk'];
const firstYear = 2025;
const exportedAt = Date.parse('2026-11-29T12:00:00Z') / 1000;
const key = { pk: { S: 'north-high#STUDENT#1' }, sk: { S: 'GRADE#1' } };
const item = { ...key, score: { N: '9.5' }, clubs: { SS: ['chess', 'art'] } };
const whole = (Item: object, more: object = {}) => rowOf(JSON.stringify({ Item }), { keys, firstYear, exportedAt, ...more }) as LakeRow;
const change = (line: object) => rowOf(JSON.stringify({ Keys: key, ...line }), { keys, firstYear }) as LakeRow;
const at = (seconds: number) => ({ Metadata: { WriteTimestampMicros: { N: String(seconds * 1_000_000 + 250_000) } } });

describe('an item of a whole table', () => {
  test('is a row with the time of the export, or of the attribute that says when it was written', () => {
    expect(whole(item)).toEqual({
      ...{ event_id: expect.stringMatching(/^backfill-[0-9a-f]{40}$/), event_name: 'BACKFILL', changed_at: exportedAt, item },
    });
    const changedAtAttributes = ['updatedAt'];
    const written = Date.parse('2025-03-01T08:00:00Z') / 1000;
    for (const updatedAt of [{ S: '2025-03-01T08:00:00.500Z' }, { N: String(written) }, { N: String(written * 1000 + 500) }]) {
      expect(whole({ ...item, updatedAt }, { changedAtAttributes }).changed_at).toBe(written);
    }
    for (const updatedAt of [undefined, { S: 'yesterday' }, { N: '-1' }, { BOOL: true }, { S: '2030-01-01T00:00:00Z' }]) {
      expect(whole({ ...item, updatedAt }, { changedAtAttributes }).changed_at).toBe(exportedAt);
    }
  });

  test('has the time of the first attribute that is one, because types of items have different ones', () => {
    const changedAtAttributes = ['updatedAt', 'registeredAt'];
    const times = { updatedAt: { N: '1780000002' }, registeredAt: { N: '1780000001' } };
    expect(whole({ ...item, ...times }, { changedAtAttributes }).changed_at).toBe(1_780_000_002);
    expect(whole({ ...item, registeredAt: times.registeredAt }, { changedAtAttributes }).changed_at).toBe(1_780_000_001);
    expect(whole({ ...item, ...times, updatedAt: { S: 'yesterday' } }, { changedAtAttributes }).changed_at).toBe(1_780_000_001);
    expect(whole(item, { changedAtAttributes }).changed_at).toBe(exportedAt);
  });

  test('has the time of the export if its own is before the years of the lake, where no query would find it', () => {
    const changedAtAttributes = ['updatedAt'];
    const changed = (updatedAt: object) => whole({ ...item, updatedAt }, { changedAtAttributes }).changed_at;
    expect(changed({ S: '2025-01-01T00:00:00Z' })).toBe(Date.parse('2025-01-01T00:00:00Z') / 1000);
    expect(changed({ S: '2024-12-31T23:59:59Z' })).toBe(exportedAt);
    // A date that is written as a number would be in 1970.
    expect(changed({ N: '20261129' })).toBe(exportedAt);
  });

  test('has the same id in every export, as long as it is the same', () => {
    const { event_id } = whole(item);
    const reordered = { clubs: { SS: ['art', 'chess'] }, score: { N: '9.5' }, sk: key.sk, pk: key.pk };
    expect(whole(reordered, { exportedAt: exportedAt + 86_400 }).event_id).toBe(event_id);
    expect(whole({ ...item, score: { N: '9' } }).event_id).not.toBe(event_id);
    expect(whole({ ...item, list: { L: [{ N: '1' }, { N: '2' }] } }).event_id).not.toBe(
      whole({ ...item, list: { L: [{ N: '2' }, { N: '1' }] } }).event_id,
    );
  });

  test('is skipped if it had expired, except after five years, when DynamoDB keeps it', () => {
    const expiring = (expiresAt: number) => whole({ ...item, expiresAt: { N: String(expiresAt) } }, { timeToLiveAttribute: 'expiresAt' });
    expect(expiring(exportedAt - 1)).toBe('expired');
    expect(expiring(exportedAt + 1)).toMatchObject({ event_name: 'BACKFILL' });
    expect(expiring(exportedAt - 6 * 365 * 86_400)).toMatchObject({ event_name: 'BACKFILL' });
    expect(whole({ ...item, expiresAt: { S: 'never' } }, { timeToLiveAttribute: 'expiresAt' })).toMatchObject({ event_name: 'BACKFILL' });
  });
});

describe('a change in a span', () => {
  test('is a row with the time of its last write', () => {
    const NewImage = { ...item };
    expect(change({ ...at(exportedAt), NewImage })).toMatchObject({ event_name: 'UPSERT', changed_at: exportedAt, item });
  });

  test('has an id of its keys and the time of the write', () => {
    const { event_id } = change({ ...at(exportedAt), NewImage: item });
    expect(change({ ...at(exportedAt), NewImage: { ...item, score: { N: '8' } } }).event_id).toBe(event_id);
    expect(change({ ...at(exportedAt + 1), NewImage: item }).event_id).not.toBe(event_id);
    expect(change({ ...at(exportedAt), Keys: { ...key, sk: { S: 'GRADE#2' } }, NewImage: item }).event_id).not.toBe(event_id);
  });

  test('is skipped if the item was removed', () => {
    expect(change(at(exportedAt))).toBe('removed');
  });
});

test.each(['', 'x', '{}', '{"Item":1}', '[]'])('%j is not a line of an export', (line) => {
  expect(() => rowOf(line, { keys, firstYear, exportedAt })).toThrow();
  expect(() => rowOf(line, { keys, firstYear })).toThrow();
});

test('a line of quarantine has what the quarantine table shows', () => {
  const record = recordOf(whole(item));
  const line = JSON.parse(quarantineLine(record, 1_790_000_000_000));
  expect(line).toMatchObject({ errorCode: 'BackfillRecordTooLarge', attemptsMade: 0, arrivalTimestamp: 1_790_000_000_000 });
  expect(line.errorMessage).toContain(`The item has ${record.length} bytes as JSON. Firehose accepts 1024000.`);
  expect(Buffer.from(line.rawData, 'base64')).toEqual(record);
});

test('a line ends with a line feed only, wherever the chunks of a file end', async () => {
  const text = 'one\u2028still one\r\ntwo 数学\n\nthree';
  const bytes = Buffer.from(text);
  for (const size of [1, 2, 5, 1_000]) {
    async function* chunks() {
      for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
    }
    const found: string[] = [];
    for await (const line of linesOf(chunks())) found.push(line);
    expect(found).toEqual(['one\u2028still one\r', 'two 数学', '', 'three']);
  }
});
