import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Clock, LogSink } from '../../contracts';
import type { FunctionConfiguration } from './configuration';
import { deferred } from './runtime-api';

/** The result of an event, for its REPORT line. */
export interface Report {
  readonly milliseconds: number;
  readonly initMilliseconds?: number;
  readonly status?: 'timeout' | 'error';
  readonly errorType?: string;
}

/** The log stream of one execution environment, including the lines of Lambda itself (documented: "View CloudWatch logs"). */
export interface FunctionLogs {
  readonly stream: string;
  /** Reads the lines of standard output or standard error. */
  read(stream: Readable): void;
  start(requestId: string): void;
  line(message: string): void;
  end(requestId: string, report: Report): void;
  /** Resolves once every line of the event was read. */
  drained(requestId: string): Promise<void>;
}

const MEGABYTE = 1024 * 1024;

export function openLogs(configuration: FunctionConfiguration, logs: Pick<LogSink, 'write'>, clock: Clock): FunctionLogs {
  const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  const stream = `${day}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
  const json = configuration.logFormat === 'JSON';
  const systemLines = !json || configuration.systemLogLevel !== 'WARN';
  const marks = new Map<string, () => void>();
  let memory = 0;

  const line = (message: string) => logs.write({ at: clock.now(), group: configuration.logGroup, stream, message });
  const system = (type: string, record: object, text: string) => {
    if (systemLines) {
      line(json ? JSON.stringify({ time: new Date(clock.now()).toISOString(), type, record }) : text);
    }
  };
  /** Handles one line. The runtime writes a mark after each event, and carriage returns for line breaks within an entry. */
  const receive = (text: string) => {
    // What a function wrote last may lack its line break.
    const [message, mark] = text.split('\0');
    if (mark === undefined || message !== '') {
      line(message.replaceAll('\r', '\n'));
    }
    if (mark === undefined) return;
    const [requestId, size] = mark.split(' ');
    memory = Math.max(memory, Math.round(Number(size) / MEGABYTE));
    marks.get(requestId)?.();
  };
  return {
    stream,
    line,
    read(source) {
      let rest = '';
      source.setEncoding('utf8');
      source.on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        lines.forEach(receive);
      });
      source.on('end', () => rest !== '' && receive(rest));
    },
    start: (requestId) => system('platform.start', { requestId, version: '$LATEST' }, `START RequestId: ${requestId} Version: $LATEST`),
    end(requestId, report) {
      const durationMs = Number(report.milliseconds.toFixed(2));
      const metrics = {
        durationMs,
        billedDurationMs: Math.ceil(durationMs),
        memorySizeMB: configuration.memoryMegabytes,
        maxMemoryUsedMB: memory,
        ...(report.initMilliseconds === undefined ? {} : { initDurationMs: report.initMilliseconds }),
      };
      if (!json) {
        system('platform.end', {}, `END RequestId: ${requestId}`);
      }
      system('platform.report', { requestId, metrics, status: report.status ?? 'success', errorType: report.errorType }, reportText());

      function reportText(): string {
        const parts = [
          `REPORT RequestId: ${requestId}`,
          `Duration: ${metrics.durationMs} ms`,
          `Billed Duration: ${metrics.billedDurationMs} ms`,
          `Memory Size: ${metrics.memorySizeMB} MB`,
          `Max Memory Used: ${metrics.maxMemoryUsedMB} MB`,
          ...(report.initMilliseconds === undefined ? [] : [`Init Duration: ${report.initMilliseconds} ms`]),
          ...(report.status === undefined ? [] : [`Status: ${report.status}`]),
          ...(report.errorType === undefined ? [] : [`Error Type: ${report.errorType}`]),
        ];
        return parts.join('\t');
      }
    },
    drained(requestId) {
      const mark = deferred<void>();
      marks.set(requestId, () => mark.resolve());
      return mark.promise.finally(() => marks.delete(requestId));
    },
  };
}
