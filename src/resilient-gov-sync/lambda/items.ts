import { NO_ENTRY } from './audit';
import type { Item } from './sync-table';

// The items of the table, as ADR-105 describes them. Times are milliseconds since the epoch.

/** WAITING_FOR_LOOK_UP: an attempt settled all reports but those that can be looked up later. */
export type PeriodStatus = 'WAITING_FOR_DATA' | 'SENDING' | 'WAITING_FOR_LOOK_UP' | 'INCOMPLETE' | 'COMPLETE';

export interface PeriodItem {
  readonly status?: PeriodStatus;
  readonly attempt?: number;
  readonly leaseOwner?: string;
  readonly leaseUntil?: number;
  readonly listKey?: string;
  readonly reports?: number;
  readonly dueAt?: number;
  readonly waits?: number;
  /** When it was complete for the first or the last time. */
  readonly closedAt?: number;
  /** Decisions of people about reports of the period: an attempt closes it only if there was none since it counted. */
  readonly decisions?: number;
  /** How many there were when the attempt claimed it. */
  readonly decisionsBefore?: number;
}

export type ReportStatus = 'PLANNED' | 'SENDING' | 'WAITING' | 'CONFIRMED' | 'WITHDRAWN' | Verdict;
/** Statuses in which a report is not sent any more, unless a person decides so. */
export const SETTLED: readonly ReportStatus[] = ['CONFIRMED', 'WITHDRAWN', 'REJECTED', 'OUTCOME_UNKNOWN'];
/** Statuses of reports that were put aside: a person decides about them. */
export type Verdict = 'REJECTED' | 'OUTCOME_UNKNOWN';
export const PUT_ASIDE: readonly ReportStatus[] = ['REJECTED', 'OUTCOME_UNKNOWN'];

export interface ReportItem {
  readonly tenant: string;
  readonly status: ReportStatus;
  readonly since: number;
  readonly payloadKey: string;
  readonly payloadHash: string;
  readonly bytes: number;
  readonly rows?: number;
  readonly revision: number;
  readonly sends: number;
  /** Until when it waits: as the API asked, or for the look-up. */
  readonly waitUntil?: number;
  /** The child execution that made it SENDING, and the turn in which it was to be sent. */
  readonly sender?: string;
  readonly turn?: number;
  readonly sentAt?: number;
  /** The time of the send before, for a send that is not made. */
  readonly sentBefore?: number;
  /** The execution that left it to an attempt after `waitUntil`, which looks it up. */
  readonly leftBy?: string;
  /** The first send whose outcome is not known. */
  readonly unknownSince?: number;
  /** What it becomes once the step "Put the report aside" has run. */
  readonly verdict?: Verdict;
  readonly reason?: string;
  /** What the API said about it last, for a person. */
  readonly said?: string;
  readonly receipt?: string;
  readonly auditEntries: number;
  readonly auditHead: string;
  /** The execution that planned it, and the file that it was planned from, as it was then. */
  readonly plannedBy?: string;
  readonly sourceTag?: string;
  /** The child execution that works on it, and how often it asked for a turn. */
  readonly worker?: string;
  readonly turns?: number;
  /** Since when it has only what keeps it from being sent again: its tenant has left, and its data was removed. */
  readonly removedAt?: number;
}

export const asPeriod = (item: Item | undefined): PeriodItem => (item ?? {}) as PeriodItem;

export function asReport(item: Item): ReportItem {
  return { auditEntries: 0, auditHead: NO_ENTRY, sends: 0, ...item } as unknown as ReportItem;
}
