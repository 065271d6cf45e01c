import { quotedText } from '../../runtime/log-line';
import type { ExportMessage } from './messages';

/** What an operator asks for: nothing for the whole table, or a span of time. */
export interface BackfillRequest {
  /** ISO 8601, in UTC: `2026-11-28T06:00:00Z`. Included. */
  readonly from?: unknown;
  /** Not included. */
  readonly to?: unknown;
  readonly windowMinutes?: unknown;
}

/** Documented: "Requesting a table export in DynamoDB", incremental exports. */
const LEAST_WINDOW_SECONDS = 15 * 60;
const MOST_WINDOW_SECONDS = 24 * 3_600;
const LONGEST_QUOTED = 64;
const NAMES = ['from', 'to', 'windowMinutes'];
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z$/;

/** For which times DynamoDB knows the table, in seconds since 1970: at most the last 35 days, until about five minutes ago. */
export interface Recoverable {
  readonly earliest: number;
  readonly latest: number;
}

/**
 * The exports that a request needs. A span is divided into windows of equal length, because an export has each item once, with its state at
 * the end.
 *
 * @param id of the backfill
 * @throws when the request is invalid
 */
export function planOf(request: unknown, id: string, { earliest, latest }: Recoverable): ExportMessage[] {
  const { from, to, windowMinutes } = readRequest(request);
  if (from === undefined) {
    if (to !== undefined) invalid('to', to, 'from as well: a span needs its start');
    if (windowMinutes !== undefined) invalid('windowMinutes', windowMinutes, 'from as well: the whole table is one export');
    return [{ kind: 'export', backfill: id, index: 0, attempt: 1 }];
  }
  const first = secondsOf('from', from);
  const last = to === undefined ? latest : secondsOf('to', to);
  if (first < earliest) invalid('from', from, `${iso(earliest)} or later, as far as point-in-time recovery reaches back`);
  if (last > latest) invalid('to', to, `${iso(latest)} or earlier, the latest time that point-in-time recovery knows`);
  if (last - first < LEAST_WINDOW_SECONDS) invalid('from', from, 'a time at least 15 minutes before the end of the span');
  return windowsOf(first, last, windowSeconds(windowMinutes)).map((span, index) => ({
    ...{ kind: 'export', backfill: id, index, attempt: 1, span },
  }));
}

function readRequest(request: unknown): BackfillRequest {
  const read = request ?? {};
  if (typeof read !== 'object' || Array.isArray(read)) throw new Error('invalid request: expected an object: {} or {"from":"…","to":"…"}');
  const unknown = Object.keys(read).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new Error(`unknown property ${quotedText(unknown, LONGEST_QUOTED)}: expected ${NAMES.join(', ')}`);
  return read;
}

function secondsOf(name: string, value: unknown): number {
  const milliseconds = typeof value === 'string' && ISO.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(milliseconds)) invalid(name, value, 'a time in UTC, such as "2026-11-28T06:00:00Z"');
  return Math.floor(milliseconds / 1000);
}

function windowSeconds(minutes: unknown = LEAST_WINDOW_SECONDS / 60): number {
  const seconds = typeof minutes === 'number' && Number.isInteger(minutes) ? minutes * 60 : Number.NaN;
  if (!(seconds >= LEAST_WINDOW_SECONDS && seconds <= MOST_WINDOW_SECONDS)) {
    invalid('windowMinutes', minutes, 'a whole number between 15 and 1440');
  }
  return seconds;
}

/** Windows of about the same length, none shorter or longer than an export can be, whatever the length of the span. */
function windowsOf(from: number, to: number, window: number): { readonly from: number; readonly to: number }[] {
  const length = to - from;
  const most = Math.floor(length / LEAST_WINDOW_SECONDS);
  const least = Math.ceil(length / MOST_WINDOW_SECONDS);
  const count = Math.min(most, Math.max(least, Math.ceil(length / window)));
  const start = (index: number) => from + Math.round((index * length) / count);
  return Array.from({ length: count }, (_, index) => ({ from: start(index), to: start(index + 1) }));
}

function iso(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

function invalid(name: string, value: unknown, right: string): never {
  throw new Error(`invalid ${name} ${quotedText(JSON.stringify(value) ?? 'undefined', LONGEST_QUOTED)}: expected ${right}`);
}
