import { randomUUID } from 'node:crypto';
import type { LogSink } from '../../contracts';
import { type Context, contextVariableAt, type Exchange } from './exchange';

/**
 * How values are written. `escaped` is what people have seen on AWS since 2024; `raw` is what they saw before, when a client could also set
 * any request ID. A log format should work with both.
 */
export type AccessLogMode = 'escaped' | 'raw';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Writes a line of the stage's access log: its format with the value of each `$context` variable, or `-` if there is none. */
export function writeAccessLog(logs: LogSink, mode: AccessLogMode, exchange: Exchange, now: number): void {
  const { accessLog, deploymentId } = exchange.stage;
  if (!accessLog) return;
  let message = '';
  for (const part of partsOf(accessLog)) message += typeof part === 'string' ? part : written(part, exchange.context, mode);
  logs.write({ at: now, group: accessLog.group, stream: deploymentId, message });
}

interface Variable {
  readonly name: string;
  readonly path: readonly string[];
}

/** Each format, parsed once. */
const formats = new WeakMap<object, readonly (string | Variable)[]>();

function partsOf(accessLog: { readonly format: string }): readonly (string | Variable)[] {
  let parts = formats.get(accessLog);
  if (!parts) {
    // Every second part is the name of a variable.
    const split = accessLog.format.split(/\$context\.([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)/);
    parts = split.map((text, at) => (at % 2 === 0 ? text : { name: text, path: text.split('.') }));
    formats.set(accessLog, parts);
  }
  return parts;
}

function written({ name, path }: Variable, context: Context, mode: AccessLogMode): string {
  const value = contextVariableAt(context, path);
  if (value === undefined) return '-';
  if (mode === 'raw') return value;
  if (name === 'requestId' && !UUID.test(value)) return `${randomUUID()}_REPLACED_INVALID_REQUEST_ID`;
  // Documented: "The quoted value of $context.error.message": the quotes are part of the value.
  return name === 'error.messageString' ? value : escaped(value);
}

/**
 * Escapes as JSON does, in every format, and leaves non-ASCII characters. It is not known in which formats AWS escapes, nor what it does
 * with non-ASCII.
 */
function escaped(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
