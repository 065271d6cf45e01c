import type { Properties } from '../../assembly/properties';
import type { MetricId, Statistic } from '../../contracts';
import { type Expression, idsOf, parseExpression } from './math/parse';

/** A metric as an alarm or a query reads it. */
export interface MetricQuery {
  readonly id: string;
  readonly metric: MetricId;
  readonly statistic: Statistic;
  /** Seconds. */
  readonly period: number;
  readonly unit?: string;
}

export interface ExpressionQuery {
  readonly id: string;
  readonly text: string;
  readonly expression: Expression;
}

/** Metrics and expressions, and the id of the one that is the result. */
export interface Queries {
  readonly metrics: readonly MetricQuery[];
  readonly expressions: readonly ExpressionQuery[];
}

const STATISTICS: readonly string[] = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'];

/** @returns undefined if the sandbox does not support it, such as a trimmed mean */
export function statisticNamed(text: string): Statistic | undefined {
  if (STATISTICS.includes(text)) return text as Statistic;
  const [, percent] = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(text) ?? [];
  return percent !== undefined && Number(percent) <= 100 ? `p${Number(percent)}` : undefined;
}

/** Documented: `Period` is 10, 20, 30 or a multiple of 60; metrics are kept by the minute here. */
export function periodProblem(period: number | undefined): string | undefined {
  if (period === 10 || period === 20 || period === 30) return `${period} is not supported: metrics are kept by the minute`;
  return period !== undefined && period >= 60 && period % 60 === 0 ? undefined : `${period} must be a multiple of 60`;
}

/** `Dimensions` of a metric. */
export function dimensionsOf(of: Properties): Record<string, string> {
  return Object.fromEntries(of.list('Dimensions').map((dimension) => [dimension.required('Name'), dimension.required('Value')]));
}

/** Reads `Metrics` of an alarm. */
export function readQueries(alarm: Properties): Queries & { readonly returned: string } {
  const metrics: MetricQuery[] = [];
  const expressions: ExpressionQuery[] = [];
  const returned: string[] = [];
  for (const query of alarm.list('Metrics')) {
    const id = query.required('Id');
    if (query.raw('ReturnData') === undefined || query.flag('ReturnData')) returned.push(id);
    if (query.has('AccountId')) throw query.invalid('AccountId', 'is not supported: one account runs here');
    const text = query.text('Expression');
    if (text === undefined) metrics.push(readMetric(query, id));
    else expressions.push({ id, text, expression: query.attempt('Expression', () => parseExpression(text)) });
  }
  const all = { metrics, expressions };
  const problem =
    problemOf(all) ?? (returned.length === 1 ? undefined : `returns ${returned.length} of its queries: one must be the result`);
  if (problem !== undefined) throw alarm.invalid('Metrics', problem);
  return { ...all, returned: returned[0] };
}

function readMetric(query: Properties, id: string): MetricQuery {
  const stat = query.object('MetricStat');
  const metric = stat?.object('Metric');
  if (stat === undefined || metric === undefined) throw query.invalid('MetricStat', 'or Expression is missing');
  const name = stat.required('Stat');
  const statistic = statisticNamed(name);
  if (statistic === undefined) throw stat.invalid('Stat', `${name} is not supported`);
  const period = stat.number('Period');
  const problem = periodProblem(period);
  if (period === undefined || problem !== undefined) throw stat.invalid('Period', problem ?? 'is missing');
  const named = { namespace: metric.required('Namespace'), name: metric.required('MetricName'), dimensions: dimensionsOf(metric) };
  return { id, metric: named, statistic, period, unit: stat.text('Unit') };
}

/** Ids that are used twice, are missing, or that need themselves. */
export function problemOf({ metrics, expressions }: Queries): string | undefined {
  const ids = [...metrics, ...expressions].map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) return `has the id ${twice} twice`;
  const known = new Set(metrics.map(({ id }) => id));
  let open = [...expressions];
  while (open.length > 0) {
    const ready = open.filter(({ expression }) => idsOf(expression).every((id) => known.has(id)));
    if (ready.length === 0) {
      const [{ id, expression }] = open;
      return `has the expression ${id}, which needs ${idsOf(expression).find((used) => !known.has(used))}`;
    }
    for (const { id } of ready) known.add(id);
    open = open.filter((one) => !ready.includes(one));
  }
  return undefined;
}
