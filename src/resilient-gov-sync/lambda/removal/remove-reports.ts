import { EMPTIED } from '../../emptied';
import { payloadPrefix, sourceKey } from '../../report-folders';
import { asPeriod, asReport, type PeriodItem, PUT_ASIDE, type ReportItem, type ReportStatus, SETTLED } from '../items';
import { endedPeriods } from '../period';
import { type Item, periodKey, reportKey, type SyncTable } from '../sync-table';
import type { RemovalRequest } from './request';

/**
 * What the data of a tenant is still needed for in a period:
 *
 * - `LIST`: the period is open, and nobody knows yet whether the tenant has a report.
 * - `ATTEMPT`: an attempt sends the report.
 * - `DECISION`: the report was put aside, and a person decides about it.
 * - `PERIOD`: the report is settled, and its period is still open.
 */
export type WaitsFor = 'LIST' | 'ATTEMPT' | 'DECISION' | 'PERIOD';

/** A period that still needs the data of the tenant. */
export interface Waiting {
  readonly period: string;
  readonly waitsFor: WaitsFor;
  /** Undefined without a report. */
  readonly status?: ReportStatus;
}

export interface RemovedReports {
  /** Reports of the tenant that have data, or whose data was removed. */
  readonly found: number;
  readonly waiting: readonly Waiting[];
  /** Where objects of the tenant can be: keys, and folders that end with `/`. Without periods that wait, if the request is to remove. */
  readonly objects: readonly string[];
}

export interface RemovalDependencies {
  readonly table: Pick<SyncTable, 'read' | 'change'>;
  readonly timeZone: string;
  now(): number;
}

/** Periods in which the tenant may have a report: 25 years. */
const PERIODS = 100;
/** Of a period that was never started, a person may have let the source write the files. They are kept for 400 days. */
const UNSTARTED_PERIODS = 12;

/**
 * Removes what the table has of the reports of a tenant, and returns where its objects are. Of a report that is final, only what keeps it from
 * being sent again remains. One that is not final stays as it is: its period is returned as waiting.
 */
export async function removeReports(request: RemovalRequest, dependencies: RemovalDependencies): Promise<RemovedReports> {
  const { tenant, action } = request;
  const { timeZone, now } = dependencies;
  const names = endedPeriods(now(), timeZone, PERIODS).map(({ name }) => name);
  const found = await Promise.all(names.map((name) => ofPeriod(name, request, dependencies)));
  return {
    found: found.filter(({ isFound }) => isFound).length,
    waiting: found.flatMap(({ waiting }) => (waiting === undefined ? [] : [waiting])),
    objects: found.flatMap(({ isStarted, waiting }, position) => {
      const period = names[position];
      if (waiting !== undefined && action === 'remove') return [];
      if (isStarted) return [payloadPrefix(period, tenant), sourceKey(period, tenant)];
      // Payloads are only written after a period was started. A source that writes at the moment is asked again by the next attempt.
      return position < UNSTARTED_PERIODS ? [sourceKey(period, tenant)] : [];
    }),
  };
}

interface OfPeriod {
  readonly isStarted: boolean;
  readonly isFound: boolean;
  readonly waiting?: Waiting;
}

async function ofPeriod(period: string, { tenant, action }: RemovalRequest, { table, now }: RemovalDependencies): Promise<OfPeriod> {
  for (;;) {
    // The period comes first: a decision that opens it again changes its report in the same transaction.
    const started = await table.read(periodKey(period));
    const item = started === undefined ? undefined : await table.read(reportKey(period, tenant));
    const report = item === undefined ? undefined : asReport(item);
    const waitsFor = started === undefined ? undefined : neededFor(asPeriod(started), report);
    const has = { isStarted: started !== undefined, isFound: report !== undefined && report.removedAt === undefined };
    if (waitsFor !== undefined) {
      return { ...has, isFound: has.isFound && action === 'count', waiting: { period, waitsFor, status: report?.status } };
    }
    if (!has.isFound || action === 'count' || (await isEmptied(period, tenant, item ?? {}, table, now()))) return has;
  }
}

function neededFor({ status, listKey }: PeriodItem, report: ReportItem | undefined): WaitsFor | undefined {
  const isComplete = status === 'COMPLETE';
  if (report === undefined) return isComplete || listKey !== undefined ? undefined : 'LIST';
  if (report.removedAt !== undefined) return undefined;
  if (PUT_ASIDE.includes(report.status)) return 'DECISION';
  if (!SETTLED.includes(report.status)) return 'ATTEMPT';
  return isComplete ? undefined : 'PERIOD';
}

/**
 * Every change of a settled report is a decision, which adds an entry to its audit: with the same head, it is still settled.
 *
 * @returns false if a person has decided about it in between
 */
async function isEmptied(period: string, tenant: string, { auditHead }: Item, table: Pick<SyncTable, 'change'>, removedAt: number) {
  const change = { set: { removedAt }, remove: EMPTIED, expect: { auditHead, removedAt: undefined } };
  return (await table.change(reportKey(period, tenant), change)) !== undefined;
}
