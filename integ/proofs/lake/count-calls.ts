import type { Sandbox } from '../../sandbox';
import type { LakeParts } from './parts';

/** How the changes went from the table to the files. */
export interface PathFigures {
  /** From the first write of a moment until its last file, over all moments in which the pipe ran or not. */
  readonly changesPerSecond: number;
  readonly reads: number;
  readonly batches: number;
  readonly changesPerBatch: number;
  readonly files: number;
}

export interface CallCounter {
  /** Adds the time of a moment, in milliseconds. */
  took(milliseconds: number): void;
  figures(changes: number): PathFigures;
  close(): void;
}

/** Counts the calls of the pipe and of the delivery. */
export function countCalls({ endpoint }: Sandbox, parts: LakeParts): CallCounter {
  const counts = { GetRecords: 0, PutRecordBatch: 0, PutObject: 0 };
  let total = 0;
  const close = endpoint.onCall((call) => {
    if (parts.isPipe(call) && (call.operation === 'GetRecords' || call.operation === 'PutRecordBatch')) counts[call.operation] += 1;
    if (parts.isDelivery(call) && call.operation === 'PutObject') counts.PutObject += 1;
  });
  return {
    took: (milliseconds) => {
      total += milliseconds;
    },
    figures: (changes) => ({
      changesPerSecond: Math.round(changes / (total / 1000)),
      ...{ reads: counts.GetRecords, batches: counts.PutRecordBatch },
      changesPerBatch: Math.round(changes / counts.PutRecordBatch),
      files: counts.PutObject,
    }),
    close,
  };
}
