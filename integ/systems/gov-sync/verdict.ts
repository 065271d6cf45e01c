import type { ApiRecord } from '../../government-api';

/** A report that must arrive. */
export interface PlannedReport {
  readonly school: string;
  /** The client's name of the report at the API. */
  readonly reference: string;
  /** Grades that the platform accepted. */
  readonly rows: number;
  /** Whether the API accepts it. */
  readonly isValid: boolean;
}

/** What the table of the sync says about a report. */
export interface ReportItem {
  readonly school: string;
  readonly status: string;
  readonly payloadHash: string;
  readonly rows?: number;
  readonly sends?: number;
  readonly receipt?: string;
}

/** What became of the reports of one period. */
export interface Verdict {
  readonly reports: number;
  readonly confirmed: number;
  /** Reports whose outcome a person has to find out. */
  readonly unknown: number;
  readonly deadLettered: number;
  /** Reports without an end, or confirmed although the API did not accept them. */
  readonly lost: number;
  /** Times that the API accepted a report that it had accepted before. */
  readonly doubled: number;
  /** Rejected, although the report is valid or the API accepted it. */
  readonly deadLetteredWrongly: number;
  /** Accepted with another content or receipt than the table has. */
  readonly altered: number;
  /** Rows of the list of reports, of all that was planned. */
  readonly rows: number;
  /** Rows of the reports that the API accepted, each report once. */
  readonly rowsAccepted: number;
  readonly attempts: number;
  readonly maxRate: number;
}

export const FINAL: readonly string[] = ['CONFIRMED', 'REJECTED', 'OUTCOME_UNKNOWN'];

/** Compares what was planned with the table of the sync and with the record of the API. */
export function verdictOf(planned: readonly PlannedReport[], items: readonly ReportItem[], record: ApiRecord): Verdict {
  const itemOf = new Map(items.map((item) => [item.school, item]));
  const acceptancesOf = new Map(record.reports.map(({ reference, acceptances }) => [reference, acceptances]));
  const all = planned.map((plan) => ({ plan, item: itemOf.get(plan.school), accepted: acceptancesOf.get(plan.reference) ?? [] }));
  const count = (is: (one: (typeof all)[number]) => boolean) => all.filter(is).length;
  const withStatus = (status: string) => count(({ item }) => item?.status === status);
  const { doubled, rows: rowsAccepted, sent, lookUps, maxRate } = record.figures;
  return {
    reports: planned.length,
    ...{ confirmed: withStatus('CONFIRMED'), unknown: withStatus('OUTCOME_UNKNOWN'), deadLettered: withStatus('REJECTED') },
    lost: count(
      ({ item, accepted }) => item === undefined || !FINAL.includes(item.status) || (item.status === 'CONFIRMED' && accepted.length === 0),
    ),
    doubled,
    deadLetteredWrongly: count(({ plan, item, accepted }) => item?.status === 'REJECTED' && (plan.isValid || accepted.length > 0)),
    altered: count(
      ({ item, accepted }) =>
        item?.status === 'CONFIRMED' &&
        accepted.length > 0 &&
        !accepted.some(({ payloadHash, receipt }) => payloadHash === item.payloadHash && receipt === item.receipt),
    ),
    rows: items.reduce((sum, { rows = 0 }) => sum + rows, 0),
    ...{ rowsAccepted, attempts: sent + lookUps, maxRate },
  };
}

/** The verdicts of several periods as one. */
export function sumOf(verdicts: readonly Verdict[]): Verdict {
  const sum = (of: (verdict: Verdict) => number) => verdicts.reduce((total, verdict) => total + of(verdict), 0);
  return {
    ...{ reports: sum(({ reports }) => reports), confirmed: sum(({ confirmed }) => confirmed), unknown: sum(({ unknown }) => unknown) },
    ...{ deadLettered: sum(({ deadLettered }) => deadLettered), lost: sum(({ lost }) => lost), doubled: sum(({ doubled }) => doubled) },
    ...{ deadLetteredWrongly: sum(({ deadLetteredWrongly }) => deadLetteredWrongly), altered: sum(({ altered }) => altered) },
    ...{ rows: sum(({ rows }) => rows), rowsAccepted: sum(({ rowsAccepted }) => rowsAccepted), attempts: sum(({ attempts }) => attempts) },
    maxRate: Math.max(0, ...verdicts.map(({ maxRate }) => maxRate)),
  };
}
