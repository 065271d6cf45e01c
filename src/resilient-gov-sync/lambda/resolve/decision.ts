import { sourceKey } from '../../report-folders';
import type { AuditEvent } from '../audit';
import type { ReportItem } from '../items';
import type { Owner, ReportStore } from '../report-store';
import { readReport } from '../report-text';
import { type Payload, payloadOf } from '../source-payload';
import type { Item } from '../sync-table';
import type { ResolveRequest } from './request';

export interface DecisionDependencies {
  readonly store: Pick<ReportStore, 'readSource' | 'putPayload'>;
  /** Whether a task has the report in its input, which has a limit. */
  readonly hasBody: boolean;
}

/** What a decision of a person changes. */
export interface Decision {
  /** What the audit has of it, each with the hash of the payload that it is about. */
  readonly events: readonly (readonly [event: AuditEvent, payloadHash: string])[];
  readonly set: Item;
}

/** The next attempt takes it up. Whether an earlier send arrived is as unknown as before, and decides what comes first. */
const AGAIN = {
  ...{ status: 'PLANNED', reason: undefined, said: undefined, verdict: undefined, waitUntil: undefined },
  ...{ leftBy: undefined, receipt: undefined },
};
/** Nothing of the sends before counts any more. */
const PLANNED = { ...AGAIN, ...{ unknownSince: undefined, sender: undefined, turn: undefined, sentAt: undefined } };

/**
 * What a decision changes of a report.
 *
 * @throws if the report cannot be sent, or may be sent twice
 */
export async function decisionOf(request: ResolveRequest, report: ReportItem, dependencies: DecisionDependencies): Promise<Decision> {
  const { payloadHash, tenant } = report;
  const owner = { period: request.period.name, tenant };
  switch (request.kind) {
    case 'ACCEPTED':
      return { events: [['RESOLVED_ACCEPTED', payloadHash]], set: { ...PLANNED, status: 'CONFIRMED', receipt: request.receipt } };
    case 'NOT_ACCEPTED':
      if (isUnsendable(report)) throw new Error('it was never sent, because it cannot be: correct it, or withdraw it');
      return { events: [['RESOLVED_NOT_ACCEPTED', payloadHash]], set: PLANNED };
    case 'WITHDRAWN':
      return { events: [['WITHDRAWN', payloadHash]], set: withdrawn(report, request.why) };
    case 'CORRECT':
      return corrected(request, report, await payloadGiven(owner, request.report, dependencies));
    case 'REPLAY': {
      if (request.fromSource) {
        return corrected(request, report, await payloadOfSource(owner, dependencies));
      }
      if (isUnsendable(report)) throw new Error('it was never sent, because it cannot be: correct it, or replay it from the source');
      return again(request, report);
    }
  }
}

/**
 * Whether the list put the report aside, because it cannot be sent. A report that is withdrawn keeps that, and one that was only never sent can
 * be sent later.
 */
function isUnsendable({ status, verdict, sends }: ReportItem): boolean {
  return sends === 0 && (status === 'REJECTED' || verdict === 'REJECTED');
}

/** What is unknown about it stays so: if a person sends it after all, that decides what comes first. */
function withdrawn(report: ReportItem, why: string): Item {
  const { status, unknownSince, sentAt } = report;
  return {
    ...{ status: 'WITHDRAWN', reason: why, verdict: isUnsendable(report) ? 'REJECTED' : undefined },
    ...{ waitUntil: undefined, leftBy: undefined },
    unknownSince: status === 'SENDING' ? (unknownSince ?? sentAt) : unknownSince,
  };
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

/** The payload of the file that the source has now, with the same checks as of those of the list. */
async function payloadOfSource(owner: Owner, dependencies: DecisionDependencies): Promise<Payload> {
  const key = sourceKey(owner.period, owner.tenant);
  const payload = await payloadOf(owner, { key }, dependencies).catch((error: Error) => {
    if (error.name !== 'NoSuchKey') throw error;
    throw new Error(`the source has no file ${key}: let it write the report again`);
  });
  if (payload.problem !== undefined) throw new Error(payload.problem);
  return payload;
}

async function payloadGiven(owner: Owner, given: string, { store, hasBody }: DecisionDependencies): Promise<Payload> {
  const { text, rows } = readReport(given, hasBody, 'the report');
  const { key: payloadKey, hash: payloadHash, bytes } = await store.putPayload(owner, text);
  return { payloadKey, payloadHash, bytes, rows };
}

/**
 * The next revision of a report. The same text as before is sent again as it is, under the same key.
 *
 * @throws if an earlier send may have been accepted, and the person does not say that it was not: another text has another key, and the API
 *   would have both
 */
function corrected(request: Again, report: ReportItem, { payloadKey, payloadHash, bytes, rows }: Payload): Decision {
  const payload = { payloadKey, payloadHash, bytes, rows };
  if (payloadHash === report.payloadHash) {
    const { events, set } = again(request, report);
    // A file that was not sent, because the source could not make it, is not a payload yet.
    return { events, set: { ...set, ...payload } };
  }
  if (report.unknownSince !== undefined && !request.earlierSendNotAccepted)
    throw new Error(
      'an earlier send of it may have been accepted, and another payload would be a second report: ask the owner of the API, and decide ACCEPTED, or say "earlierSendNotAccepted": true',
    );
  const set = { ...PLANNED, ...payload, revision: report.revision + 1 };
  return { events: [...stated(request, report), ['CORRECTED', payloadHash]], set };
}
