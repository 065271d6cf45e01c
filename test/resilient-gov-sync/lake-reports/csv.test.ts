import fc from 'fast-check';
import { type CsvRow, csvRows } from '../../../src/resilient-gov-sync/lambda/lake-reports/csv';

/** A text in pieces of some bytes, which can divide a character. */
async function* pieces(text: string, size: number): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsOf(text: string, size = 7): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const row of csvRows(pieces(text, size))) rows.push(row);
  return rows;
}

/** As Athena writes a result. */
const written = (rows: readonly CsvRow[]): string =>
  rows.map((row) => `${row.map((value) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`)).join(',')}\n`).join('');

test('every value is read as it was written, however the bytes arrive', async () => {
  const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('"', '""', ',', '\n', '\r\n', '', '",\n"'), fc.constant(null));
  const rows = fc.integer({ min: 1, max: 4 }).chain((width) => fc.array(fc.array(value, { minLength: width, maxLength: width })));
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 12 }), async (given, size) => {
      expect(await rowsOf(written(given), size)).toEqual(given);
    }),
  );
});

test('a missing value is not an empty text', async () => {
  expect(await rowsOf('"a","b"\n"",\n,""\n')).toEqual([
    ['a', 'b'],
    ['', null],
    [null, ''],
  ]);
});

test('a last line without an end is a row', async () => {
  expect(await rowsOf('"a"\n"b"')).toEqual([['a'], ['b']]);
});

test('a result that ends within a value is an error: it was cut off', async () => {
  await expect(rowsOf('"a"\n"b')).rejects.toThrow('the result of the query ends within a value');
});
