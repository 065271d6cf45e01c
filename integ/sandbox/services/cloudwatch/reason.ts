import type { MetricAlarm } from './alarm';
import type { Datapoint, Evaluation } from './states';

const WORDS = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};
const TREATED = { missing: 'Missing', ignore: 'Ignored', breaching: 'Breaching', notBreaching: 'NonBreaching' };

/** The reason of a state, in the words of CloudWatch. */
export function reasonOf({ rule, threshold, comparison }: MetricAlarm, { state, considered, filled }: Evaluation): string {
  const { evaluationPeriods: periods, missingData } = rule;
  if (state === 'INSUFFICIENT_DATA') return `Insufficient Data: ${plural(periods, 'datapoint')} ${wasOf(periods)} unknown.`;
  const missing = `${plural(filled, 'missing datapoint')} ${wasOf(filled)} treated as [${TREATED[missingData]}]`;
  if (considered.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${plural(periods, 'period')} and ${missing}.`;
  }
  const breaching = considered.filter(({ value }) => rule.breaches(value)).length;
  const inAlarm = state === 'ALARM';
  const count = inAlarm ? `${breaching} out of the last ${plural(considered.length, 'datapoint')}` : plural(considered.length, 'datapoint');
  const compared = `${wasOf(inAlarm ? breaching : considered.length)} ${inAlarm ? '' : 'not '}${WORDS[comparison]} the threshold (${decimal(threshold)})`;
  return `Threshold Crossed: ${count} [${considered.map(pointText).join(', ')}] ${compared}${filled > 0 ? ` and ${missing}` : ''}.`;
}

/** `StateReasonData` */
export function reasonDataOf({ queries, period, threshold }: MetricAlarm, { considered }: Evaluation, at: number): string {
  const [query] = queries.expressions.length > 0 ? [] : queries.metrics;
  const oldest = considered[considered.length - 1];
  return JSON.stringify({
    ...{ version: '1.0', queryDate: awsTime(at) },
    ...(oldest === undefined ? {} : { startDate: awsTime(oldest.at) }),
    ...(query === undefined ? {} : { statistic: query.statistic, ...(query.unit === undefined ? {} : { unit: query.unit }) }),
    ...{ period, recentDatapoints: considered.map(({ value }) => value).reverse(), threshold },
    evaluatedDatapoints: considered.map((point) => ({ timestamp: awsTime(point.at), value: point.value })),
  });
}

/** `2025-02-02T12:06:35.472+0000` */
export const awsTime = (at: number): string => new Date(at).toISOString().replace('Z', '+0000');

function pointText({ at, value }: Datapoint): string {
  const [year, month, day] = new Date(at).toISOString().slice(2, 10).split('-');
  return `${decimal(value)} (${day}/${month}/${year} ${new Date(at).toISOString().slice(11, 19)})`;
}

const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));
const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const wasOf = (count: number): string => (count === 1 ? 'was' : 'were');
