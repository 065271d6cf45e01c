import { createHash } from 'node:crypto';
import type { CallResult, TaskError } from '../answer';
import { countCall, holdCalls } from '../api-item';
import { audited } from '../audited';
import { asReport, type ReportItem } from '../items';
import { type Judgement, judge } from '../judge';
import { breakerLine } from '../log-lines';
import { saidOf } from '../said';
import { type Item, reportKey } from '../sync-table';
import { waitEnd } from '../wait-end';
import { isLeft, LOOKED_UP_LATER, nextCall } from './decide';
import type { Dependencies, ReportEvent } from './dependencies';

export interface JudgeEvent extends ReportEvent {
  readonly call: 'SEND' | 'LOOK_UP';
  readonly turn: number;
  readonly answer: { readonly result?: unknown; readonly error?: TaskError };
}

/** What comes next: WAIT until a time, TRY_LATER with the declared backoff, or LEFT to a later attempt. */
export interface Judged {
  readonly next: 'CONFIRMED' | 'PUT_ASIDE' | 'WAIT' | 'TRY_LATER' | 'LEFT';
  readonly until?: string;
  readonly reason?: string;
}

/** The step "Evaluate the answer": what became of the report, the breaker, and the rate. */
export async function judgeAnswer(event: JudgeEvent, dependencies: Dependencies): Promise<Judged> {
  const { period, tenant, child, call, turn, answer } = event;
  const { table, rules, now } = dependencies;
  const found = asReport((await table.read(reportKey(period, tenant))) ?? {});
  if (found.status === 'CONFIRMED') return { next: 'CONFIRMED' };
  const isOwn =
    found.worker === child && (call === 'LOOK_UP' || (found.status === 'SENDING' && found.sender === child && found.turn === turn));
  // It was judged before, or belongs to another execution: "Plan the next step" says what comes next.
  if (!isOwn) return { next: 'WAIT', until: iso(now()), reason: 'it was judged before' };
  const result = answer.error === undefined ? rules.transport.result(answer.result) : rules.transport.error(answer.error);
  const { duplicates, confirmation } = rules;
  const promised = duplicates.mode === 'neither' ? duplicates.notAcceptedStatusCodes : undefined;
  const judgement = judge(result, confirmation, now(), promised);
  await countAndHold(judgement, event, dependencies);
  const change = call === 'SEND' ? afterSend(found, judgement, event, dependencies) : afterLookUp(found, judgement, result, dependencies);
  const entry = { event: change.event, ...answered(result), reason: change.reason, receipt: change.set.receipt as string | undefined };
  const chain = await audited(found, event, entry, dependencies);
  const changed = await table.change(reportKey(period, tenant), {
    set: { ...change.set, ...chain, reason: change.reason, said: saidOf(result, confirmation) },
    expect: { status: found.status, worker: child, turns: found.turns, turn: found.turn },
  });
  if (changed === undefined) return { next: 'WAIT', until: iso(now()), reason: 'another execution has the report' };
  return { next: change.next, ...(change.until === undefined ? {} : { until: waitEnd(change.until) }), reason: change.reason };
}

const iso = (time: number) => new Date(time).toISOString();

async function countAndHold(judgement: Judgement, { child }: JudgeEvent, dependencies: Dependencies): Promise<void> {
  if (judgement.breaker !== 'NEITHER') {
    const state = await countCall(child, judgement.breaker === 'SUCCESS', dependencies);
    if (state !== undefined) dependencies.log(breakerLine(state));
  }
  const { holdMs = 0 } = judgement as { readonly holdMs?: number };
  if (holdMs > 0) await holdCalls(dependencies.now() + holdMs, dependencies);
}

/** What the audit has of an answer: never its body. */
function answered(result: CallResult): { readonly status?: number; readonly answerHash?: string } {
  if (result.kind !== 'answer') return {};
  const body = typeof result.body === 'string' ? result.body : JSON.stringify(result.body ?? null);
  return { status: result.status, answerHash: createHash('sha256').update(body).digest('hex') };
}

