import { type Value, withHash } from './canonical';

/** What happened to a report. The names say it to a person who reads the audit without this code. */
export type AuditEvent =
  /** A send is about to be made. It is written before the call, so that no call is without an entry. */
  | 'SENDING'
  /** The API was asked whether it has the report. */
  | 'LOOKED_UP'
  | 'CONFIRMED'
  /** The API does not accept the report as it is. */
  | 'REJECTED'
  /** The report was never sent, because it cannot be: it is no JSON, or too large. */
  | 'UNSENDABLE'
  /** The report was not accepted, and is sent later. */
  | 'TRY_LATER'
  /** The API may have accepted the report. */
  | 'UNKNOWN'
  /** The API may have accepted the report, and only a person can find out. */
  | 'OUTCOME_UNKNOWN'
  /** A person replaced the payload of a report that was not accepted. */
  | 'CORRECTED'
  /** A person lets a report be sent again as it is. */
  | 'REPLAYED'
  /** A person decided that a report is not sent any more. */
  | 'WITHDRAWN'
  /** A person found that the API accepted the report. */
  | 'RESOLVED_ACCEPTED'
  /** A person found that the API did not accept the report. */
  | 'RESOLVED_NOT_ACCEPTED'
  /** The decision of the entries that the reason names had no effect: the report was changed in between. */
  | 'DECISION_NOT_APPLIED';

/** One entry, as its writer knows it. */
export interface AuditEntry {
  readonly event: AuditEvent;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly attempt: number;
  /** The name or ARN of the execution, or of the invocation that a person made. */
  readonly execution: string;
  /** The SHA-256 hash of the payload. No entry has the payload. */
  readonly payloadHash: string;
  /** The HTTP status of the answer. */
  readonly status?: number;
  /** The SHA-256 hash of the answer's body. */
  readonly answerHash?: string;
  /** The receipt of the API. */
  readonly receipt?: string;
  readonly reason?: string;
  /** Who: the ticket or the name of a person, for what a person did. */
  readonly actor?: string;
}

/** The audit of one report: its entries so far, and the hash of the last one. */
export interface AuditChain {
  readonly period: string;
  readonly tenant: string;
  readonly entries: number;
  readonly head: string;
}

/** An entry as it is stored: `at` is a text of ISO 8601, and `previous` is the hash of the entry before. */
export interface StoredEntry extends Omit<AuditEntry, 'at'> {
  readonly [name: string]: Value | undefined;
  readonly version: 1;
  readonly period: string;
  readonly tenant: string;
  readonly number: number;
  readonly at: string;
  readonly previous: string;
  readonly hash: string;
}

/** The head of a chain without entries. */
export const NO_ENTRY = '0'.repeat(64);
/** The longest text of a reason or a receipt, in characters. */
const LONGEST_TEXT = 1_024;

/** The next entry of a chain. */
export function nextEntry(
  { period, tenant, entries, head }: AuditChain,
  { at, reason, receipt, actor, ...entry }: AuditEntry,
): StoredEntry {
  return withHash({
    ...{ version: 1 as const, period, tenant, number: entries + 1, previous: entries === 0 ? NO_ENTRY : head },
    ...{ ...entry, at: new Date(at).toISOString(), reason: cut(reason), receipt: cut(receipt), actor: cut(actor) },
  });
}

/** Lone surrogates have no UTF-8 encoding: what is stored would not be what was hashed. */
function cut(text: string | undefined): string | undefined {
  return text?.slice(0, LONGEST_TEXT).replace(/\p{Surrogate}/gu, '\ufffd');
}
