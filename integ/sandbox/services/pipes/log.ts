import type { Clock, JsonObject, LogSink } from '../../contracts';
import type { Delivery } from '../../streams/consumer';
import type { Level, TemplatePipe } from './pipe';

/** The log of a pipe. Documented: "Logging Amazon EventBridge Pipes performance", with the steps of an execution that are marked there. */
export interface PipeLog {
  started(executionId: string): { ended(delivery: Delivery, size: number): void; failed(error: Error): void };
  discarded(records: number, condition: string): void;
}

const SHOWN: Readonly<Record<Level, readonly Level[]>> = {
  OFF: [],
  ERROR: ['ERROR'],
  INFO: ['ERROR', 'INFO'],
  TRACE: ['ERROR', 'INFO', 'TRACE'],
};

export function pipeLog(logs: LogSink, clock: Clock, { arn, name, logs: setting }: TemplatePipe): PipeLog {
  const write = (logLevel: Level, messageType: string, more: JsonObject): void => {
    if (setting === undefined || !SHOWN[setting.level].includes(logLevel)) return;
    const at = clock.now();
    const message = JSON.stringify({ resourceArn: arn, timestamp: at, ...more, messageType, logLevel });
    logs.write({ at, group: setting.group, stream: `aws/pipes/${name}`, message });
  };
  return {
    started(executionId) {
      write('INFO', 'ExecutionStarted', { executionId });
      return {
        ended({ failed, reason = '' }, size) {
          if (failed.length === 0) write('INFO', 'ExecutionSucceeded', { executionId });
          else
            write('ERROR', failed.length < size ? 'ExecutionPartiallyFailed' : 'ExecutionFailed', {
              executionId,
              error: { message: reason },
            });
        },
        failed: ({ message }) => write('ERROR', 'ExecutionFailed', { executionId, error: { message } }),
      };
    },
    discarded: (records, condition) =>
      write('ERROR', 'ExecutionFailed', { error: { message: `${records} records are given up: ${condition}` } }),
  };
}
