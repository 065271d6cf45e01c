import type { LogSink } from '../../contracts';
import { contextVariable, type Exchange } from './exchange';

/** Writes a line of the stage's access log: its format with every `$context` variable put in, `-` where there is none. */
export function writeAccessLog(logs: LogSink, exchange: Exchange, now: number): void {
  const { accessLog, deploymentId } = exchange.stage;
  if (!accessLog) return;
  const message = accessLog.format.replace(/\$context\.([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)/g, (_, name: string) => {
    return contextVariable(exchange.context, name) ?? '-';
  });
  logs.write({ at: now, group: accessLog.group, stream: deploymentId, message });
}
