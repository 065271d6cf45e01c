import { type Audit, type AuditEvent, appendEntry } from '../audit';
import { asPeriod, asReport, type ReportItem, type ReportStatus } from '../items';
import { resolvedLine } from '../log-lines';
import { sourcePrefix } from '../report-folders';
import type { ReportStore } from '../report-store';
import { readReport } from '../report-text';
import { type Item, periodKey, reportKey, type SyncTable } from '../sync-table';
import type { Reopening } from './reopen';
import { MOST_TENANTS, type ResolveRequest } from './request';

/** What became of a report. */
export interface Resolved {
  readonly tenant: string;
  /**
   * PLANNED: the next attempt sends it. CONFIRMED: it has arrived. NOT_ASIDE: it is not a dead letter of the kind that the request is about,
   * or was resolved before. FAILED: nothing was changed.
   */
  readonly result: 'PLANNED' | 'CONFIRMED' | 'NOT_ASIDE' | 'FAILED';
  /** More than 1 after corrections. */
  readonly revision?: number;
  readonly reason?: string;
}

export interface Resolution {
  readonly period: string;
  readonly reports: readonly Resolved[];
  /** Reports that this invocation had no time for: invoke the function again with the same event. */
  readonly remaining: number;
}

export interface ResolveDependencies {
  readonly table: Pick<SyncTable, 'read' | 'reports'>;
  readonly reopening: Reopening;
  readonly store: Pick<ReportStore, 'read' | 'putPayload'>;
  readonly audit: Audit;
  /** Whether a task has the report in its input, which has a limit. */
  readonly hasBody: boolean;
  /** Names the invocation in the audit. */
  readonly execution: string;
  hasTime(): boolean;
  now(): number;
  log(line: object): void;
}

/** Dead letters that a decision is about. */
const ABOUT: Readonly<Record<ResolveRequest['kind'], readonly ReportStatus[]>> = {
  REPLAY: ['REJECTED'],
  CORRECT: ['REJECTED'],
  // A rejected report may have arrived in another way, or by an earlier send.
  ACCEPTED: ['OUTCOME_UNKNOWN', 'REJECTED'],
  NOT_ACCEPTED: ['OUTCOME_UNKNOWN', 'REJECTED'],
};

/**
 * Applies a decision of a person to the reports that it is about, one after the other. The entry of the audit is written before the table,
 * so that nothing is changed without it. Each report opens its period again, in one transaction: the next attempt sends it, and closes the
 * audit again.
 */
export async function resolveReports(request: ResolveRequest, dependencies: ResolveDependencies): Promise<Resolution> {
  const { table, hasTime, log } = dependencies;
  const period = request.period.name;
  const { attempt, listKey } = asPeriod(await table.read(periodKey(period)));
  if (listKey === undefined) throw new Error(`${period} has no reports yet`);
  const tenants = request.tenants === 'ALL' ? await allRejected(period, dependencies) : request.tenants;
  const reports: Resolved[] = [];
  for (const tenant of tenants.slice(0, MOST_TENANTS)) {
    if (!hasTime()) break;
    reports.push(await resolveOne(request, tenant, attempt ?? 0, dependencies));
  }
  const counts: Partial<Record<Resolved['result'], number>> = {};
  for (const { result } of reports) counts[result] = (counts[result] ?? 0) + 1;
  log(resolvedLine(period, request.kind, counts));
  return { period, reports, remaining: tenants.length - reports.length };
}

async function allRejected(period: string, { table }: ResolveDependencies): Promise<readonly string[]> {
  const found = (await table.reports(period)).map(asReport).filter(({ status }) => status === 'REJECTED');
  return found.map(({ tenant }) => tenant);
}

/** A report that cannot be resolved does not keep the others from it. */
async function resolveOne(request: ResolveRequest, tenant: string, attempt: number, dependencies: ResolveDependencies): Promise<Resolved> {
  try {
    return await resolveReport(request, tenant, attempt, dependencies);
  } catch (error) {
    return { tenant, result: 'FAILED', reason: (error as Error).message.slice(0, 500) };
  }
}

