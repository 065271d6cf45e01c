import { PUT_ASIDE } from '../items';
import { sum } from '../sum';
import type { PeriodSummary, SchoolStatus, Status } from './read-status';
import type { StatusRequest } from './request';
import { PERIOD_WORDS, REPORT_STATUSES, REPORT_WORDS } from './words';

export interface PageOptions {
  readonly timeZone: string;
  /** The function itself, which buttons of a dashboard call. Pages for a browser have no buttons. */
  readonly functionArn?: string;
}

/**
 * The status as a page without scripts, for a browser or for a custom widget of a CloudWatch dashboard. Every text of it is escaped: names
 * of schools, and what the API answered.
 */
export function pageOf(status: Status, request: StatusRequest, { timeZone, functionArn }: PageOptions): string {
  const time = timeFormat(timeZone);
  const button = (label: string, more: Partial<StatusRequest>) => actionOf(label, functionArn, request, more);
  const { shown } = status;
  const body = [
    `<p class="note">As of ${time(status.asOf)}, times in ${escaped(timeZone)}.</p>`,
    status.api.since === undefined
      ? ''
      : `<p class="attention">The authority's system has not worked since ${time(status.api.since)}. No report is sent until it does. Nothing is lost.</p>`,
    shown === undefined ? '<p>No period was started yet.</p>' : summary(shown, time, button),
    shown === undefined ? '' : schools(status, request, time, button),
    periods(status.periods, time, button),
  ];
  const content = `<style>${STYLE}</style><div class="gov-sync">${body.filter((part) => part !== '').join('\n')}</div>`;
  if (request.isWidget) return content;
  const title = shown === undefined ? 'Government reports' : `Government reports ${shown.period}`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title></head><body>${content}</body></html>`;
}

type Time = (iso: string | undefined) => string;
type Button = (label: string, more: Partial<StatusRequest>) => string;

function summary(shown: NonNullable<Status['shown']>, time: Time, button: Button): string {
  const { counts, status } = shown;
  const open = putAside(counts);
  const next = status === 'WAITING_FOR_LOOK_UP' ? 'They are looked up after' : 'If it fails, it is tried again after';
  const state =
    status === 'COMPLETE' && open > 0 ? `Finished, except for ${reports(open)} that a person must decide about` : PERIOD_WORDS[status];
  const facts = [
    shown.waitReason === undefined ? '' : `Reason: ${escaped(shown.waitReason)}.`,
    status === 'COMPLETE' || shown.attempt === undefined ? '' : `Attempt ${shown.attempt}.`,
    shown.nextAttemptAt === undefined ? '' : `${next} ${time(shown.nextAttemptAt)}.`,
    shown.exhaustedAt === undefined ? '' : `No further attempt starts by itself since ${time(shown.exhaustedAt)}: start one.`,
    shown.dueAt === undefined ? '' : `Due ${time(shown.dueAt)}.`,
  ].filter((fact) => fact !== '');
  const figures = [
    ['Reports', counts.reports, ''],
    ['Sent at least once', counts.sent, ''],
    ...REPORT_STATUSES.map((one) => [REPORT_WORDS[one], counts[one], counts[one] > 0 ? one : ''] as const),
  ] as const;
  const cells = figures.map(([label, count, filter]) => {
    const attention = filter !== '' && PUT_ASIDE.includes(filter) ? ' class="attention"' : '';
    const shownButton = filter === '' ? '' : button('Show', { status: filter, after: undefined });
    return `<tr${attention}><td>${label}</td><td class="number">${count}</td><td>${shownButton}</td></tr>`;
  });
  return [
    `<h1>${escaped(shown.period)}: ${state}</h1>`,
    `<p>Since ${time(shown.since)}. ${facts.join(' ')}</p>`,
    bar(counts),
    `<table class="figures"><tbody>${cells.join('')}</tbody></table>`,
  ].join('\n');
}

function reports(count: number): string {
  return count === 1 ? '1 report' : `${count} reports`;
}

/** The shares of arrived reports, of those on their way, and of those that need a person. */
type Counts = NonNullable<Status['shown']>['counts'];

/** Reports that a person must decide about. */
function putAside(counts: Counts): number {
  return sum(PUT_ASIDE.map((one) => counts[one]));
}

function bar(counts: Counts): string {
  if (counts.reports === 0) return '';
  const parts = [
    ['arrived', counts.CONFIRMED],
    ['asking', putAside(counts)],
    ['open', counts.PLANNED + counts.SENDING + counts.WAITING],
  ] as const;
  const spans = parts.map(([name, count]) => `<span class="${name}" style="width:${((100 * count) / counts.reports).toFixed(2)}%"></span>`);
  return `<div class="bar" title="${counts.CONFIRMED} of ${counts.reports} arrived">${spans.join('')}</div>`;
}

function schools({ schools: page, next }: Status, request: StatusRequest, time: Time, button: Button): string {
  const which = request.status === undefined ? 'Schools' : `Schools: ${REPORT_WORDS[request.status]}`;
  const back =
    request.status === undefined && request.after === undefined ? '' : button('All schools', { status: undefined, after: undefined });
  const more = next === undefined ? '' : `<p>More schools follow after ${escaped(next)}. ${button('Next page', { after: next })}</p>`;
  const rows = page.map((school) => row(school, time)).join('');
  return [
    `<h2>${which}</h2>`,
    back,
    page.length === 0 ? '<p>None.</p>' : '',
    page.length === 0
      ? ''
      : `<table class="schools"><thead><tr><th>School</th><th>Report</th><th>Since</th><th class="number">Sent</th><th class="number">Rows</th><th>Details</th></tr></thead><tbody>${rows}</tbody></table>`,
    more,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function row(
  { school, status, since, sends, rows, revision, waitUntil, receipt, reason, said, removedAt }: SchoolStatus,
  time: Time,
): string {
  const more = [
    receipt === undefined ? '' : `Receipt ${escaped(receipt)}`,
    reason === undefined ? '' : escaped(reason),
    waitUntil === undefined ? '' : `until ${time(waitUntil)}`,
    revision > 1 ? `correction ${revision - 1}` : '',
    removedAt === undefined ? '' : `its data was removed on ${time(removedAt)}`,
    // The last one: it can end with a point.
    said === undefined ? '' : `it said: ${escaped(said)}`,
  ].filter((part) => part !== '');
  const attention = PUT_ASIDE.includes(status) ? ' class="attention"' : '';
  return `<tr${attention}><td>${escaped(school)}</td><td>${REPORT_WORDS[status]}</td><td>${time(since)}</td><td class="number">${sends}</td><td class="number">${rows ?? ''}</td><td>${more.join(', ')}</td></tr>`;
}

function periods(all: readonly PeriodSummary[], time: Time, button: Button): string {
  if (all.length === 0) return '';
  const rows = all.map(
    ({ period, status, since, dueAt, closedAt }) =>
      `<tr><td>${escaped(period)}</td><td>${PERIOD_WORDS[status]}</td><td>${time(since)}</td><td>${time(dueAt)}</td><td>${time(closedAt)}</td><td>${button('Show', { period, status: undefined, after: undefined })}</td></tr>`,
  );
  return `<h2>Periods</h2>\n<table class="periods"><thead><tr><th>Period</th><th>Status</th><th>Since</th><th>Due</th><th>Closed</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** Documented: "Interactivity in the custom widget" (Amazon CloudWatch User Guide): the element acts on the one before it. */
function actionOf(label: string, functionArn: string | undefined, request: StatusRequest, more: Partial<StatusRequest>): string {
  if (functionArn === undefined) return '';
  const { period, status, after, limit } = { ...request, ...more };
  const parameters = escaped(JSON.stringify({ format: 'html', period, status, after, limit }));
  return `<a class="btn">${label}</a><cwdb-action action="call" display="widget" endpoint="${escaped(functionArn)}">${parameters}</cwdb-action>`;
}

function timeFormat(timeZone: string): Time {
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return (iso) => (iso === undefined ? '' : escaped(format.format(new Date(iso))));
}

const CHARACTERS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** For texts and for values of attributes in quotes. Characters that change the direction of the text around them are shown as such. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => CHARACTERS[character]).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

