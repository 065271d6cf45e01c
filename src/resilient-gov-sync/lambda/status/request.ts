import { quotedText } from '../../../runtime/log-line';
import type { ReportStatus } from '../items';
import { REPORT_STATUSES } from './words';

/** What a person wants to see. */
export interface StatusRequest {
  /** HTML for a browser, or for a custom widget of a dashboard; JSON for a program. */
  readonly format: 'html' | 'json';
  /** The period whose schools are shown. Without one, the latest period that was started. */
  readonly period?: string;
  /** Schools with this status only. */
  readonly status?: ReportStatus;
  /** Schools after this one, for the next page. */
  readonly after?: string;
  /** Schools on a page. */
  readonly limit: number;
  /** Whether a dashboard asks, whose buttons call the function again. */
  readonly isWidget: boolean;
}

const FIELDS = ['format', 'period', 'status', 'after', 'limit', 'widgetContext'];
const SCHOOLS_ON_A_PAGE = 100;
const MOST_ON_A_PAGE = 1_000;
const LONGEST_TEXT = 1_024;

/**
 * Reads an event: `{}`, `{"format":"html","period":"2026Q4","status":"REJECTED"}`, or that of a custom widget of CloudWatch.
 *
 * @throws with the field and what is expected
 */
export function readStatusRequest(event: unknown): StatusRequest {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) throw new Error('invalid event: expected an object, such as {}');
  const fields = event as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) throw new Error(`invalid field ${quotedText(unknown, 40)}: expected only ${FIELDS.slice(0, -1).join(', ')}`);
  const isWidget = fields.widgetContext !== undefined;
  const { format = isWidget ? 'html' : 'json', period, status, after, limit = SCHOOLS_ON_A_PAGE } = fields;
  if (format !== 'html' && format !== 'json') throw new Error('invalid format: expected html or json');
  if (status !== undefined && !REPORT_STATUSES.includes(status as ReportStatus))
    throw new Error(`invalid status: expected one of ${REPORT_STATUSES.join(', ')}`);
  if (!Number.isInteger(limit) || Number(limit) < 1 || Number(limit) > MOST_ON_A_PAGE)
    throw new Error(`invalid limit: expected an integer between 1 and ${MOST_ON_A_PAGE}`);
  return {
    ...{ format, period: text('period', period), status: status as ReportStatus | undefined },
    ...{ after: text('after', after), limit: Number(limit), isWidget },
  };
}

function text(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_TEXT)
    throw new Error(`invalid ${name}: expected a text of 1 to ${LONGEST_TEXT} characters`);
  return value;
}
