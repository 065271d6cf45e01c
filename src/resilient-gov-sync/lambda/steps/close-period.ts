import { writeClosingRecord } from '../audit';
import { asPeriod, asReport, type ReportItem, type ReportStatus, SETTLED } from '../items';
import { closedLine, foreignLine } from '../log-lines';
import { type Item, periodKey } from '../sync-table';
import type { Dependencies, PeriodEvent } from './dependencies';

export interface CloseResult {
  /** WAITING: all reports are settled but those that can be looked up later. */
  readonly result: 'COMPLETE' | 'INCOMPLETE' | 'WAITING';
  readonly counts: Readonly<Partial<Record<ReportStatus, number>>>;
}

/**
 * The step "Close the period": counts the reports in the table, whatever the map run says. It also gives the lease back. If a person decided
 * about a report in the meantime, it counts again.
 */
export async function closePeriod(event: PeriodEvent, dependencies: Dependencies): Promise<CloseResult> {
  for (;;) {
    const result = await closeUnlessDecided(event, dependencies);
    if (result !== undefined) return result;
  }
}

/** @returns undefined if the item of the period was changed in the meantime */
async function closeUnlessDecided(
  { period, execution, attempt }: PeriodEvent,
  dependencies: Dependencies,
): Promise<CloseResult | undefined> {
  const { table, store, audit, now } = dependencies;
  const { leaseOwner, listKey, decisions, decisionsBefore = 0 } = asPeriod(await table.read(periodKey(period)));
  const tenants = new Set(listKey === undefined ? [] : (await store.readList(listKey)).map(({ tenant }) => tenant));
  const found = (await table.reports(period)).map(asReport).filter(({ tenant }) => tenants.has(tenant));
  const counts: Partial<Record<ReportStatus, number>> = {};
  for (const { status } of found) counts[status] = (counts[status] ?? 0) + 1;
  const isWhole = found.length > 0 && found.length === tenants.size;
  const open = found.filter(({ status }) => !SETTLED.includes(status));
  const rest = open.filter((report) => !wasLeft(report, execution));
  const result = { result: !isWhole || rest.length > 0 ? 'INCOMPLETE' : open.length > 0 ? 'WAITING' : 'COMPLETE', counts } as const;
  if (leaseOwner !== execution) return result;
  const chains = found.map(({ tenant, auditEntries: entries, auditHead: head }) => ({ tenant, entries, head }));
  // Also of an attempt that leaves reports: what was sent until now cannot be removed from the audit.
  const { key: closingRecord, foreign } = await writeClosingRecord(audit, period, chains, now());
  if (foreign.length > 0) dependencies.log(foreignLine(period, foreign.length));
  // Reports that a person planned again, after this attempt put them aside: the attempt has not failed, and is not counted.
  const isDecided = isWhole && rest.length <= (decisions ?? 0) - decisionsBefore && rest.every(({ status }) => status === 'PLANNED');
  const notCounted = result.result === 'INCOMPLETE' && isDecided ? { failedAttempt: attempt } : {};
  const set = { ...endedAs(result.result, open, now()), ...notCounted, since: now(), closingRecord };
  const expect = { leaseOwner: execution, decisions };
  const closed = await table.change(periodKey(period), { set, remove: ['leaseOwner', 'leaseUntil'], expect });
  if (closed === undefined) return undefined;
  dependencies.log(closedLine(period, result.result, counts));
  return result;
}

/** Whether this attempt left the report, because it can be looked up only later. */
function wasLeft({ status, leftBy }: ReportItem, execution: string): boolean {
  return status === 'WAITING' && leftBy === execution;
}

/** What the item of the period says about the end of the attempt. An attempt that only waits has not failed. */
function endedAs(result: CloseResult['result'], open: readonly ReportItem[], now: number): Item {
  switch (result) {
    case 'COMPLETE':
      return { status: 'COMPLETE', closedAt: now, consecutiveFailures: 0 };
    case 'WAITING': {
      const nextAttemptAt = Math.min(...open.map(({ waitUntil }) => waitUntil ?? now));
      return { status: 'WAITING_FOR_LOOK_UP', nextAttemptAt, consecutiveFailures: 0 };
    }
    case 'INCOMPLETE':
      return { status: 'INCOMPLETE' };
  }
}
