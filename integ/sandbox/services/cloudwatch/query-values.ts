import { evaluate } from './math/evaluate';
import type { Queries } from './metric-query';
import type { MetricStore } from './store';

/** The values of a metric or an expression by its id: one per period, the oldest first. */
export type ValuesById = (id: string) => readonly (number | undefined)[];

/** Reads the metrics, and computes expressions when they are asked for. @param period of all, in seconds */
export function valuesOfQueries(
  store: Pick<MetricStore, 'values'>,
  { metrics, expressions }: Queries,
  period: number,
  from: number,
  to: number,
): ValuesById {
  const known = new Map<string, readonly (number | undefined)[]>();
  const count = Math.ceil((to - from) / (period * 1000));
  const valuesById: ValuesById = (id) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const values = compute(id);
    known.set(id, values);
    return values;
  };
  function compute(id: string): readonly (number | undefined)[] {
    const query = metrics.find((metric) => metric.id === id);
    if (query !== undefined) return store.values(query.metric, query.statistic, period, from, to, query.unit);
    const found = expressions.find((expression) => expression.id === id);
    if (found === undefined) return [];
    return Array.from({ length: count }, (_, at) => evaluate(found.expression, (used) => valuesById(used)[at]));
  }
  return valuesById;
}
