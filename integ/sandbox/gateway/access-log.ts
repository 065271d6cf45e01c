import { randomUUID } from 'node:crypto';
import type { LogSink } from '../contracts';
import { contextVariable, type Exchange } from './exchange';

/**
 * `escaped` is what people have seen on AWS since 2024; `raw` is what they saw before, when a client could also choose any request id. A format
 * should hold in both.
 */
export type AccessLogMode = 'escaped' | 'raw';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Writes a line of the stage's access log: its format with every `$context` variable put in, `-` where there is none. */
export function writeAccessLog(logs: LogSink, mode: AccessLogMode, exchange: Exchange, now: number): void {
  const { accessLog, deploymentId } = exchange.stage;
  if (!accessLog) return;
  const message = accessLog.format.replace(/\$context\.([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)/g, (_, name: string) => {
    const value = contextVariable(exchange.context, name);
    if (value === undefined) return '-';
    if (mode === 'raw') return value;
    if (name === 'requestId' && !UUID.test(value)) return `${randomUUID()}_REPLACED_INVALID_REQUEST_ID`;
    // Documented: "The quoted value of $context.error.message": its quotes are part of it.
    return name === 'error.messageString' ? value : escaped(value);
  });
  logs.write({ at: now, group: accessLog.group, stream: deploymentId, message });
}

/** As in a JSON string, in a format of any kind: which formats AWS escapes in is not known. What is not ASCII stays as it is, which is not known either. */
function escaped(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
