import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { readBreaker } from '../breaker-item';
import { asReport, type PeriodStatus, type ReportItem, type ReportStatus } from '../items';
import { endedPeriods, periodNamed } from '../period';
import { type Item, periodKey, type SyncTable } from '../sync-table';
import type { StatusRequest } from './request';
import { REPORT_STATUSES } from './words';

/** How many schools have each status, and of how many something was sent. */
export type Counts = Readonly<Record<ReportStatus | 'reports' | 'sent', number>>;

/** A period, without its schools. Times are ISO 8601 in UTC. */
export interface PeriodSummary {
  readonly period: string;
  readonly status: PeriodStatus;
  readonly since?: string;
  /** Why it waits for data. */
  readonly waitReason?: string;
  readonly attempt?: number;
  readonly startedBy?: string;
  readonly consecutiveFailures?: number;
  readonly nextAttemptAt?: string;
  /** Since when no further attempt starts by itself. Then there is no `nextAttemptAt`. */
  readonly exhaustedAt?: string;
  readonly dueAt?: string;
  /** The closing record of the audit. */
  readonly closedAt?: string;
  readonly closingRecord?: string;
}

/** The report of a school. */
export interface SchoolStatus {
  readonly school: string;
  readonly status: ReportStatus;
  readonly since?: string;
  /** How often it was sent. */
  readonly sends: number;
  /** More than 1 after corrections. */
  readonly revision: number;
  readonly rows?: number;
  readonly waitUntil?: string;
  readonly receipt?: string;
  readonly reason?: string;
  /** What the API said about it last. */
  readonly said?: string;
  /** When its data was removed, because the school has left. */
  readonly removedAt?: string;
}

/** What the table says. */
export interface Status {
  readonly asOf: string;
  /** OPEN: no report is sent since this time, because the API does not work. */
  readonly api: { readonly state: 'CLOSED' | 'OPEN' | 'HALF_OPEN'; readonly since?: string };
  /** The latest periods that were started, the newest first. */
  readonly periods: readonly PeriodSummary[];
  /** The period that was asked for, with counts of all its schools. */
  readonly shown?: PeriodSummary & { readonly counts: Counts };
  /** A page of its schools, in the order of their names. */
  readonly schools: readonly SchoolStatus[];
  /** The `after` of the next page. */
  readonly next?: string;
}

export interface StatusDependencies {
  readonly table: Pick<SyncTable, 'read' | 'reports' | 'readApi'>;
  readonly timeZone: string;
  now(): number;
}

/** Two years. */
const PERIODS = 8;

/** Reads what a person asked for. Nothing is written, and nothing but the table is read. */
export async function readStatus(request: StatusRequest, { table, timeZone, now }: StatusDependencies): Promise<Status> {
  const names = endedPeriods(now(), timeZone, PERIODS).map(({ name }) => name);
  const found = await Promise.all(names.map(async (name) => summaryOf(name, await table.read(periodKey(name)))));
  const periods = found.filter((summary) => summary !== undefined);
  const shown = request.period === undefined ? periods[0] : await named(request.period, periods, timeZone, table);
  const reports = shown === undefined ? [] : (await table.reports(shown.period)).map(asReport);
  const { status, after, limit } = request;
  const wanted = reports
    .filter((report) => (status === undefined || report.status === status) && (after === undefined || report.tenant > after))
    .sort((one, other) => (one.tenant < other.tenant ? -1 : 1));
  const page = wanted.slice(0, limit);
  return {
    asOf: iso(now()),
    api: apiOf(await table.readApi()),
    periods,
    ...(shown === undefined ? {} : { shown: { ...shown, counts: countsOf(reports) } }),
    schools: page.map(schoolOf),
    ...(wanted.length > limit ? { next: page[page.length - 1].tenant } : {}),
  };
}

async function named(
  period: string,
  periods: readonly PeriodSummary[],
  timeZone: string,
  table: StatusDependencies['table'],
): Promise<PeriodSummary> {
  const { name } = periodNamed(period, timeZone);
  const summary = periods.find((one) => one.period === name) ?? summaryOf(name, await table.read(periodKey(name)));
  if (summary === undefined) throw new Error(`${name} was not started yet`);
  return summary;
}

function summaryOf(period: string, item: Item | undefined): PeriodSummary | undefined {
  if (item === undefined) return undefined;
  const text = (name: string) => (item[name] === undefined ? {} : { [name]: String(item[name]) });
  const number = (name: string) => (item[name] === undefined ? {} : { [name]: Number(item[name]) });
  const time = (name: string) => (item[name] === undefined ? {} : { [name]: iso(Number(item[name])) });
  const status = String(item.status) as PeriodStatus;
  // A decision of a person starts the count of attempts again.
  const isExhausted = item.exhaustedAt !== undefined && item.scheduledAttempts !== 0;
  return {
    ...{ period, status, ...time('since'), ...(status === 'WAITING_FOR_DATA' ? text('waitReason') : {}) },
    ...{ ...number('attempt'), ...text('startedBy'), ...number('consecutiveFailures') },
    ...{
      ...(status === 'COMPLETE' ? {} : time(isExhausted ? 'exhaustedAt' : 'nextAttemptAt')),
      ...time('dueAt'),
      ...time('closedAt'),
      ...text('closingRecord'),
    },
  };
}

function schoolOf(report: ReportItem): SchoolStatus {
  const { tenant, status, since, sends, revision = 1, rows, waitUntil, receipt, reason, said, removedAt } = report;
  return {
    ...{ school: tenant, status, sends, revision, ...(since === undefined ? {} : { since: iso(since) }) },
    ...(rows === undefined ? {} : { rows }),
    ...(status !== 'WAITING' || waitUntil === undefined ? {} : { waitUntil: iso(waitUntil) }),
    ...(receipt === undefined ? {} : { receipt }),
    ...(status === 'CONFIRMED' || reason === undefined ? {} : { reason }),
    ...(status === 'CONFIRMED' || said === undefined ? {} : { said }),
    ...(removedAt === undefined ? {} : { removedAt: iso(removedAt) }),
  };
}

function countsOf(reports: readonly ReportItem[]): Counts {
  const of = (status: ReportStatus) => reports.filter((report) => report.status === status).length;
  const byStatus = Object.fromEntries(REPORT_STATUSES.map((status) => [status, of(status)])) as Record<ReportStatus, number>;
  return { reports: reports.length, sent: reports.filter(({ sends }) => sends > 0).length, ...byStatus };
}

function apiOf(item: Readonly<Record<string, AttributeValue>> | undefined): Status['api'] {
  const { state, openedAt } = readBreaker(item).breaker;
  return state === 'CLOSED' ? { state } : { state, since: iso(openedAt) };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
