import { FUNCTION_TIMEOUT_SECONDS, KEY_MARGIN_MS, LEAD_MS, LONGEST_WAIT_MS, MOST_TURNS } from '../../limits';
import { takeTurn } from '../api-item';
import { asReport, type ReportItem, type ReportStatus, SETTLED, type Verdict } from '../items';
import { keepLease } from '../lease';
import { reportKey } from '../sync-table';
import { waitEnd } from '../wait-end';
import type { Dependencies, ReportEvent, Rules } from './dependencies';

export type Decision =
  /** A call in a turn: `at` is its time for the Wait state. */
  | { readonly action: 'SEND' | 'LOOK_UP'; readonly at: string; readonly turn: number }
  | { readonly action: 'WAIT'; readonly until: string; readonly reason: string }
  | { readonly action: 'PUT_ASIDE' }
  /** LEFT: the next attempt continues. */
  | { readonly action: 'DONE'; readonly status: ReportStatus | 'LEFT' };

/** The step "Plan the next step": what comes next for a report. */
export async function decide(event: ReportEvent, dependencies: Dependencies): Promise<Decision> {
  const { period, tenant, child, execution } = event;
  const { table, now } = dependencies;
  if (!(await keepLease(period, execution, dependencies))) return { action: 'DONE', status: 'LEFT' };
  const found = asReport((await table.read(reportKey(period, tenant))) ?? missing(event));
  if (SETTLED.includes(found.status)) return { action: 'DONE', status: found.status };
  const report = await startTurn(found, event, dependencies);
  if (report === undefined || (report.turns ?? 0) > MOST_TURNS) return { action: 'DONE', status: 'LEFT' };
  if (report.verdict !== undefined) return { action: 'PUT_ASIDE' };
  const next = nextCall(report, dependencies.rules, now());
  if (next.action === 'WAIT' && isLeft(next.until, now())) return leaveUntil(next.until, report, event, dependencies);
  if ((report.waitUntil ?? 0) > now()) return wait(report.waitUntil ?? 0, report.reason ?? 'as asked', now());
  if (next.action === 'WAIT') return wait(next.until, next.reason, now());
  if (next.action === 'PUT_ASIDE') {
    await setVerdict(report, event, 'OUTCOME_UNKNOWN', next.reason, dependencies);
    return next;
  }
  const turn = await takeTurn(child, now() + LEAD_MS, dependencies);
  if ('waitUntil' in turn) return wait(turn.waitUntil, turn.reason, now());
  return { action: next.action, at: new Date(turn.turn).toISOString(), turn: turn.turn };
}

function missing({ period, tenant }: ReportEvent): never {
  throw new Error(`${period}: the table has no report of ${tenant}`);
}

/** Waits of a child are short, so that it keeps the lease of its period alive. */
function wait(until: number, reason: string, now: number): Decision {
  return { action: 'WAIT', until: waitEnd(Math.min(until, now + LONGEST_WAIT_MS)), reason };
}

/** Whether a look-up is so far away that the report does not keep its place in the map until then. */
export function isLeft(until: number, now: number): boolean {
  return until - now > LONGEST_WAIT_MS;
}

/** Of a report that is left to a later attempt. */
export const LOOKED_UP_LATER = 'it is looked up later';

/** Ends the child: an attempt after the wait looks the report up. */
async function leaveUntil(
  waitUntil: number,
  { worker, turns, leftBy, reason = 'it may have been sent' }: ReportItem,
  { period, tenant, execution }: ReportEvent,
  { table }: Dependencies,
): Promise<Decision> {
  const left = leftBy === undefined ? { reason: `${reason}; ${LOOKED_UP_LATER}` } : {};
  await table.change(reportKey(period, tenant), { set: { ...left, waitUntil, leftBy: execution }, expect: { worker, turns } });
  return { action: 'DONE', status: 'LEFT' };
}

/**
 * Counts the turn of this child, and makes the report its own: a child of another execution can no longer record a send. A report that was
 * to be sent, and of which no answer was judged, may have been sent.
 */
async function startTurn(
  found: ReportItem,
  { period, tenant, child }: ReportEvent,
  { table }: Dependencies,
): Promise<ReportItem | undefined> {
  const { worker, turns = 0, status, sender, turn, sentAt, unknownSince } = found;
  const isUnknown = status === 'SENDING';
  const set = {
    ...{ worker: child, turns: worker === child ? turns + 1 : 1 },
    ...(isUnknown
      ? { status: 'WAITING', unknownSince: unknownSince ?? sentAt, reason: 'it may have been sent: no answer was judged' }
      : {}),
  };
  const expect = { status, worker, turns: found.turns, sender, turn };
  const started = await table.change(reportKey(period, tenant), { set, expect });
  return started === undefined ? undefined : asReport(started);
}

type NextCall =
  | { readonly action: 'SEND' | 'LOOK_UP' }
  | { readonly action: 'WAIT'; readonly until: number; readonly reason: string }
  | { readonly action: 'PUT_ASIDE'; readonly reason: string };

/** What the API offers against duplicates decides what happens after an unknown outcome. */
export function nextCall({ unknownSince, sentAt = 0 }: ReportItem, rules: Rules, now: number): NextCall {
  const { duplicates } = rules;
  if (unknownSince === undefined) return { action: 'SEND' };
  switch (duplicates.mode) {
    case 'idempotencyKey':
      if (now < unknownSince + duplicates.retainedForMs - KEY_MARGIN_MS) return { action: 'SEND' };
      return { action: 'PUT_ASIDE', reason: 'the API may have forgotten its key' };
    case 'lookUp': {
      const visible = sentAt + longestCallMs(rules) + duplicates.visibleAfterMs;
      return now >= visible ? { action: 'LOOK_UP' } : { action: 'WAIT', until: visible, reason: 'until it can be looked up' };
    }
    case 'neither':
      return { action: 'PUT_ASIDE', reason: 'nobody knows whether the API accepted it' };
  }
}

/**
 * From the record of a send until its connection has ended, at the latest: the function that recorded it can be that late with its result,
 * the call can begin at the end of its turn, and last until its timeout.
 */
function longestCallMs({ callTimeoutMs, rate }: Rules): number {
  return FUNCTION_TIMEOUT_SECONDS * 1_000 + rate.latenessMs + callTimeoutMs;
}

async function setVerdict(
  report: ReportItem,
  { period, tenant }: ReportEvent,
  verdict: Verdict,
  reason: string,
  { table }: Dependencies,
): Promise<void> {
  const set = { verdict, reason: report.reason === undefined ? reason : `${report.reason}; ${reason}` };
  await table.change(reportKey(period, tenant), { set, expect: { worker: report.worker, turns: report.turns } });
}
