import { type BrokenHandler, breakHandler } from '../../kit/break-handler';
import { breakAlarms, REMOVED } from '../../systems/school-platform/alarms/break-alarms';

/** A mistake that the proof must find. */
export interface Break {
  readonly what: string;
  /** An alarm that goes off in the day: the proof cannot find the mistake otherwise. @default - any day will do */
  readonly needs?: string;
  change(folder: string): void | Promise<void>;
}

/** Each receive of a message writes an item of its own. */
export const WITHOUT_DEDUPLICATION: BrokenHandler = {
  entry: 'src/buffered-ingest-path/batch-writer.lambda.ts',
  sources: 'src/buffered-ingest-path/lambda',
  contains: 'BatchExecuteStatement',
  changes: [
    {
      file: 'message.ts',
      from: "idempotencyKey: given('idempotencyKey') ?? origin.correlationId ?? record.messageId,",
      to: "idempotencyKey: `${given('idempotencyKey')}-${Math.random()}`,",
    },
  ],
};

export const BREAKS: Readonly<Record<string, Break>> = {
  alarm: { what: 'an alarm is missing', needs: REMOVED.alarm, change: (folder) => breakAlarms(folder, REMOVED) },
  deduplication: { what: 'repeated messages are written again', change: (folder) => breakHandler(folder, WITHOUT_DEDUPLICATION) },
};
