import { type CallResult, objectOf } from './answer';
import { retryAfterMs } from './retry-after';

/** Where the JSON of a 2xx answer says what became of a report: names of fields, with dots for nested ones. */
export interface Confirmation {
  /** The receipt: a text or a number. */
  readonly receipt: string;
  /** An error in an answer with the status 200. */
  readonly error?: string;
  /** Whether the same report can be sent again after this error. Without it, an error of a 2xx answer rejects the report. */
  readonly retryable?: string;
  /** What is wrong, for a person, in an answer of any status. */
  readonly reason?: string;
}

/** What an answer means for the report, and for the circuit breaker. */
export type Judgement =
  | { readonly outcome: 'CONFIRMED'; readonly receipt: string; readonly breaker: 'SUCCESS' }
  /** The API did not accept the report, and may accept it later. `holdMs`: how long no call is made. */
  | { readonly outcome: 'TRY_LATER'; readonly reason: string; readonly holdMs?: number; readonly breaker: 'FAILURE' | 'NEITHER' }
  /** The API does not accept the report as it is. */
  | {
      readonly outcome: 'REJECTED';
      readonly reason: string;
      readonly breaker: 'SUCCESS' | 'NEITHER';
      /** Whether the API looked at the report: otherwise the answer can be about the caller or the path. */
      readonly isAboutReport: boolean;
    }
  /** The API may have accepted the report. */
  | { readonly outcome: 'UNKNOWN'; readonly reason: string; readonly breaker: 'FAILURE' | 'NEITHER' };

/** Statuses after which the report was not accepted. After 401 and 407, the connection renews its token. */
const NOT_ACCEPTED = [401, 407, 425, 429];
/** Maintenance, if it says until when. Without `Retry-After`, a proxy can have answered it after it passed the request on. */
const UNAVAILABLE = 503;
/** Statuses below 500 that leave the outcome open: 408 can follow a request that was read, 409 one that is in progress or done. */
const OPEN = [408, 409];
/** Statuses of an API that looked at the report and does not accept it. */
const ABOUT_REPORT = [400, 422];

/**
 * Judges an answer by the rules of ADR-105. What is neither a confirmation nor a declared rejection is unknown, so that no report is sent
 * twice, and none is taken for confirmed.
 *
 * @param promised further statuses after which the report was not accepted, as the documentation of the API promises
 */
export function judge(result: CallResult, confirmation: Confirmation, now: number, promised: readonly number[] = []): Judgement {
  if (result.kind === 'notSent')
    return { outcome: 'TRY_LATER', reason: result.reason, breaker: result.isLate === true ? 'NEITHER' : 'FAILURE' };
  if (result.kind === 'noAnswer') return { outcome: 'UNKNOWN', reason: result.reason, breaker: 'FAILURE' };
  const { status, headers, body } = result;
  const reason = `HTTP ${status}`;
  if (status >= 200 && status < 300) return judgeBody(body, reason, confirmation);
  const holdMs = retryAfterMs(headers, now);
  if (NOT_ACCEPTED.includes(status) || promised.includes(status) || (status === UNAVAILABLE && holdMs !== undefined))
    return { outcome: 'TRY_LATER', reason, holdMs, breaker: [429, ...OPEN].includes(status) ? 'NEITHER' : 'FAILURE' };
  if (OPEN.includes(status)) return { outcome: 'UNKNOWN', reason, breaker: 'NEITHER' };
  if (status >= 300 && status < 500)
    return { outcome: 'REJECTED', reason, breaker: 'SUCCESS', isAboutReport: ABOUT_REPORT.includes(status) };
  return { outcome: 'UNKNOWN', reason, breaker: 'FAILURE' };
}

function judgeBody(body: unknown, reason: string, { receipt, error, retryable }: Confirmation): Judgement {
  const found = valueAt(body, receipt);
  const hasReceipt = (typeof found === 'string' && found !== '') || typeof found === 'number';
  const isError = error !== undefined && isSomething(valueAt(body, error));
  if (isError && hasReceipt) return { outcome: 'UNKNOWN', reason: `${reason} with a receipt and an error`, breaker: 'NEITHER' };
  if (isError && retryable !== undefined && valueAt(body, retryable) === true)
    return { outcome: 'TRY_LATER', reason: `${reason} with an error that can be retried`, breaker: 'NEITHER' };
  if (isError) return { outcome: 'REJECTED', reason: `${reason} with an error`, breaker: 'NEITHER', isAboutReport: true };
  if (hasReceipt) return { outcome: 'CONFIRMED', receipt: String(found), breaker: 'SUCCESS' };
  return { outcome: 'UNKNOWN', reason: `${reason} without a receipt`, breaker: 'FAILURE' };
}

/** Some APIs always have the field of an error: as an empty text, list or object, or as 0, if there is none. */
function isSomething(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return ![undefined, null, false, '', 0].includes(value as null);
}

/** The value at a path, of own properties only: `constructor` is in no answer. */
function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((found, name) => {
    const object = objectOf(found);
    return Object.hasOwn(object, name) ? object[name] : undefined;
  }, value);
}
