/** What the batch writer logs at the end of a batch (README of the construct, Metrics). */
export interface BatchLine {
  readonly Written: number;
  readonly Duplicates: number;
  readonly Failed: number;
  readonly calls: number;
  /** The number of messages of the batch, by tenant. */
  readonly tenants: Readonly<Record<string, number>>;
}

/** Parses a log line; undefined for any other line. */
export function batchLine(message: string): BatchLine | undefined {
  if (!message.startsWith('{"_aws"')) return undefined;
  return JSON.parse(message) as BatchLine;
}
