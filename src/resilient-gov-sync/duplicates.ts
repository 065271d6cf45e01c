import { Duration } from 'aws-cdk-lib';
import { invalid } from '../core/private/base/invalid';
import { DURATION, listOf, NUMBER, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { inUnitOf } from '../core/private/duration-range';
import type { DuplicatesSettings } from './lambda/duplicates';

/** How an API recognizes a report that it has accepted before, by a key in a header. */
export interface IdempotencyKeyOptions {
  /**
   * Name of the header.
   *
   * @default 'Idempotency-Key'
   */
  readonly header?: string;

  /** How long the API remembers a key, as its documentation promises; more than an hour. Later, a report is not sent again. */
  readonly retainedFor: Duration;
}

/** How a report can be looked up. */
export interface LookUpOptions {
  /**
   * Path of the look-up on the host of the endpoint, with `{tenant}` and `{period}`: `/reports/{tenant}/{period}`. Its answer is a 404, or a 2xx
   * with the receipt in the same field as that of a sent report.
   *
   * Every 404 means that the API does not have the report, which is then sent again: also that of a gateway that does not know the path. Try the
   * path with a report that was accepted before you rely on it.
   */
  readonly path: string;

  /**
   * The longest time from the end of the connection until an accepted report is found, as the documentation of the API promises; up to 7
   * days. An API that still works on a report after the connection was closed, as behind a queue, needs that time as well.
   *
   * A report is looked up this long after its call can have ended: up to 4 minutes after it was sent. If that is more than 15 minutes away,
   * the other reports are sent in the meantime, and an attempt after this time looks it up.
   */
  readonly visibleAfter: Duration;
}

/** What an API without keys and look-ups promises about its answers. */
export interface NeitherOptions {
  /**
   * Status codes with which the API says that it did not accept the report, as its documentation promises: `[503]`. Such a report is sent
   * again later. Any of 408, 409 and 500 to 599: after them, the outcome is unknown otherwise. A proxy can answer 502, 503 and 504 after it
   * passed the request on, so the promise has to include those in front of the API.
   *
   * 503 with `Retry-After`, 401 and 429 never leave the outcome unknown.
   *
   * @default - none: a maintenance that is announced by a 503 without `Retry-After` puts aside a report for each probe of the circuit breaker
   */
  readonly notAcceptedStatusCodes?: number[];
}

const MORE_THAN_SECONDS = 3_600;
const LONGEST_VISIBLE = Duration.days(7);

/** Headers that HTTP, an HTTP Task or its connection sets. Documented: "Call HTTPS APIs in Step Functions workflows". */
const RESERVED =
  /^(accept|authorization|connection|content-.*|cookie|date|expect|forwarded|host|range|te|trailer|transfer-encoding|upgrade|user-agent|via|x-amz.*|x-forwarded-.*)$/i;

/** What an API offers against duplicates. It decides what happens to a report if nobody knows whether the API accepted it. */
export class Duplicates {
  /**
   * The API accepts a report once for each key, and answers a request with a key that it has accepted with the receipt of then. A report
   * whose outcome is unknown is sent again with its key, `<tenant>#<period>#<SHA-256 of the payload>`.
   *
   * @param options the header, and how long the API remembers a key
   * @throws when the header is not the name of a header, or the time is not more than an hour
   */
  public static idempotencyKey(options: IdempotencyKeyOptions): Duplicates {
    checkProps('Duplicates.idempotencyKey', options, IDEMPOTENCY_KEY);
    const { header = 'Idempotency-Key', retainedFor } = options;
    if (!/^[A-Za-z0-9-]{1,64}$/.test(header) || RESERVED.test(header)) {
      invalid(
        'Duplicates.idempotencyKey',
        'header',
        header,
        'the name of a header of its own: 1 to 64 letters, digits and hyphens, known at synthesis, and none that HTTP or the connection sets',
      );
    }
    if (retainedFor.isUnresolved() || retainedFor.toSeconds({ integral: false }) <= MORE_THAN_SECONDS) {
      invalid('Duplicates.idempotencyKey', 'retainedFor', retainedFor, 'more than an hour, known at synthesis');
    }
    return new Duplicates({ mode: 'idempotencyKey', header, retainedForMs: retainedFor.toMilliseconds() });
  }

  /**
   * The API tells whether it has a report. A report whose outcome is unknown is looked up once it must be visible, and sent again only if it
   * is not found.
   *
   * @param options the path, and when a report is visible
   * @throws when the path does not name the tenant, or the time is out of range
   */
  public static lookUp(options: LookUpOptions): Duplicates {
    checkProps('Duplicates.lookUp', options, LOOK_UP);
    const { path, visibleAfter } = options;
    const rest = path.replaceAll('{tenant}', '').replaceAll('{period}', '');
    if (!path.includes('{tenant}') || !path.includes('{period}') || !/^\/[\w.~/?=&%-]*$/.test(rest)) {
      invalid(
        'Duplicates.lookUp',
        'path',
        path,
        "a path that begins with a slash and contains {tenant} and {period}: '/reports/{tenant}/{period}'",
      );
    }
    if (visibleAfter.isUnresolved() || visibleAfter.toMilliseconds({ integral: false }) > LONGEST_VISIBLE.toMilliseconds()) {
      const most = inUnitOf(visibleAfter, LONGEST_VISIBLE);
      invalid('Duplicates.lookUp', 'visibleAfter', visibleAfter, `at most ${most}, known at synthesis`);
    }
    return new Duplicates({ mode: 'lookUp', path, visibleAfterMs: visibleAfter.toMilliseconds() });
  }

  /**
   * The API accepts a report as often as it is sent. A report whose outcome is unknown is never sent again: it is put aside with the
   * status `OUTCOME_UNKNOWN`, and a person asks the API's owner.
   *
   * @param options what the API promises about its answers
   * @throws when a status code never leaves the outcome unknown
   */
  public static neither(options: NeitherOptions = {}): Duplicates {
    checkProps('Duplicates.neither', options, NEITHER);
    const { notAcceptedStatusCodes } = options;
    const wrong = notAcceptedStatusCodes?.find((code) => !isOpen(code));
    if (wrong !== undefined) {
      invalid('Duplicates.neither', 'notAcceptedStatusCodes', wrong, '408, 409, or whole numbers from 500 to 599, known at synthesis');
    }
    return new Duplicates({ mode: 'neither', ...(notAcceptedStatusCodes === undefined ? {} : { notAcceptedStatusCodes }) });
  }

  private constructor(
    /** @internal */
    public readonly _duplicatesSettings: DuplicatesSettings,
  ) {}
}

const IDEMPOTENCY_KEY: PropKinds<IdempotencyKeyOptions> = { header: STRING, retainedFor: required(DURATION) };
const LOOK_UP: PropKinds<LookUpOptions> = { path: required(STRING), visibleAfter: required(DURATION) };
const NEITHER: PropKinds<NeitherOptions> = {
  notAcceptedStatusCodes: listOf(NUMBER, 'a list of status codes, such as [503]'),
};

/** Whether an answer with this status can come from an API that accepted the report. */
function isOpen(code: number): boolean {
  return Number.isInteger(code) && (code === 408 || code === 409 || (code >= 500 && code <= 599));
}
