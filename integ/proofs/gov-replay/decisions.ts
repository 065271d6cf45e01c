import type { ApiRecord, Report } from '../../government-api';
import type { JsonObject } from '../../sandbox';
import type { ReportItem } from '../../systems/gov-sync/verdict';

/** What a person decides about a report that was put aside: an event of the function that resolves reports. */
export type Decision = JsonObject & { readonly kind: string };

export interface Aside {
  readonly period: string;
  readonly items: readonly ReportItem[];
  /** The reports as they were sent. */
  readonly reports: readonly Report[];
  readonly record: ApiRecord;
  /** Schools whose last decision failed, because an earlier send may have been accepted: the person asks the owner of the API. */
  readonly asked?: ReadonlySet<string>;
}

/** The API has grades up to 10. */
const HALF = 2;

/** A report with the grades of a scale that the API has. */
export function corrected(report: Report): Report {
  return { ...report, rows: report.rows.map((row) => ({ ...row, grade: row.grade / HALF })) };
}

/** Corrects rejected reports one by one, and ends unknown outcomes by what the owner of the API says. */
export function decisionsFor({ period, items, reports, record, asked = new Set() }: Aside): Decision[] {
  const person = { period, who: 'ticket 4711' };
  return items.flatMap(({ school: tenant, status }): Decision[] => {
    const report = reports.find(({ school }) => school === tenant);
    if (report === undefined) throw new Error(`There is no report of ${tenant}`);
    if (status !== 'REJECTED' && status !== 'OUTCOME_UNKNOWN') return [];
    const receipt = record.reports.find(({ reference }) => reference === report.reference)?.acceptances[0]?.receipt;
    if (status === 'REJECTED' && (!asked.has(tenant) || receipt === undefined)) {
      const correct = { kind: 'CORRECT', ...person, tenant, report: JSON.stringify(corrected(report)), why: 'the school grades up to 20' };
      return [asked.has(tenant) ? { ...correct, earlierSendNotAccepted: true } : correct];
    }
    return [
      receipt === undefined
        ? { kind: 'NOT_ACCEPTED', ...person, tenants: [tenant], why: 'the API does not have it' }
        : { kind: 'ACCEPTED', ...person, tenant, receipt, why: 'the API has it' },
    ];
  });
}
