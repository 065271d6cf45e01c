import type { FaultName } from '../../../government-api';

/** What became of the reports of a quarter. */
export interface QuarterAnswer {
  readonly period: string;
  /** `COMPLETE` if each report has an end. */
  readonly status: string;
  /** How often the state machine was started. */
  readonly attempts: number;
  /** How many reports have each status in the table of the sync. */
  readonly counts: Readonly<Record<string, number>>;
  /** The grades in the table of the platform, and those in the reports that the API accepted. */
  readonly grades: number;
  readonly gradesAccepted: number;
  /** How many requests with a report had each outcome at the API. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Reports that the API accepted, and how often it accepted one again. */
  readonly accepted: number;
  readonly doubled: number;
  /** Schools whose report is confirmed in the table of the sync, and was not accepted by the API. */
  readonly lost: readonly string[];
  /** How long it took, by the clock of the sandbox and on this machine. */
  readonly minutes: number;
  readonly seconds: number;
  /** The state machine with the figures of each state. */
  readonly picture: string;
  /** Files with the picture, and with the status page of the sync, for a browser. */
  readonly pages: readonly string[];
}

/** What the API does with requests, as a reader of the demo calls it. */
export const OUTCOMES: readonly (readonly [name: string, of: readonly (FaultName | 'processed' | 'burst' | 'unauthorized')[]])[] = [
  ['accepted', ['processed']],
  ['accepted after up to 40 s', ['slowAnswer']],
  ['accepted, but the answer was lost', ['timeoutAfter', 'gatewayTimeoutAfter', 'unavailableAfter', 'cutAnswer', 'truncatedJson']],
  ['429, too many requests', ['rateLimited', 'rateLimitedSeconds', 'rateLimitedDate']],
  ['500 or 503', ['serverError', 'unavailable', 'burst']],
  ['200 with an error inside', ['errorInside']],
  ['no answer, or a closed connection', ['timeoutBefore', 'resetBefore']],
  ['401, although the token is valid', ['unauthorized']],
];
const SUCCESSES: readonly string[] = ['processed', 'slowAnswer'];
const ENDS: readonly string[] = ['CONFIRMED', 'REJECTED', 'OUTCOME_UNKNOWN'];
const LONGEST_BAR = 40;

/** The end of a quarter, with the picture of its state machine. */
export function quarterLines(answer: QuarterAnswer): string[] {
  const { period, attempts, counts, grades, outcomes, doubled, minutes, seconds, picture, pages } = answer;
  const sum = (of: (name: string) => boolean, from = counts) =>
    Object.entries(from).reduce((total, [name, count]) => total + (of(name) ? count : 0), 0);
  const of = (status: string) => counts[status] ?? 0;
  const sent = sum(() => true, outcomes);
  const faults = sum((name) => !SUCCESSES.includes(name), outcomes);
  const broken = brokenPromises(answer);
  return [
    `The reports of ${period} to a government API that fails in every way, by a plan that is the same in each run:`,
    `  ${sum(() => true)} planned from the lake, with ${grades.toLocaleString('en-US')} grades; sent in ${sent} requests, ${faults} of which met a fault.`,
    `  ${of('CONFIRMED')} confirmed, ${of('REJECTED')} rejected, ${of('OUTCOME_UNKNOWN')} unknown, ${sum((name) => !ENDS.includes(name))} waiting, after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}. Accepted twice by the API: ${doubled}.`,
    broken.length === 0 ? '  Each report arrived once, with the grades of the table.' : `  NOT as promised: ${broken.join(', and ')}.`,
    'What the API did with the requests:',
    ...outcomeLines(outcomes),
    `The state machine took ${minutes} minutes by the clock, and ${seconds} s here, because waits are skipped. How often each state was entered:`,
    '',
    ...picture.split('\n').map((line) => `  ${line}`.trimEnd()),
    '',
    `In a browser, with the page that the school administration sees: ${pages.join(' and ')}`,
  ];
}

function outcomeLines(outcomes: QuarterAnswer['outcomes']): string[] {
  const known = new Set<string>(OUTCOMES.flatMap(([, names]) => names));
  const rows = [
    ...OUTCOMES.map(([name, names]) => [name, names.reduce((total, one) => total + (outcomes[one] ?? 0), 0)] as const),
    ...Object.entries(outcomes).filter(([name]) => !known.has(name)),
  ].filter(([, count]) => count > 0);
  const width = Math.max(...rows.map(([name]) => name.length));
  const most = Math.max(...rows.map(([, count]) => count));
  return rows.map(
    ([name, count]) =>
      `  ${name.padEnd(width)}  ${String(count).padStart(4)}  ${'█'.repeat(Math.max(1, Math.round((count / most) * Math.min(LONGEST_BAR, most))))}`,
  );
}

/** What does not hold, in words that end a sentence. Each report is valid, so that none may be rejected. */
export function brokenPromises({ period, status, counts, grades, gradesAccepted, accepted, doubled, lost }: QuarterAnswer): string[] {
  const planned = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    ...(status === 'COMPLETE' ? [] : [`${period} is ${status}`]),
    ...(planned === 0 ? ['no report was planned'] : []),
    ...((counts.CONFIRMED ?? 0) === planned ? [] : [`${planned - (counts.CONFIRMED ?? 0)} of ${planned} reports are not confirmed`]),
    ...(lost.length === 0 ? [] : [`${lost.join(', ')} confirmed, but not accepted by the API`]),
    ...(accepted === planned ? [] : [`the API accepted ${accepted} of ${planned} reports`]),
    ...(doubled === 0 ? [] : [`the API accepted ${doubled} reports twice`]),
    ...(grades === gradesAccepted ? [] : [`the reports have ${gradesAccepted} grades, and the table has ${grades}`]),
  ];
}
