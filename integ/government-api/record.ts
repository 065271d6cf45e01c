import type { Acceptance } from './reports';

/** One request that arrived. */
export interface Arrival {
  readonly at: number;
  readonly request: 'token' | 'report' | 'lookUp' | 'other';
  /** Of the report. */
  readonly reference?: string;
  /** What happened to it: the name of a fault, `maintenance`, `burst`, `rateExceeded`, `unauthorized`, or `processed`. */
  readonly outcome: string;
}

/** What arrived for one report. */
export interface ReportRecord {
  readonly reference: string;
  /** When each request with the report arrived. */
  readonly sentAt: readonly number[];
  readonly acceptances: readonly Acceptance[];
}

/** The figures that a proof compares with those of the client. */
export interface Figures {
  /** Requests with a report. */
  readonly sent: number;
  readonly lookUps: number;
  readonly tokens: number;
  /** Reports that were accepted at least once. */
  readonly accepted: number;
  /** Times that a report was accepted although it had been accepted before. */
  readonly doubled: number;
  /** Rows of the accepted reports, each report counted once. */
  readonly rows: number;
  /** The most reports and look-ups that arrived in any second. */
  readonly maxRate: number;
  /** Reports and look-ups that arrived during maintenance. */
  readonly duringMaintenance: number;
}

/** The record of what arrived and what was accepted. */
export interface ApiRecord {
  readonly arrivals: readonly Arrival[];
  readonly reports: readonly ReportRecord[];
  readonly figures: Figures;
}

const SECOND_MS = 1_000;
const isCall = ({ request }: Arrival) => request === 'report' || request === 'lookUp';

export function recordOf(arrivals: readonly Arrival[], acceptances: readonly Acceptance[]): ApiRecord {
  const reports = new Map<string, { sentAt: number[]; acceptances: Acceptance[] }>();
  const of = (reference: string) => {
    const found = reports.get(reference) ?? { sentAt: [], acceptances: [] };
    reports.set(reference, found);
    return found;
  };
  for (const { request, reference, at } of arrivals) if (request === 'report' && reference !== undefined) of(reference).sentAt.push(at);
  for (const acceptance of acceptances) of(acceptance.reference).acceptances.push(acceptance);
  const firsts = [...reports.values()].flatMap((report) => report.acceptances.slice(0, 1));
  const count = (request: Arrival['request']) => arrivals.filter((arrival) => arrival.request === request).length;
  return {
    arrivals,
    reports: [...reports].map(([reference, report]) => ({ reference, ...report })),
    figures: {
      ...{ sent: count('report'), lookUps: count('lookUp'), tokens: count('token') },
      accepted: firsts.length,
      doubled: acceptances.length - firsts.length,
      rows: firsts.reduce((sum, { rows }) => sum + rows, 0),
      maxRate: highestRate(arrivals.filter(isCall).map(({ at }) => at)),
      duringMaintenance: arrivals.filter((arrival) => isCall(arrival) && arrival.outcome === 'maintenance').length,
    },
  };
}

/** The most times in any window of one second that begins with one of them and excludes its own end. */
export function highestRate(times: readonly number[]): number {
  const sorted = [...times].sort((one, other) => one - other);
  let first = 0;
  let highest = 0;
  for (const [index, time] of sorted.entries()) {
    while (sorted[first] <= time - SECOND_MS) first++;
    highest = Math.max(highest, index - first + 1);
  }
  return highest;
}
