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
   * PLANNED: the next attempt sends it. CONFIRMED: it has arrived. WITHDRAWN: it is not sent any more. NOT_ASIDE: it was not put aside, or not as the request expects,
   * or was resolved before. FAILED: nothing was changed.
   */
  readonly result: 'PLANNED' | 'CONFIRMED' | 'WITHDRAWN' | 'NOT_ASIDE' | 'FAILED';
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

/** Reports that a decision can be about. */
const ABOUT: Readonly<Record<ResolveRequest['kind'], readonly ReportStatus[]>> = {
  // A person can decide anew about a report that was withdrawn.
  REPLAY: ['REJECTED', 'WITHDRAWN'],
  CORRECT: ['REJECTED', 'WITHDRAWN'],
  // A rejected report may have arrived in another way, or by an earlier send.
  ACCEPTED: ['OUTCOME_UNKNOWN', 'REJECTED', 'WITHDRAWN'],
  NOT_ACCEPTED: ['OUTCOME_UNKNOWN', 'REJECTED', 'WITHDRAWN'],
  WITHDRAWN: ['OUTCOME_UNKNOWN', 'REJECTED'],
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
  const { events, set } = await decisionOf(request, report, dependencies);
  const receipt = kind === 'ACCEPTED' ? request.receipt : undefined;
  let chain = { entries: auditEntries, head: auditHead };
  for (const [event, payloadHash] of events) {
    chain = await appendEntry(
      audit,
      { period, tenant, ...chain },
      { event, at: now(), attempt, execution, payloadHash, reason, actor, receipt },
    );
  }
  const changed = await reopening.change(period, tenant, {
    set: { ...set, since: now(), auditEntries: chain.entries, auditHead: chain.head },
    expect: { status, revision, auditEntries: item.auditEntries },
  });
  if (!changed) return { tenant, result: 'NOT_ASIDE', reason: 'it was changed by somebody else at the same time' };
  return { tenant, result: set.status as 'PLANNED' | 'CONFIRMED' | 'WITHDRAWN', revision: Number(set.revision ?? revision) };
}

interface Decision {
  /** What the audit has of it, each with the hash of the payload that it is about. */
  readonly events: readonly (readonly [event: AuditEvent, payloadHash: string])[];
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
  const { payloadHash } = report;
  switch (request.kind) {
    case 'ACCEPTED':
      return { events: [['RESOLVED_ACCEPTED', payloadHash]], set: { ...PLANNED, status: 'CONFIRMED', receipt: request.receipt } };
    case 'NOT_ACCEPTED':
      return { events: [['RESOLVED_NOT_ACCEPTED', payloadHash]], set: PLANNED };
    case 'WITHDRAWN':
      // What is unknown about it stays so: if a person sends it after all, that decides what comes first.
      return {
        events: [['WITHDRAWN', payloadHash]],
        set: { status: 'WITHDRAWN', reason: request.why, verdict: undefined, waitUntil: undefined },
      };
    case 'CORRECT':
      return corrected(request, report, request.report, dependencies);
    case 'REPLAY': {
      if (request.fromSource) {
        return corrected(request, report, await sourceOf(request.period.name, report.tenant, dependencies), dependencies);
      }
      if (report.sends === 0) throw new Error('it was never sent, because it cannot be: correct it, or replay it from the source');
      return again(request, report);
    }
  }
}

type Again = Extract<ResolveRequest, { readonly kind: 'REPLAY' | 'CORRECT' }>;

/** What the audit has of a statement about earlier sends. It says nothing about a report of which none is unknown. */
function stated({ earlierSendNotAccepted }: Again, { unknownSince, payloadHash }: ReportItem): Decision['events'] {
  return earlierSendNotAccepted && unknownSince !== undefined ? [['RESOLVED_NOT_ACCEPTED', payloadHash]] : [];
}

/** The same payload under the same key: an API that remembers the key repeats its answer, whatever became of earlier sends. */
function again(request: Again, report: ReportItem): Decision {
  const events = stated(request, report);
  return { events: [...events, ['REPLAYED', report.payloadHash]], set: events.length === 0 ? AGAIN : PLANNED };
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
 * @throws if an earlier send may have been accepted, and the person does not say that it was not: another text has another key, and the API
 *   would have both
 */
async function corrected(request: Again, report: ReportItem, given: string, { store, hasBody }: ResolveDependencies): Promise<Decision> {
  const { text, rows } = readReport(given, hasBody, 'the report');
  const { key: payloadKey, hash: payloadHash, bytes } = await store.putPayload(request.period.name, text);
  if (payloadHash === report.payloadHash) return again(request, report);
  if (report.unknownSince !== undefined && !request.earlierSendNotAccepted)
    throw new Error(
      'an earlier send of it may have been accepted, and another payload would be a second report: ask the owner of the API, and decide ACCEPTED, or say "earlierSendNotAccepted": true',
    );
  const set = { ...PLANNED, payloadKey, payloadHash, bytes, rows, revision: report.revision + 1 };
  return { events: [...stated(request, report), ['CORRECTED', payloadHash]], set };
}