async function resolveReport(
  request: ResolveRequest,
  tenant: string,
  attempt: number,
  dependencies: ResolveDependencies,
): Promise<Resolved> {
  const { table, reopening, audit, execution, now } = dependencies;
  const { who: actor, why: reason, kind } = request;
  const period = request.period.name;
  const item = await table.read(reportKey(period, tenant));
  if (item === undefined) return { tenant, result: 'NOT_ASIDE', reason: `there is no report of this name in ${period}` };
  const report = asReport(item);
  const { status, auditEntries, auditHead, revision } = report;
  if (!ABOUT[kind].includes(status)) return { tenant, result: 'NOT_ASIDE', reason: `the report is ${status}` };
  const { event, set } = await decisionOf(request, report, dependencies);
  const receipt = kind === 'ACCEPTED' ? request.receipt : undefined;
  const payloadHash = String(set.payloadHash ?? report.payloadHash);
  const chain = await appendEntry(
    audit,
    { period, tenant, entries: auditEntries, head: auditHead },
    { event, at: now(), attempt, execution, payloadHash, reason, actor, receipt },
  );
  const changed = await reopening.change(period, tenant, {
    set: { ...set, since: now(), auditEntries: chain.entries, auditHead: chain.head },
    expect: { status, revision, auditEntries: item.auditEntries },
  });
  if (!changed) return { tenant, result: 'NOT_ASIDE', reason: 'it was changed by somebody else at the same time' };
  return { tenant, result: set.status as 'PLANNED' | 'CONFIRMED', revision: Number(set.revision ?? revision) };
}

interface Decision {
  readonly event: AuditEvent;
  readonly set: Item;
}

/** The next attempt takes it up. Whether an earlier send arrived is as unknown as before, and decides what comes first. */
const AGAIN = {
  ...{ status: 'PLANNED', reason: undefined, said: undefined, verdict: undefined, waitUntil: undefined },
  receipt: undefined,
};
/** Nothing of the sends before counts any more. */
const PLANNED = { ...AGAIN, ...{ unknownSince: undefined, sender: undefined, turn: undefined, sentAt: undefined } };

async function decisionOf(request: ResolveRequest, report: ReportItem, dependencies: ResolveDependencies): Promise<Decision> {
  switch (request.kind) {
    case 'ACCEPTED':
      return { event: 'RESOLVED_ACCEPTED', set: { ...PLANNED, status: 'CONFIRMED', receipt: request.receipt } };
    case 'NOT_ACCEPTED':
      return { event: 'RESOLVED_NOT_ACCEPTED', set: PLANNED };
    case 'CORRECT':
      return corrected(request.period.name, report, request.report, dependencies);
    case 'REPLAY': {
      if (!request.fromSource) {
        if (report.sends === 0) throw new Error('it was never sent, because it cannot be: correct it, or replay it from the source');
        return { event: 'REPLAYED', set: AGAIN };
      }
      const period = request.period.name;
      const text = await sourceOf(period, report.tenant, dependencies);
      return corrected(period, report, text, dependencies);
    }
  }
}

async function sourceOf(period: string, tenant: string, { store }: ResolveDependencies): Promise<string> {
  const key = `${sourcePrefix(period)}${encodeURIComponent(tenant)}.json`;
  try {
    return await store.read(key);
  } catch (error) {
    if ((error as Error).name !== 'NoSuchKey') throw error;
    throw new Error(`the source has no file ${key}: let it write the report again`);
  }
}

/**
 * The next revision of a report. The same text as before is sent again as it is, under the same key.
 *
 * @throws if an earlier send may have arrived: another text has another key, and the API would have both
 */
async function corrected(period: string, report: ReportItem, given: string, { store, hasBody }: ResolveDependencies): Promise<Decision> {
  const { text, rows } = readReport(given, hasBody, 'the report');
  const { key: payloadKey, hash: payloadHash, bytes } = await store.putPayload(period, text);
  if (payloadHash === report.payloadHash) return { event: 'REPLAYED', set: AGAIN };
  if (report.unknownSince !== undefined)
    throw new Error('an earlier send of it may have arrived: ask the API, and decide ACCEPTED or NOT_ACCEPTED first');
  return { event: 'CORRECTED', set: { ...PLANNED, payloadKey, payloadHash, bytes, rows, revision: report.revision + 1 } };
}
