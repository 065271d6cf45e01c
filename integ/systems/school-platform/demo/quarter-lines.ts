/** What became of the reports of a quarter. */
export interface QuarterAnswer {
  readonly period: string;
  readonly status: string;
  readonly schools: number;
  /** How many reports have each status in the table of the sync. */
  readonly counts: Readonly<Record<string, number>>;
  /** Requests with a report that arrived at the API, and the reports that it accepted. */
  readonly sent: number;
  readonly accepted: number;
  readonly doubled: number;
  /** How long it took, by the clock of the sandbox and on this machine. */
  readonly minutes: number;
  readonly seconds: number;
  /** The state machine with the figures of each state. */
  readonly picture: string;
}

/** The end of a quarter, with the picture of its state machine. */
export function quarterLines(answer: QuarterAnswer): string[] {
  const { period, status, schools, counts, sent, accepted, doubled, minutes, seconds, picture } = answer;
  const { CONFIRMED: confirmed = 0, ...others } = counts;
  const rest = Object.entries(others).map(([name, count]) => `, ${count} ${name}`);
  return [
    `The reports of ${period} to a government API that fails two of five requests: the period is ${status}.`,
    `${schools} schools: ${confirmed} confirmed${rest.join('')}. The API got ${sent} requests, accepted ${accepted} reports, and ${doubled === 0 ? 'none' : doubled} twice.`,
    `It took ${minutes} minutes by the clock and ${seconds} s here, because waits are skipped. What each state did:`,
    '',
    ...picture.split('\n').map((line) => `  ${line}`),
  ];
}
