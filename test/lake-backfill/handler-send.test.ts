import type { LakeRow } from '../../src/lake-backfill/lambda/lake-row';
import { type SendDependencies, sendRows } from '../../src/lake-backfill/lambda/send-rows';

const settings = { keys: ['pk'], firstYear: 2025, exportedAt: 1_790_000_000 };
const FAST = 1_000_000_000;

class Firehose implements SendDependencies {
  readonly accepted: LakeRow[] = [];
  readonly calls: number[] = [];
  readonly quarantined: string[] = [];
  readonly pauses: number[] = [];
  time = 0;
  /** What the next calls do; then all records are accepted. */
  plan: (Error | ((index: number) => boolean))[] = [];

  put = async (records: readonly Buffer[]): Promise<boolean[]> => {
    this.calls.push(records.length);
    this.time += 10;
    const next = this.plan.shift() ?? (() => true);
    if (next instanceof Error) throw next;
    const accepted = records.map((_, index) => next(index));
    this.accepted.push(...records.filter((_, index) => accepted[index]).map((record) => JSON.parse(record.toString())));
    return accepted;
  };
  quarantine = async ({ event_id }: LakeRow): Promise<void> => void this.quarantined.push(event_id);
  now = (): number => this.time;
  sleep = async (milliseconds: number): Promise<void> => {
    this.pauses.push(milliseconds);
    this.time += milliseconds;
  };
  random = (): number => 0.5;
}

async function* lines(...all: string[]): AsyncIterable<string> {
  yield* all;
}
const line = (number: number, text = '') => JSON.stringify({ Item: { pk: { S: `north-high#${number}` }, text: { S: text } } });
const many = (count: number) => Array.from({ length: count }, (_, number) => line(number));
const named = (name: string) => Object.assign(new Error(name), { name });
const keysOf = (rows: readonly LakeRow[]) => rows.map(({ item }) => String(item.pk.S));

test('a batch has at most 500 records and 4 MiB', async () => {
  const firehose = new Firehose();
  const result = await sendRows(lines(...many(1_201)), 0, settings, FAST, 60_000, firehose);
  expect(firehose.calls).toEqual([500, 500, 201]);
  expect(result).toEqual({ sent: 1_201, removed: 0, expired: 0, erased: 0, tooLarge: 0, undated: 0, lines: 1_201, isComplete: true });
  const large = new Firehose();
  await sendRows(lines(...Array.from({ length: 9 }, (_, number) => line(number, 'x'.repeat(900_000)))), 0, settings, FAST, 60_000, large);
  expect(large.calls).toEqual([4, 4, 1]);
});

test('only the records that were rejected are sent again, after a pause that grows', async () => {
  const firehose = new Firehose();
  firehose.plan = [(index) => index % 2 === 0, named('ServiceUnavailableException'), (index) => index > 0];
  const result = await sendRows(lines(...many(10)), 0, settings, FAST, 60_000, firehose);
  expect(firehose.calls).toEqual([10, 5, 5, 1]);
  expect(keysOf(firehose.accepted).sort()).toEqual(
    many(10)
      .map((_, number) => `north-high#${number}`)
      .sort(),
  );
  expect(firehose.pauses).toEqual([150, 300, 600]);
  expect(result).toMatchObject({ sent: 10, isComplete: true });
});

