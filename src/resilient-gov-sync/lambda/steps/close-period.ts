import { writeClosingRecord } from '../audit';
import { asPeriod, asReport, type ReportStatus, SETTLED } from '../items';
import { closedLine } from '../log-lines';
import { periodKey } from '../sync-table';
import type { Dependencies, PeriodEvent } from './dependencies';

export interface CloseResult {
  readonly result: 'COMPLETE' | 'INCOMPLETE';
  readonly counts: Readonly<Partial<Record<ReportStatus, number>>>;
}

/** The step "Close the period": counts the reports in the table, whatever the map run says. It also gives the lease back. */
export async function closePeriod({ period, execution }: PeriodEvent, dependencies: Dependencies): Promise<CloseResult> {
  const { table, audit, now } = dependencies;
  const { leaseOwner, reports } = asPeriod(await table.read(periodKey(period)));
  const found = (await table.reports(period)).map(asReport);
  const counts: Partial<Record<ReportStatus, number>> = {};
  for (const { status } of found) counts[status] = (counts[status] ?? 0) + 1;
  const isComplete = found.length === reports && found.every(({ status }) => SETTLED.includes(status));
  const result = { result: isComplete ? 'COMPLETE' : 'INCOMPLETE', counts } as const;
  if (leaseOwner !== execution) return result;
  const chains = found.map(({ tenant, auditEntries: entries, auditHead: head }) => ({ tenant, entries, head }));
  const closing = isComplete ? { closingRecord: (await writeClosingRecord(audit, period, chains, now())).key, closedAt: now() } : {};
  const set = { status: result.result, since: now(), ...closing, ...(isComplete ? { consecutiveFailures: 0 } : {}) };
  await table.change(periodKey(period), { set, remove: ['leaseOwner', 'leaseUntil'], expect: { leaseOwner: execution } });
  dependencies.log(closedLine(period, result.result, counts));
  return result;
}
