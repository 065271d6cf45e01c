import { recordOf, rowOf } from '../../../../../src/lake-backfill/lambda/lake-row';
import { linesOf } from '../../../../../src/lake-backfill/lambda/lines';
import { planOf } from '../../../../../src/lake-backfill/lambda/plan';
import { type Place, reading } from '../place';
import { filled, only, type Shape, TEXTS, VALUES, within } from '../shapes';

/** Documented: "Constraints in Amazon DynamoDB", item size. */
const ITEM = 400 * 1024;
/** Documented: "DynamoDB item sizes and formats": a null in a list has 2 bytes, and the 14 characters of `{"NULL":true},` in DynamoDB's JSON. */
const ITEM_AS_JSON = 7 * ITEM;
/** Documented: "Lambda quotas", invocation payload. */
const LAMBDA_PAYLOAD = 6 * 1024 * 1024;
const CHUNK = 64 * 1024;

async function* chunksOf(text: string): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += CHUNK) yield bytes.subarray(from, from + CHUNK);
}

const LEVELS = 29;
/** A list in a list has 4 bytes, and the 8 characters of `{"L":[]}`. */
const nested = `${'{"L":['.repeat(LEVELS)}${']}'.repeat(LEVELS)},`;

/** What DynamoDB stores: at most 32 levels, and names once. */
const stored: Readonly<Record<string, Shape>> = {
  ...only(
    ...([VALUES, 'digits of a number', 'small numbers', 'objects of one name', 'names', 'names that are numbers'] as const),
    ...['texts', 'escapes', 'text of four bytes a character'],
  ),
  nulls: (bytes) => `${filled(bytes - 13, '{"NULL":true},')}{"NULL":true}`,
  // The lists alone would be more than an item can have.
  'lists of 30 levels, and nulls': (bytes) => `${filled(bytes / 3, nested)}${filled((bytes / 3) * 2 - 13, '{"NULL":true},')}{"NULL":true}`,
};

export const backfill: readonly Place[] = [
  {
    name: 'a line of an export',
    files: ['src/lake-backfill/lambda/lake-row.ts', 'src/lake-backfill/send-items.lambda.ts'],
    limit: ITEM_AS_JSON,
    limitedBy: 'DynamoDB',
    shapes: within(stored, (value) => `{"Item":{"pk":{"S":"north-high#1"},"value":{"L":[${value}]}}}`),
    open: async () =>
      reading((line) => {
        const row = rowOf(line, {
          keys: ['pk'],
          exportedAt: 1_790_000_000,
          firstYear: 2026,
          changedAtAttributes: ['value'],
          timeToLiveAttribute: 'value',
        });
        if (typeof row !== 'string') recordOf(row);
      }),
  },
  {
    name: 'the lines of a file of an export',
    files: ['src/lake-backfill/lambda/lines.ts'],
    limit: 16 * CHUNK,
    limitedBy: 'nothing, because a file is read in parts: these are 16 of them',
    shapes: { ...TEXTS, 'line feeds': (bytes) => '\n'.repeat(bytes), 'short lines': (bytes) => '{}\n'.repeat(bytes / 3) },
    open: async () =>
      reading(async (text) => {
        for await (const line of linesOf(chunksOf(text))) line.length;
      }),
  },
  {
    name: 'what a backfill is asked for',
    files: ['src/lake-backfill/start-backfill.lambda.ts', 'src/lake-backfill/lambda/plan.ts'],
    limit: LAMBDA_PAYLOAD,
    limitedBy: 'Lambda',
    shapes: TEXTS,
    open: async () =>
      reading((text) => {
        const requests = [
          { from: text },
          { from: '2026-11-29T12:00:00Z', to: text },
          { [text]: 1 },
          { from: '2026-11-29T12:00:00Z', windowMinutes: text },
        ];
        for (const request of requests) {
          try {
            planOf(request, 'b', { earliest: 0, latest: 1_800_000_000 });
          } catch {
            // Rejected, as expected.
          }
        }
      }),
  },
];
