import type { JsonObject, MetricId, Statistic } from '../../contracts';
import { objects, strings } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { invalidValue, metricIn, metricOut, numberOf, requiredText, requiredTime, textOf } from './input';
import { parseExpression } from './math/parse';
import { ExpressionError } from './math/tokens';
import { type ExpressionQuery, type MetricQuery, periodProblem, problemOf, statisticNamed } from './metric-query';
import type { Output } from './protocol/cbor';
import { valuesOfQueries } from './query-values';
import type { MetricStore } from './store';

/** Documented: "GetMetricData" has up to 500 queries; "GetMetricStatistics" up to 1,440 data points. */
const MOST_QUERIES = 500;
const MOST_POINTS = 1_440;
const MOST_POINTS_OF_DATA = 100_800;

export type Result = { readonly [key: string]: Output };

/** A metric or an expression for each query, the newest value first unless the caller wants the oldest first. */
export function getMetricData(store: MetricStore, input: JsonObject): Result {
  const all = objects(input.MetricDataQueries);
  if (all.length > MOST_QUERIES) throw invalidValue(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`);
  const metrics = all.filter(({ MetricStat }) => MetricStat !== undefined).map(metricQuery);
  const expressions = all.filter(({ Expression }) => Expression !== undefined).map(expressionQuery);
  const problem = problemOf({ metrics, expressions });
  if (problem !== undefined) throw new ServiceError('ValidationError', `MetricDataQueries ${problem}`);
  const periods = [...new Set(metrics.map(({ period }) => period))];
  if (periods.length > 1 && expressions.length > 0) throw invalidValue('The sandbox does not support expressions with several periods');
  const ascending = textOf(input, 'ScanBy') === 'TimestampAscending';
  const results = all
    .filter(({ ReturnData }) => ReturnData === undefined || String(ReturnData) === 'true')
    .map((query) => {
      const id = requiredText(query, 'Id');
      const period = metrics.find((metric) => metric.id === id)?.period ?? periods[0] ?? 60;
      const [from, to] = rangeOf(input, period, MOST_POINTS_OF_DATA);
      const points = pointsOf(valuesOfQueries(store, { metrics, expressions }, period, from, to)(id), from, period);
      const ordered = ascending ? points : points.reverse();
      return {
        ...{
          Id: id,
          Label: textOf(query, 'Label') ?? metrics.find((metric) => metric.id === id)?.metric.name ?? id,
          StatusCode: 'Complete',
        },
        Timestamps: ordered.map(({ at }) => new Date(at)),
        Values: ordered.map(({ value }) => value),
      };
    });
  return { MetricDataResults: results, Messages: [] };
}

function metricQuery(query: JsonObject): MetricQuery {
  const [stat = {}] = objects([query.MetricStat]);
  const [metric = {}] = objects([stat.Metric ?? null].filter((one) => one !== null));
  const statistic = statisticIn(requiredText(stat, 'Stat'));
  return { id: requiredText(query, 'Id'), metric: metricIn(metric), statistic, period: periodIn(stat), unit: textOf(stat, 'Unit') };
}

function expressionQuery(query: JsonObject): ExpressionQuery {
  const text = requiredText(query, 'Expression');
  try {
    return { id: requiredText(query, 'Id'), text, expression: parseExpression(text) };
  } catch (error) {
    if (error instanceof ExpressionError) throw new ServiceError('ValidationError', `Error in expression: ${error.message}`);
    throw error;
  }
}

/** Documented: "GetMetricStatistics" (Amazon CloudWatch API Reference). */
export function getMetricStatistics(store: MetricStore, input: JsonObject): Result {
  const id = metricIn(input);
  const period = periodIn(input);
  const [from, to] = rangeOf(input, period, MOST_POINTS);
  const basic = strings(input.Statistics);
  const extended = strings(input.ExtendedStatistics);
  if (basic.length + extended.length === 0)
    throw new ServiceError('MissingRequiredParameterException', 'The parameter Statistics is required.');
  const unit = textOf(input, 'Unit');
  const series = (statistic: string) => store.values(id, statisticIn(statistic), period, from, to, unit);
  const [basicValues, extendedValues] = [basic.map(series), extended.map(series)];
  const points = pointsOf(store.values(id, 'SampleCount', period, from, to, unit), from, period).map(({ at, index }) => ({
    ...{ Timestamp: new Date(at), Unit: unit ?? 'None' },
    ...Object.fromEntries(basic.map((name, number) => [name, basicValues[number][index]])),
    ...(extended.length === 0
      ? {}
      : { ExtendedStatistics: Object.fromEntries(extended.map((name, number) => [name, extendedValues[number][index]])) }),
  }));
  return { Label: id.name, Datapoints: points };
}

/** Documented: "ListMetrics": by namespace, name and dimensions, whose values are optional. */
export function listMetrics(store: MetricStore, input: JsonObject): Result {
  const namespace = textOf(input, 'Namespace');
  const name = textOf(input, 'MetricName');
  const filters = objects(input.Dimensions);
  const matches = ({ dimensions }: MetricId) =>
    filters.every((filter) => {
      const value = dimensions[requiredText(filter, 'Name')];
      return value !== undefined && (filter.Value === undefined || value === filter.Value);
    });
  const found = store.list().filter((id) => (namespace ?? id.namespace) === id.namespace && (name ?? id.name) === id.name && matches(id));
  return { Metrics: found.map(metricOut) };
}

function statisticIn(text: string): Statistic {
  const statistic = statisticNamed(text);
  if (statistic === undefined) throw invalidValue(`The statistic ${text} is not supported by the sandbox`);
  return statistic;
}

function periodIn(input: JsonObject): number {
  const period = numberOf(input.Period, 'Period');
  const problem = periodProblem(period);
  if (problem !== undefined) throw invalidValue(`The parameter Period ${problem}.`);
  return period;
}

/** Periods begin at multiples of the period. */
function rangeOf(input: JsonObject, period: number, most: number): [from: number, to: number] {
  const [start, to] = [requiredTime(input, 'StartTime'), requiredTime(input, 'EndTime')];
  if (start >= to) throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
  const from = Math.floor(start / (period * 1000)) * period * 1000;
  if ((to - from) / (period * 1000) > most)
    throw invalidValue(`You have requested more than ${most} data points. Use a longer period or a shorter range.`);
  return [from, to];
}

function pointsOf(values: readonly (number | undefined)[], from: number, period: number) {
  return values.flatMap((value, index) => (value === undefined ? [] : [{ at: from + index * period * 1000, index, value }]));
}