test.each([
  ['throttled', named('ThrottlingException')],
  ['without a response', Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
  ['failed inside of the service', Object.assign(new Error('x'), { $metadata: { httpStatusCode: 500 } })],
])('a call that is %s is made again', async (_, error) => {
  const firehose = new Firehose();
  firehose.plan = [error];
  expect(await sendRows(lines(line(1)), 0, settings, FAST, 60_000, firehose)).toMatchObject({ sent: 1, isComplete: true });
});

test('a call without permission fails, so that the message is tried again and becomes a dead letter', async () => {
  const firehose = new Firehose();
  firehose.plan = [Object.assign(named('AccessDeniedException'), { $metadata: { httpStatusCode: 400 } })];
  await expect(sendRows(lines(line(1)), 0, settings, FAST, 60_000, firehose)).rejects.toThrow('AccessDeniedException');
});

test('without time left, it returns where to continue, and no line is left out', async () => {
  const firehose = new Firehose();
  const all = many(1_300);
  firehose.plan = [() => true, ...Array.from({ length: 100 }, () => () => false)];
  const first = await sendRows(lines(...all), 0, settings, FAST, 5_000, firehose);
  expect(first).toMatchObject({ sent: 500, lines: 500, isComplete: false });
  firehose.plan = [];
  const second = await sendRows(lines(...all), first.lines, settings, FAST, firehose.time + 60_000, firehose);
  expect(second).toMatchObject({ sent: 800, lines: 1_300, isComplete: true });
  expect(new Set(keysOf(firehose.accepted)).size).toBe(1_300);
});

test('it sends no faster than it may, because the pipe of the lake uses the same stream', async () => {
  const firehose = new Firehose();
  const all = many(1_000);
  const bytes = Buffer.byteLength(JSON.stringify({ event_id: `backfill-${'0'.repeat(40)}`, event_name: 'BACKFILL' })) * all.length;
  await sendRows(lines(...all), 0, settings, 10_000, 600_000, firehose);
  expect(firehose.time).toBeGreaterThan((bytes / 10_000) * 1000);
});

test('an item that is too large for a record is put into quarantine, and the others are sent', async () => {
  const firehose = new Firehose();
  const result = await sendRows(lines(line(1), line(2, 'x'.repeat(1_024_000)), line(3)), 0, settings, FAST, 60_000, firehose);
  expect(result).toMatchObject({ sent: 2, tooLarge: 1, lines: 3, isComplete: true });
  expect(firehose.quarantined).toEqual([expect.stringMatching(/^backfill-/)]);
  expect(keysOf(firehose.accepted)).toEqual(['north-high#1', 'north-high#3']);
});

test('skipped items are counted, also if nothing else is in the file', async () => {
  const removed = JSON.stringify({ Keys: { pk: { S: 'a' } }, Metadata: { WriteTimestampMicros: { N: '1790000000000000' } } });
  const firehose = new Firehose();
  const result = await sendRows(lines(removed, removed), 0, { keys: ['pk'], firstYear: 2025 }, FAST, 60_000, firehose);
  expect(result).toEqual({ sent: 0, removed: 2, expired: 0, erased: 0, tooLarge: 0, undated: 0, lines: 2, isComplete: true });
  expect(firehose.calls).toEqual([]);
});

test('the error about a line that cannot be read does not quote it', async () => {
  const promise = sendRows(lines(line(1), '{"Item":{"name":"Zoë'), 0, settings, FAST, 60_000, new Firehose());
  await expect(promise).rejects.toThrow(/^line 2 is not a line of a DynamoDB export$/);
});

test('an empty line, which an erasure leaves, is skipped, and counts as a line of the file', async () => {
  const firehose = new Firehose();
  const all = [...many(499), '', '', ...many(300)];
  firehose.plan = [() => true, ...Array.from({ length: 100 }, () => () => false)];
  const first = await sendRows(lines(...all, line(1)), 0, settings, FAST, 5_000, firehose);
  expect(first).toMatchObject({ sent: 500, erased: 2, lines: 502, isComplete: false });
  const after = new Firehose();
  const second = await sendRows(lines(...all, line(1)), first.lines, settings, FAST, 60_000, after);
  expect(second).toMatchObject({ sent: 300, erased: 0, lines: 802, isComplete: true });
  const empty = new Firehose();
  expect(await sendRows(lines('', ''), 0, settings, FAST, 60_000, empty)).toMatchObject({ sent: 0, erased: 2, lines: 2, isComplete: true });
});

test('rows whose items have no time of their own are counted, if there should be one', async () => {
  const dated = { ...settings, changedAtAttributes: ['at'] };
  const at = (seconds: number) => JSON.stringify({ Item: { pk: { S: 'a' }, at: { N: String(seconds) } } });
  const all = [at(1_780_000_000), at(1_500_000_000), line(1)];
  expect(await sendRows(lines(...all), 0, dated, FAST, 60_000, new Firehose())).toMatchObject({ sent: 3, undated: 2 });
  expect(await sendRows(lines(...all), 0, settings, FAST, 60_000, new Firehose())).toMatchObject({ sent: 3, undated: 0 });
});
