import { type Audit, type AuditEntry, appendEntry } from '../audit';
import { asPeriod, asReport, type ReportStatus } from '../items';
import { resolvedLine } from '../log-lines';
import { periodKey, reportKey, type SyncTable } from '../sync-table';
import { type DecisionDependencies, decisionOf } from './decision';
import { isAttempted, type Reopening } from './reopen';
import { MOST_TENANTS, type ResolveRequest } from './request';

/** What became of a report. */
export interface Resolved {
  readonly tenant: string;
  /**
   * PLANNED: the next attempt sends it. CONFIRMED: it has arrived. WITHDRAWN: it is not sent any more. NOT_ASIDE: it was not put aside, or
   * not as the request expects, or was resolved before, or an attempt runs. FAILED: nothing was changed.
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

export interface ResolveDependencies extends DecisionDependencies {
  readonly table: Pick<SyncTable, 'read' | 'reports'>;
  readonly reopening: Reopening;
  readonly audit: Audit;
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
/** Reports that no attempt may ever settle, such as of an API that answers 409 for ever. Only a person can, while none works on them. */
const OPEN: readonly ReportStatus[] = ['PLANNED', 'WAITING', 'SENDING'];
const ENDS: readonly ResolveRequest['kind'][] = ['ACCEPTED', 'WITHDRAWN'];
const CHANGED = 'it was changed by somebody else at the same time, or an attempt began';
const REMOVED = 'its data was removed, because the tenant has left';
const RUNS = 'an attempt runs, which may still send it: repeat when it has ended';

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
  if (report.removedAt !== undefined) return { tenant, result: 'NOT_ASIDE', reason: REMOVED };
  const isOpen = OPEN.includes(status) && ENDS.includes(kind);
  if (!isOpen && !ABOUT[kind].includes(status)) return { tenant, result: 'NOT_ASIDE', reason: `the report is ${status}` };
  if (isOpen && isAttempted(asPeriod(await table.read(periodKey(period))), now())) return { tenant, result: 'NOT_ASIDE', reason: RUNS };
  const { events, set } = await decisionOf(request, report, dependencies);
  const receipt = kind === 'ACCEPTED' ? request.receipt : undefined;
  let chain = { entries: auditEntries, head: auditHead };
  const append = async (entry: Pick<AuditEntry, 'event' | 'payloadHash' | 'reason' | 'receipt'>) => {
    chain = await appendEntry(audit, { period, tenant, ...chain }, { at: now(), attempt, execution, actor, ...entry });
    return chain.entries;
  };
  const numbers: number[] = [];
  for (const [event, payloadHash] of events) numbers.push(await append({ event, payloadHash, reason, receipt }));
  const change = {
    // A child of an attempt that was stopped cannot change it any more.
    set: {
      ...set,
      ...(isOpen ? { worker: undefined, turns: undefined } : {}),
      since: now(),
      auditEntries: chain.entries,
      auditHead: chain.head,
    },
    expect: {
      status,
      revision,
      auditEntries: item.auditEntries,
      removedAt: undefined,
      ...(isOpen ? { worker: item.worker, turns: item.turns } : {}),
    },
  };
  const isApplied = async () => asReport((await table.read(reportKey(period, tenant))) ?? {}).auditHead === change.set.auditHead;
  const failed = await reopening.change(period, tenant, change, isOpen).then(
    (changed) => (changed ? undefined : new Error(CHANGED)),
    // An error of the network says nothing about the table.
    async (error: Error) => ((await isApplied()) ? undefined : error),
  );
  if (failed !== undefined) {
    // The audit says which of two decisions at the same time took effect.
    const why = `entry ${numbers.join(' and ')}: ${failed.message.slice(0, 500)}`;
    await append({ event: 'DECISION_NOT_APPLIED', payloadHash: report.payloadHash, reason: why });
    if (failed.message !== CHANGED) throw failed;
    return { tenant, result: 'NOT_ASIDE', reason: CHANGED };
  }
  return { tenant, result: set.status as 'PLANNED' | 'CONFIRMED' | 'WITHDRAWN', revision: Number(set.revision ?? revision) };
}
