import { gunzipSync } from 'node:zlib';
import type { Period } from './source-request';

const GZIP = Buffer.from([0x1f, 0x8b]);

/**
 * Whether an object in quarantine, of JSON lines, has a change that was made in a period. A line whose time is not known counts as one, since
 * it cannot be excluded.
 */
export function hasChangeOf({ start, end }: Period, body: Buffer): boolean {
  const content = body.subarray(0, 2).equals(GZIP) ? gunzipSync(body) : body;
  const [from, to] = [Date.parse(start), Date.parse(end)];
  return content
    .toString()
    .split('\n')
    .some((line) => {
      if (line.trim() === '') return false;
      const [first, last] = timesOf(line) ?? [from, from];
      return first < to && last >= from;
    });
}

/** The times of the first and the last change in a line, in milliseconds. */
function timesOf(line: string): readonly [number, number] | undefined {
  const { rawData, deadLetter } = objectOf(line);
  if (typeof rawData === 'string') {
    // The record as the pipe sent it.
    const { changed_at: seconds } = objectOf(Buffer.from(rawData, 'base64').toString());
    return typeof seconds === 'number' ? [seconds * 1_000, seconds * 1_000] : undefined;
  }
  // Documented: "Retain discarded batch records" of Lambda's event sources, whose messages those of pipes are like.
  const { DDBStreamBatchInfo: batch } = typeof deadLetter === 'string' ? objectOf(deadLetter) : asObject(deadLetter);
  const { approximateArrivalOfFirstRecord: first, approximateArrivalOfLastRecord: last } = asObject(batch);
  const times = [Date.parse(String(first)), Date.parse(String(last))] as const;
  return times.some(Number.isNaN) ? undefined : times;
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return {};
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
