import { createHash } from 'node:crypto';

/** An item in DynamoDB's JSON. */
type Image = Readonly<Record<string, Value>>;
type Value = Readonly<Record<string, unknown>>;

/** How lines of an export become rows. */
export interface RowSettings {
  readonly keys: readonly string[];
  readonly timeToLiveAttribute?: string;
  readonly changedAtAttributes?: readonly string[];
  /** The first year that queries of the lake look for. */
  readonly firstYear: number;
  /** When the whole table was exported, in seconds since 1970. Absent for the changes of a span. */
  readonly exportedAt?: number;
}

/** A record for the delivery stream, as the pipe sends it, but without a sequence number. */
export interface LakeRow {
  readonly event_id: string;
  /** A state of the whole table, or a change in a span: whether it inserted the item is known only from its old state. */
  readonly event_name: 'BACKFILL' | 'UPSERT';
  /** Seconds since 1970. */
  readonly changed_at: number;
  readonly item: Image;
}

/** Why a line is no row. */
export type Skipped = 'removed' | 'expired';

const MICROS = 1_000_000;
/** Documented: "Using time to live (TTL) in DynamoDB": items that expired more than five years ago are not deleted. */
const IGNORED_AFTER_SECONDS = 5 * 365 * 24 * 3_600;

/**
 * Reads a line of an export. Documented: "DynamoDB table export output format".
 *
 * The id of a row is that of the same state of the same item in every export: of its keys and the time of its last write in a span, and of
 * its whole content in an export of the whole table, which has no times of writes.
 *
 * @throws when the line is none of an export
 */
export function rowOf(line: string, settings: RowSettings): LakeRow | Skipped {
  const { Item, Keys, NewImage, Metadata } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const { keys, exportedAt } = settings;
  if (exportedAt !== undefined) {
    if (!isImage(Item)) throw new Error('a line of the export has no Item');
    if (isExpired(Item, settings, exportedAt)) return 'expired';
    return { event_id: idOf(ordered(Item)), event_name: 'BACKFILL', changed_at: changedAt(Item, settings, exportedAt), item: Item };
  }
  const micros = Number((Metadata as { readonly WriteTimestampMicros?: { readonly N?: unknown } } | undefined)?.WriteTimestampMicros?.N);
  if (!isImage(Keys) || !(micros > 0)) throw new Error('a line of the export has no Keys or no WriteTimestampMicros');
  if (!isImage(NewImage)) return 'removed';
  return {
    event_id: idOf([keys.map((name) => Keys[name]), micros]),
    event_name: 'UPSERT',
    changed_at: Math.floor(micros / MICROS),
    item: NewImage,
  };
}

function isImage(value: unknown): value is Image {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isExpired(item: Image, { timeToLiveAttribute }: RowSettings, at: number): boolean {
  const expiry = timeToLiveAttribute === undefined ? Number.NaN : Number(item[timeToLiveAttribute]?.N);
  return expiry < at && expiry > at - IGNORED_AFTER_SECONDS;
}

/**
 * The first attribute that is a time in the years of the lake, until the export; the time of the export if there is none. A row of an earlier
 * year would be in a folder that no query reads.
 */
function changedAt(item: Image, { changedAtAttributes = [], firstYear }: RowSettings, exportedAt: number): number {
  const first = Date.UTC(firstYear, 0) / 1000;
  const times = changedAtAttributes.map((name) => secondsOf(item[name]));
  return Math.floor(times.find((seconds) => seconds >= first && seconds <= exportedAt) ?? exportedAt);
}

/** A number of seconds or milliseconds since 1970, or a time in ISO 8601; else NaN. */
function secondsOf(value: Value | undefined): number {
  if (typeof value?.S === 'string') return Date.parse(value.S) / 1000;
  const number = Number(value?.N);
  return number >= FIRST_MILLISECONDS ? number / 1000 : number;
}

/** As seconds it would be the year 5138. */
const FIRST_MILLISECONDS = 100_000_000_000;

function idOf(content: unknown): string {
  return `backfill-${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 40)}`;
}

/** The same text for the same value: keys of maps and members of sets have no order. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.keys(value)
    .sort()
    .map((name) => {
      const member = (value as Readonly<Record<string, unknown>>)[name];
      const isSet = ['SS', 'NS', 'BS'].includes(name) && Array.isArray(member);
      return [name, isSet ? [...member].sort() : ordered(member)];
    });
}

/** Documented: "Record" (Amazon Data Firehose API Reference). */
export const LARGEST_RECORD_BYTES = 1_024_000;

/** The record of a row, as it is sent. */
export function recordOf(row: LakeRow): Buffer {
  return Buffer.from(JSON.stringify(row));
}

/** A line of the quarantine table. Documented: "Handling errors for data format conversion", whose names the table has. */
export function quarantineLine(record: Buffer, at: number): string {
  const fields = {
    ...{ attemptsMade: 0, arrivalTimestamp: at, errorCode: 'BackfillRecordTooLarge' },
    errorMessage: `The item has ${record.length} bytes as JSON. Firehose accepts ${LARGEST_RECORD_BYTES}.`,
    rawData: record.toString('base64'),
  };
  return `${JSON.stringify(fields)}\n`;
}
