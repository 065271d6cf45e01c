import type { Audit } from '../audit';
import type { DuplicatesSettings } from '../duplicates';
import type { Confirmation } from '../judge';
import type { ReportStore } from '../report-store';
import type { SyncTable } from '../sync-table';
import type { TransportRules } from '../transport';
import type { Rate } from '../turns';

/** What the steps of a sync need. */
export interface Dependencies {
  readonly table: SyncTable;
  readonly store: ReportStore;
  readonly audit: Audit;
  readonly rules: Rules;
  /** Whether an execution still runs. */
  isRunning(execution: string): Promise<boolean>;
  log(line: object): void;
  now(): number;
  /** Whether the invocation has time for another report of the list. */
  hasTime(): boolean;
  /** Waits in real time. */
  pause(milliseconds: number): Promise<void>;
}

/** What the props of the construct say. */
export interface Rules {
  readonly transport: TransportRules;
  /** The longest time until a call has ended. */
  readonly callTimeoutMs: number;
  readonly duplicates: DuplicatesSettings;
  readonly confirmation: Confirmation;
  readonly rate: Rate;
  /** Path of the endpoint, without its first slash. */
  readonly path: string;
  readonly timeZone: string;
  readonly dueAfterMs: number;
}

/** What every step of a period has. */
export interface PeriodEvent {
  readonly period: string;
  /** ARN of the execution of the attempt. */
  readonly execution: string;
  /** The number of the attempt. */
  readonly attempt: number;
}

/** What every step of a report has. */
export interface ReportEvent extends PeriodEvent {
  readonly tenant: string;
  /** ARN of the child execution. */
  readonly child: string;
}
