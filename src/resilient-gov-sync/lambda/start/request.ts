import { quotedText } from '../../../runtime/log-line';
import { type Period, periodNamed } from '../period';

/** A person who starts a period. */
export interface Person {
  /** Who asked: the number of a ticket, rather than a name. */
  readonly who: string;
  readonly why: string;
}

/** Why the function is invoked. Times are milliseconds since the epoch. */
export type StartRequest =
  | { readonly kind: 'PERIOD_END' | 'OPEN_PERIODS'; readonly scheduledAt: number }
  | { readonly kind: 'PERSON'; readonly period: Period; readonly person: Person };

const FIELDS: Readonly<Record<StartRequest['kind'], readonly string[]>> = {
  PERIOD_END: ['kind', 'scheduledTime'],
  OPEN_PERIODS: ['kind', 'scheduledTime'],
  PERSON: ['kind', 'period', 'who', 'why'],
};
const LONGEST_TEXT = 1_000;
/** `Date.parse` alone finds a date in almost any text. */
const SCHEDULED_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/;

/**
 * Reads an event: `{"kind":"PERSON","period":"2026Q4","who":"…","why":"…"}` of a person, or that of a schedule.
 *
 * @throws with the field and what is expected
 */
export function readStartRequest(event: unknown, timeZone: string): StartRequest {
  if (typeof event !== 'object' || event === null) throw new Error('invalid event: expected an object with kind');
  const fields = event as Readonly<Record<string, unknown>>;
  const { kind, period, who, why, scheduledTime } = fields;
  if (kind !== 'PERIOD_END' && kind !== 'OPEN_PERIODS' && kind !== 'PERSON') throw wrong('kind', kind, 'PERSON');
  const [unknown] = Object.keys(fields).filter((name) => !FIELDS[kind].includes(name));
  if (unknown !== undefined) throw new Error(`invalid field ${quotedText(unknown, 40)}: expected only ${FIELDS[kind].join(', ')}`);
  if (kind === 'PERSON') {
    if (typeof period !== 'string') throw wrong('period', period, 'a quarter, such as 2026Q4');
    return { kind, period: periodNamed(period, timeZone), person: { who: textOf('who', who), why: textOf('why', why) } };
  }
  const isTime = typeof scheduledTime === 'string' && SCHEDULED_TIME.test(scheduledTime);
  const scheduledAt = isTime ? Date.parse(scheduledTime) : Number.NaN;
  if (Number.isNaN(scheduledAt)) throw wrong('scheduledTime', scheduledTime, 'the time of the schedule, such as 2027-01-05T05:00:00Z');
  return { kind, scheduledAt };
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_TEXT) return value;
  throw wrong(name, value, `a text of 1 to ${LONGEST_TEXT} characters`);
}

function wrong(name: string, value: unknown, expected: string): Error {
  const found = typeof value === 'string' ? `invalid ${name} ${quotedText(JSON.stringify(value), 60)}` : `missing ${name}`;
  return new Error(`${found}: expected ${expected}`);
}