interface Outcome extends Omit<Judged, 'until'> {
  readonly event: 'CONFIRMED' | 'REJECTED' | 'TRY_LATER' | 'UNKNOWN';
  readonly set: Item;
  readonly until?: number;
}

function afterSend(report: ReportItem, judgement: Judgement, { execution }: JudgeEvent, { rules, now }: Dependencies): Outcome {
  switch (judgement.outcome) {
    case 'CONFIRMED':
      return confirmed(judgement.receipt, now());
    case 'REJECTED': {
      const { reason } = judgement;
      const common = { status: 'WAITING', since: now() };
      // An earlier send may have been accepted. Only an answer about the report itself says that it was not.
      if (report.unknownSince !== undefined && !judgement.isAboutReport) {
        const set = { ...common, verdict: 'OUTCOME_UNKNOWN' };
        return { next: 'PUT_ASIDE', event: 'UNKNOWN', reason: `${reason}; an earlier send may have been accepted`, set };
      }
      return { next: 'PUT_ASIDE', event: 'REJECTED', reason, set: { ...common, verdict: 'REJECTED' } };
    }
    case 'TRY_LATER':
      return later(judgement, now());
    case 'UNKNOWN': {
      const { reason } = judgement;
      const unknownSince = report.unknownSince ?? report.sentAt;
      const next = nextCall({ ...report, unknownSince }, rules, now());
      const set = { status: 'WAITING', since: now(), unknownSince };
      if (next.action === 'PUT_ASIDE')
        return { next: 'PUT_ASIDE', event: 'UNKNOWN', reason: `${reason}; ${next.reason}`, set: { ...set, verdict: 'OUTCOME_UNKNOWN' } };
      if (next.action !== 'WAIT') return { next: 'TRY_LATER', event: 'UNKNOWN', reason, set };
      const waits = { ...set, waitUntil: next.until };
      if (isLeft(next.until, now()))
        return { next: 'LEFT', event: 'UNKNOWN', reason: `${reason}; ${LOOKED_UP_LATER}`, set: { ...waits, leftBy: execution } };
      return { next: 'WAIT', event: 'UNKNOWN', reason, until: next.until, set: waits };
    }
  }
}

/** Any other answer than found and not found is none: it is asked again. */
function afterLookUp(report: ReportItem, judgement: Judgement, result: CallResult, { now }: Dependencies): Outcome {
  if (judgement.outcome === 'CONFIRMED') return confirmed(judgement.receipt, now());
  const common = { status: 'WAITING', since: now() };
  if (result.kind === 'answer' && result.status === 404) {
    const set = { ...common, unknownSince: undefined, waitUntil: undefined };
    return { next: 'WAIT', event: 'TRY_LATER', reason: 'it was looked up and not found', until: now(), set };
  }
  if (judgement.outcome === 'TRY_LATER') return { ...later(judgement, now()), event: 'UNKNOWN' };
  return { next: 'TRY_LATER', event: 'UNKNOWN', reason: `${report.reason ?? 'unknown'}; looked up: ${judgement.reason}`, set: common };
}

function confirmed(receipt: string, now: number): Outcome {
  const set = { status: 'CONFIRMED', since: now, receipt, waitUntil: undefined, unknownSince: undefined };
  return { next: 'CONFIRMED', event: 'CONFIRMED', set };
}

function later({ reason, holdMs = 0 }: { readonly reason: string; readonly holdMs?: number }, now: number): Outcome {
  const set = { status: 'WAITING', since: now };
  if (holdMs === 0) return { next: 'TRY_LATER', event: 'TRY_LATER', reason, set };
  return { next: 'WAIT', event: 'TRY_LATER', reason, until: now + holdMs, set: { ...set, waitUntil: now + holdMs } };
}
