import { csvRows } from '../../../../../src/resilient-gov-sync/lambda/lake-reports/csv';
import { hasChangeOf } from '../../../../../src/resilient-gov-sync/lambda/lake-reports/quarantined';
import { jsonOf, type ValueKind } from '../../../../../src/resilient-gov-sync/lambda/lake-reports/value';
import { type Place, reading } from '../place';
import { TEXTS } from '../shapes';

/** Documented: "Constraints in Amazon DynamoDB", item size. */
const LARGEST_ITEM = 400 * 1024;
const CHUNK = 64 * 1024;
const KINDS: readonly ValueKind[] = ['text', 'exact', 'double', 'boolean', 'time', 'json'];

async function* chunksOf(text: string): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += CHUNK) yield bytes.subarray(from, from + CHUNK);
}

const period = { name: '2026Q4', start: '2026-10-01T00:00:00Z', end: '2027-01-01T00:00:00Z' };

export const reports: readonly Place[] = [
  {
    name: 'values of a report from the lake',
    files: ['src/resilient-gov-sync/lake-reports.lambda.ts'],
    limit: LARGEST_ITEM,
    limitedBy: 'DynamoDB',
    shapes: TEXTS,
    open: async () =>
      reading(async (text) => {
        for await (const row of csvRows(chunksOf(`"${text.replaceAll('"', '""')}",${text}\n`))) {
          for (const kind of KINDS) {
            for (const value of row) {
              try {
                jsonOf(value, { name: 'field', column: 'column', kind });
              } catch {
                // None of its type, as expected.
              }
            }
          }
        }
        hasChangeOf(period, Buffer.from(JSON.stringify({ rawData: Buffer.from(text).toString('base64') })));
      }),
  },
];
