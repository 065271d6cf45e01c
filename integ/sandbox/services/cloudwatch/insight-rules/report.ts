import type { Json, JsonObject, LogLine } from '../../../contracts';
import { asObject, objectOf, strings } from '../../../protocol/json';
import { invalidValue, numberOf, requiredTime, textOf } from '../input';
import { periodProblem } from '../metric-query';
import type { InsightRule, Path } from './rule';

/** Documented: "GetInsightRuleReport" (Amazon CloudWatch API Reference). */
const [MOST_CONTRIBUTORS, STANDARD_CONTRIBUTORS, MOST_PERIODS] = [100, 10, 1_440];
const METRICS = ['UniqueContributors', 'MaxContributorValue', 'SampleCount', 'Sum'] as const;
type MetricName = (typeof METRICS)[number];

interface Contributor {
  readonly keys: readonly string[];
  /** By the beginning of the period. */
  readonly values: Map<number, { value: number; lines: number }>;
}

/** Who contributed most to the lines of a rule in a time range, of the lines that the sandbox keeps. */
export function insightRuleReport(rule: InsightRule, lines: readonly LogLine[], input: JsonObject) {
  const request = requestIn(input);
  const all = contributorsOf(rule, lines, request);
  const ranked = all.map((one) => ({ ...one, total: sum(one), most: most(one) }));
  const by = request.orderBy === 'Maximum' ? 'most' : 'total';
  ranked.sort((one, other) => other[by] - one[by] || (one.keys.join() < other.keys.join() ? -1 : 1));
  const starts = [...new Set(all.flatMap(({ values }) => [...values.keys()]))].sort((one, other) => one - other);
  return {
    KeyLabels: rule.keys.map(({ label }) => label),
    AggregationStatistic: rule.summed === undefined ? 'COUNT' : 'SUM',
    AggregateValue: ranked.reduce((before, { total }) => before + total, 0),
    ApproximateUniqueCount: all.length,
    Contributors: ranked.slice(0, request.count).map(({ keys, values, total }) => ({
      Keys: [...keys],
      ApproximateAggregateValue: total,
      Datapoints: [...values]
        .sort(([one], [other]) => one - other)
        .map(([at, { value }]) => ({ Timestamp: new Date(at), ApproximateValue: value })),
    })),
    MetricDatapoints: starts.map((at) => ({
      Timestamp: new Date(at),
      ...Object.fromEntries(request.metrics.map((name) => [name, metricAt(name, all, at)])),
    })),
  };
}

function requestIn(input: JsonObject) {
  const [from, to] = [requiredTime(input, 'StartTime'), requiredTime(input, 'EndTime')];
  if (from >= to) throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
  const period = numberOf(input.Period, 'Period');
  const problem = periodProblem(period);
  if (problem !== undefined) throw invalidValue(`The parameter Period ${problem}.`);
  if ((to - from) / (period * 1000) > MOST_PERIODS) throw invalidValue(`The range must have at most ${MOST_PERIODS} periods.`);
  const count =
    input.MaxContributorCount === undefined ? STANDARD_CONTRIBUTORS : numberOf(input.MaxContributorCount, 'MaxContributorCount');
  if (!(count >= 1 && count <= MOST_CONTRIBUTORS)) throw invalidValue(`MaxContributorCount must be from 1 to ${MOST_CONTRIBUTORS}.`);
  const orderBy = textOf(input, 'OrderBy') ?? 'Sum';
  if (orderBy !== 'Sum' && orderBy !== 'Maximum') throw invalidValue('OrderBy must be Sum or Maximum.');
  const metrics = strings(input.Metrics).map((name) => {
    const known = METRICS.find((one) => one === name);
    if (known === undefined) throw invalidValue(`The sandbox does not support the metric ${name}: it has ${METRICS.join(', ')}.`);
    return known;
  });
  return { from, to, periodMs: period * 1000, count, orderBy, metrics };
}

function contributorsOf(
  rule: InsightRule,
  lines: readonly LogLine[],
  { from, to, periodMs }: Pick<ReturnType<typeof requestIn>, 'from' | 'to' | 'periodMs'>,
): Contributor[] {
  const found = new Map<string, Contributor>();
  for (const { at, message } of lines) {
    const line = at >= from && at < to ? asObject(message) : undefined;
    if (line === undefined || !rule.filters.every(({ path, matches }) => matches(valueAt(line, path)))) continue;
    const keys = rule.keys.map(({ path }) => valueAt(line, path));
    const value = rule.summed === undefined ? 1 : valueAt(line, rule.summed);
    // A line without one of the keys has no contributor, and one without a number contributes nothing.
    if (typeof value !== 'number' || keys.some((key) => key === undefined || key === null || typeof key === 'object')) continue;
    const id = JSON.stringify(keys);
    const contributor = found.get(id) ?? { keys: keys.map(String), values: new Map() };
    found.set(id, contributor);
    const start = Math.floor(at / periodMs) * periodMs;
    const before = contributor.values.get(start) ?? { value: 0, lines: 0 };
    contributor.values.set(start, { value: before.value + value, lines: before.lines + 1 });
  }
  return [...found.values()];
}

function metricAt(name: MetricName, all: readonly Contributor[], at: number): number {
  const present = all.flatMap(({ values }) => values.get(at) ?? []);
  const values = present.map(({ value }) => value);
  if (name === 'UniqueContributors') return present.length;
  if (name === 'MaxContributorValue') return values.reduce((one, other) => Math.max(one, other));
  if (name === 'SampleCount') return present.reduce((before, { lines }) => before + lines, 0);
  return values.reduce((before, value) => before + value, 0);
}

function valueAt(line: JsonObject, path: Path): Json | undefined {
  const last = path[path.length - 1];
  const parent = path.slice(0, -1).reduce((value, name) => objectOf(value[name]), line);
  return Object.hasOwn(parent, last) ? parent[last] : undefined;
}

const sum = ({ values }: Contributor) => [...values.values()].reduce((before, { value }) => before + value, 0);
const most = ({ values }: Contributor) => [...values.values()].reduce((before, { value }) => Math.max(before, value), 0);
