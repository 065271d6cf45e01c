import type { Json, JsonObject } from '../../sandbox';

/** A line of a graph, and the query for its values. */
export interface MetricLine {
  readonly id: string;
  readonly label?: string;
  readonly axis: 'left' | 'right';
  /** Seconds. */
  readonly period: number;
  readonly visible: boolean;
  readonly query: JsonObject;
}

/** Documented: "Dashboard body structure and syntax", metric widgets: what a metric without `stat` and `period` has. */
const [STATISTIC, PERIOD] = ['Average', 300];

/** Reads `metrics` of a metric widget: `[namespace, name, dimension, value, …, options]` or `[{ expression }]`. */
export function linesOf(metrics: Json | undefined): MetricLine[] {
  return (metrics as readonly (readonly Json[])[]).map((entry, position) => {
    const last = entry.at(-1);
    const isOptions = typeof last === 'object' && last !== null;
    const options = (isOptions ? last : {}) as JsonObject;
    const names = (isOptions ? entry.slice(0, -1) : entry).map(String);
    const { label, expression, stat = STATISTIC, yAxis, visible } = options;
    const [id, period] = [String(options.id ?? `line${position}`), Number(options.period ?? PERIOD)];
    return {
      ...{ id, period, visible: visible !== false, axis: yAxis === 'right' ? 'right' : 'left' },
      label: label === undefined ? names[1] : String(label),
      query: {
        Id: id,
        ...(expression === undefined
          ? { MetricStat: { Metric: metricOf(names), Period: period, Stat: String(stat) } }
          : { Expression: String(expression) }),
        ReturnData: visible !== false,
      },
    };
  });
}

function metricOf([Namespace, MetricName, ...dimensions]: readonly string[]): JsonObject {
  if ([Namespace, MetricName, ...dimensions].some((name) => name === '.' || name === '...')) {
    throw new Error(`${MetricName}: abbreviated metrics are not supported`);
  }
  const Dimensions = Array.from({ length: dimensions.length / 2 }, (_, pair) => ({
    Name: dimensions[2 * pair],
    Value: dimensions[2 * pair + 1],
  }));
  return { Namespace, MetricName, Dimensions };
}
