import { type Properties, propertiesOf } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';
import { type AlarmSettings, settingsOf } from './alarm-settings';
import { dimensionsOf, type MetricQuery, periodProblem, type Queries, readQueries, statisticNamed } from './metric-query';
import { type PromqlAlarm, readPromqlAlarm } from './promql/alarm';
import type { MissingData, Rule } from './states';

export const ALARM = 'AWS::CloudWatch::Alarm';

/** An alarm of the template on a metric or an expression. */
export interface MetricAlarm extends AlarmSettings {
  readonly kind: 'metric';
  readonly queries: Queries;
  /** The id of the query that is compared with the threshold. */
  readonly returned: string;
  /** Seconds. */
  readonly period: number;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly rule: Rule;
}

const COMPARISONS = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
};
export type Comparison = keyof typeof COMPARISONS;

const MISSING: readonly string[] = ['missing', 'ignore', 'breaching', 'notBreaching'];

/** Documented for PutMetricAlarm: the longest time that an alarm evaluates, in seconds. */
const A_DAY = 86_400;
const A_WEEK = 604_800;

/**
 * Reads an alarm, and validates it as PutMetricAlarm does.
 *
 * @throws if AWS would reject it or the sandbox does not support it
 */
export function readAlarm(assembly: Assembly, resource: Resource): MetricAlarm | PromqlAlarm {
  const alarm = propertiesOf(assembly, resource);
  if (alarm.has('EvaluationCriteria')) return readPromqlAlarm(assembly, resource);
  const { queries, returned } = queriesOf(alarm);
  const period = periodOf(alarm, queries);
  const threshold = alarm.number('Threshold');
  if (threshold === undefined) throw alarm.invalid('Threshold', 'is missing: alarms without one are not supported');
  const comparison = alarm.required('ComparisonOperator');
  if (!isComparison(comparison)) throw alarm.invalid('ComparisonOperator', `${comparison} is not supported`);
  const breaches = (value: number) => COMPARISONS[comparison](value, threshold);
  const rule = { ...ruleOf(alarm, period), breaches };
  return { ...settingsOf(assembly, resource, alarm), kind: 'metric', queries, returned, period, threshold, comparison, rule };
}

function queriesOf(alarm: Properties): { queries: Queries; returned: string } {
  if (alarm.has('Metrics')) {
    if (alarm.has('MetricName')) throw alarm.invalid('Metrics', 'and MetricName exclude each other');
    const { returned, ...queries } = readQueries(alarm);
    return { queries, returned };
  }
  const text = alarm.text('ExtendedStatistic') ?? alarm.required('Statistic');
  const statistic = statisticNamed(text);
  if (statistic === undefined)
    throw alarm.invalid(alarm.has('ExtendedStatistic') ? 'ExtendedStatistic' : 'Statistic', `${text} is not supported`);
  const metric = { namespace: alarm.required('Namespace'), name: alarm.required('MetricName'), dimensions: dimensionsOf(alarm) };
  const period = alarm.number('Period');
  const problem = periodProblem(period);
  if (period === undefined || problem !== undefined) throw alarm.invalid('Period', problem ?? 'is missing');
  const query: MetricQuery = { id: 'm1', metric, statistic, period, unit: alarm.text('Unit') };
  return { queries: { metrics: [query], expressions: [] }, returned: 'm1' };
}

function periodOf(alarm: Properties, { metrics }: Queries): number {
  const [first] = metrics;
  if (first === undefined) throw alarm.invalid('Metrics', 'has no metric');
  const other = metrics.find(({ period }) => period !== first.period);
  if (other !== undefined) throw alarm.invalid('Metrics', `has the periods ${first.period} and ${other.period}: one for all is supported`);
  return first.period;
}

function ruleOf(alarm: Properties, period: number): Omit<Rule, 'breaches'> {
  const evaluationPeriods = alarm.number('EvaluationPeriods') ?? 0;
  if (!(Number.isInteger(evaluationPeriods) && evaluationPeriods > 0))
    throw alarm.invalid('EvaluationPeriods', 'must be a whole number from 1');
  const longest = period < 3_600 ? A_DAY : A_WEEK;
  if (evaluationPeriods * period > longest) {
    throw alarm.invalid('EvaluationPeriods', `times the period is ${evaluationPeriods * period} seconds: at most ${longest} are allowed`);
  }
  const datapointsToAlarm = alarm.number('DatapointsToAlarm') ?? evaluationPeriods;
  if (!(Number.isInteger(datapointsToAlarm) && datapointsToAlarm > 0 && datapointsToAlarm <= evaluationPeriods)) {
    throw alarm.invalid('DatapointsToAlarm', `must be a whole number from 1 to ${evaluationPeriods}`);
  }
  const missingData = alarm.text('TreatMissingData') ?? 'missing';
  if (!isMissingData(missingData)) throw alarm.invalid('TreatMissingData', `${missingData} must be one of ${MISSING.join(', ')}`);
  const lowSamples = alarm.text('EvaluateLowSampleCountPercentile') ?? 'evaluate';
  if (lowSamples !== 'evaluate') throw alarm.invalid('EvaluateLowSampleCountPercentile', `${lowSamples} is not supported`);
  return { evaluationPeriods, datapointsToAlarm, missingData };
}

const isComparison = (text: string): text is Comparison => Object.hasOwn(COMPARISONS, text);
const isMissingData = (text: string): text is MissingData => MISSING.includes(text);
