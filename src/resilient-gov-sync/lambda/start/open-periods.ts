import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { readBreaker } from '../breaker-item';
import { asReport, PUT_ASIDE, SETTLED } from '../items';
import type { Period } from '../period';
import { sum } from '../sum';
import { periodKey, type SyncTable } from '../sync-table';
import type { StartedPeriod } from './attempts';

/** What the alarms of a sync need to know. */
export interface Measured {
  /** Periods that were started and are not complete. */
  readonly open: number;
  /** Failed attempts in a row of an open period: the most of any. */
  readonly consecutiveFailures: number;
  /**
   * Reports that are still to be sent although their period is due; one for a due period that was never complete. Those that were put aside
   * are counted there.
   */
  readonly overdue: number;
  /** Reports that were put aside, rejected or with an unknown outcome, and that no person has decided about. */
  readonly putAside: number;
  /** How long the breaker has been open, in milliseconds, while a period is open. */
  readonly breakerOpenMs: number;
}

/** Reads what the table says about periods. */
export async function measure(periods: readonly Period[], table: SyncTable, now: number): Promise<Measured> {
  const found = await Promise.all(periods.map(({ name }) => measurePeriod(name, table, now)));
  const of = (read: (one: PeriodMeasured) => number) => found.map(read);
  const open = sum(of(({ isOpen }) => (isOpen ? 1 : 0)));
  return {
    open,
    consecutiveFailures: Math.max(0, ...of(({ failures }) => failures)),
    overdue: sum(of(({ overdue }) => overdue)),
    putAside: sum(of(({ putAside }) => putAside)),
    breakerOpenMs: open === 0 ? 0 : openMs(await table.readApi(), now),
  };
}

interface PeriodMeasured {
  readonly isOpen: boolean;
  readonly failures: number;
  readonly overdue: number;
  readonly putAside: number;
}

async function measurePeriod(period: string, table: SyncTable, now: number): Promise<PeriodMeasured> {
  const item = (await table.read(periodKey(period))) as StartedPeriod | undefined;
  if (item === undefined) return { isOpen: false, failures: 0, overdue: 0, putAside: 0 };
  const statuses = (await table.reports(period)).map((one) => asReport(one).status);
  const isOpen = item.status !== 'COMPLETE';
  const isDue = now >= (item.dueAt ?? Number.POSITIVE_INFINITY);
  // Without a list, nobody knows how many are missing. A period that a person's decision opened again has its reports.
  const atLeast = item.closedAt === undefined ? 1 : 0;
  return {
    isOpen,
    failures: isOpen ? (item.consecutiveFailures ?? 0) : 0,
    overdue: isOpen && isDue ? Math.max(atLeast, statuses.filter((status) => !SETTLED.includes(status)).length) : 0,
    putAside: statuses.filter((status) => PUT_ASIDE.includes(status)).length,
  };
}

/** A breaker that nobody asks about stays open. That of a sync without an open period says nothing. */
function openMs(api: Readonly<Record<string, AttributeValue>> | undefined, now: number): number {
  const { state, openedAt } = readBreaker(api).breaker;
  return state === 'CLOSED' ? 0 : Math.max(0, now - openedAt);
}
