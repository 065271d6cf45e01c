import type { Clock, Datum, Json, JsonObject, LogLine } from '../../contracts';
import { objectOf, objects, strings } from '../../protocol/json';

/** What every line with metrics contains: other lines are not parsed. */
const MARK = '"_aws"';
/** Documented: "Specification: Embedded metric format": 100 metrics in a directive, 30 dimensions in a set, 100 values of a metric. */
const MOST_METRICS = 100;
const MOST_DIMENSIONS = 30;
const MOST_VALUES = 100;

/**
 * The metrics of a log line in the embedded metric format. They have the time at which the line arrived: the `Timestamp` of programs that do
 * not run on the clock of the sandbox is another time.
 *
 * Documented: "Specification: Embedded metric format" (Amazon CloudWatch User Guide).
 */
export function embeddedMetrics({ message }: Pick<LogLine, 'message'>, clock: Pick<Clock, 'now'>): Datum[] {
  if (!message.includes(MARK)) return [];
  const line = parsed(message);
  if (line === undefined) return [];
  const at = clock.now();
  return objects(objectOf(line._aws).CloudWatchMetrics).flatMap((directive) => dataOf(directive, line, at));
}

function dataOf(directive: JsonObject, line: JsonObject, at: number): Datum[] {
  const namespace = directive.Namespace;
  if (typeof namespace !== 'string') return [];
  const sets = (Array.isArray(directive.Dimensions) ? directive.Dimensions : [[]]).map((names) => dimensionsOf(strings(names), line));
  const metrics = objects(directive.Metrics).slice(0, MOST_METRICS);
  return metrics.flatMap(({ Name, Unit }) => {
    const name = String(Name);
    const unit = typeof Unit === 'string' ? Unit : 'None';
    return valuesOf(line[name]).flatMap((value) =>
      sets.flatMap((dimensions) => (dimensions === undefined ? [] : [{ namespace, name, dimensions, at, value, unit }])),
    );
  });
}

/** @returns undefined if the line has no value for one of them: CloudWatch does not extract such a metric */
function dimensionsOf(names: readonly string[], line: JsonObject): Record<string, string> | undefined {
  if (names.length > MOST_DIMENSIONS || names.some((name) => typeof line[name] !== 'string')) return undefined;
  return Object.fromEntries(names.map((name) => [name, String(line[name])]));
}

function valuesOf(value: Json | undefined): number[] {
  const all = Array.isArray(value) ? value.slice(0, MOST_VALUES) : [value];
  return all.filter((one) => typeof one === 'number' && Number.isFinite(one)).map(Number);
}

function parsed(message: string): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(message.slice(message.indexOf('{'))) as Json);
  } catch {
    return undefined;
  }
}
