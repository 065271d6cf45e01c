/** A message that is put into the queue again until something else is complete. */
export interface Waiting {
  /** For how many seconds it has waited. Absent at first, and after something was done for it. */
  readonly waited?: number;
}

/** One export, of the whole table or of the changes in a span. Times are in seconds since 1970. */
export interface ExportMessage extends Waiting {
  readonly kind: 'export';
  /** The same for all messages of one backfill. */
  readonly backfill: string;
  /** Position in the backfill. With the attempt, it makes the request of the export idempotent. */
  readonly index: number;
  readonly attempt: number;
  /** Absent for the whole table. */
  readonly span?: { readonly from: number; readonly to: number };
}

/** An export that was started. */
export interface WaitMessage extends Waiting {
  readonly kind: 'wait';
  readonly request: ExportMessage;
  readonly exportArn: string;
}

/** A file of an export that is complete. */
export interface FileMessage extends Waiting {
  readonly kind: 'file';
  readonly backfill: string;
  readonly key: string;
  /** When the whole table was exported, in seconds since 1970. Absent for a span. */
  readonly exportedAt?: number;
  /** When the export was found complete, in seconds since 1970. */
  readonly foundAt: number;
  /** Lines that were sent already. */
  readonly from: number;
}

/** The messages of the queue. */
export type Message = ExportMessage | WaitMessage | FileMessage;