const STYLE = [
  '.gov-sync{font:14px/1.5 system-ui,sans-serif;color:#16191f;background:#fff;color-scheme:light;max-width:64rem;margin:1rem auto;padding:0 1rem}',
  '.gov-sync h1{font-size:1.5rem;margin:.5rem 0}',
  '.gov-sync h2{font-size:1.15rem;margin:1.5rem 0 .5rem}',
  '.gov-sync table{border-collapse:collapse;width:100%}',
  '.gov-sync table.figures{width:auto;min-width:min(24rem,100%)}',
  '.gov-sync th,.gov-sync td{text-align:left;padding:.3rem .75rem .3rem .5rem;border-bottom:1px solid #d5dbdb;vertical-align:top;overflow-wrap:break-word}',
  '.gov-sync .number{text-align:right;font-variant-numeric:tabular-nums}',
  '.gov-sync .note{color:#545b64}',
  '.gov-sync .attention{background:#fdf3e6}',
  '.gov-sync p.attention{padding:.5rem .75rem;border-left:4px solid #b35900}',
  '.gov-sync .bar{display:flex;height:.75rem;margin:.75rem 0;background:#e9ebed;border-radius:.375rem;overflow:hidden}',
  '.gov-sync .bar .arrived{background:#037f0c}',
  '.gov-sync .bar .asking{background:#b35900}',
  '.gov-sync .schools td:nth-child(3),.gov-sync .periods td:nth-child(n+3){white-space:nowrap}',
  // On a phone, each row is a paragraph: six columns would be wider than the screen.
  '@media(max-width:40rem){',
  '.gov-sync .schools thead,.gov-sync .periods thead{display:none}',
  '.gov-sync .schools tr,.gov-sync .periods tr{display:block;padding:.5rem;border-bottom:1px solid #d5dbdb}',
  '.gov-sync .schools td,.gov-sync .periods td{display:inline-block;padding:0 .75rem 0 0;border:0;overflow-wrap:anywhere}',
  '.gov-sync .schools td:empty,.gov-sync .periods td:empty{display:none}',
  '.gov-sync td:nth-child(1){font-weight:600}.gov-sync .figures td:nth-child(1){font-weight:400}',
  '.gov-sync .schools td:nth-child(3)::before,.gov-sync .periods td:nth-child(3)::before{content:"since "}',
  '.gov-sync .schools td:nth-child(4)::before{content:"sent "}',
  '.gov-sync .schools td:nth-child(4)::after{content:"×"}',
  '.gov-sync .schools td:nth-child(5)::before{content:"rows "}',
  '.gov-sync .periods td:nth-child(4)::before{content:"due "}',
  '.gov-sync .periods td:nth-child(5)::before{content:"closed "}',
  '}',
].join('');
