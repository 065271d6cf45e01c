import { type BrokenHandler, breakHandler } from '../../kit/break-handler';
import { breakAlarms, REMOVED } from '../../systems/school-platform/alarms/break-alarms';

/** A mistake that the proof must find. */
export interface Break {
  readonly what: string;
  /** @param expected the alarms that go off in the day */
  change(folder: string, expected: readonly string[]): void | Promise<void>;
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
  alarm: { what: 'an alarm is missing', change: (folder, [alarm]) => breakAlarms(folder, { ...REMOVED, alarm }) },
  deduplication: { what: 'repeated messages are written again', change: (folder) => breakHandler(folder, WITHOUT_DEDUPLICATION) },
};
