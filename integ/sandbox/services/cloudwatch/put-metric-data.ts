import type { JsonObject, MetricId } from '../../contracts';
import { objects } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { dimensionsIn, invalidValue, numberOf, requiredText, textOf, timeOf } from './input';
import { type MetricStore, TooManyMetrics } from './store';

/** Documented: "PutMetricData" (Amazon CloudWatch API Reference). */
const MOST_METRICS = 1_000;
const MOST_VALUES = 150;
const OLDEST_MS = 14 * 24 * 3_600_000;
const NEWEST_MS = 2 * 3_600_000;

/** Puts what a program measured. @throws ServiceError if CloudWatch would reject it, or if there are too many metrics */
export function putMetricData(store: MetricStore, now: number, input: JsonObject): void {
  const namespace = requiredText(input, 'Namespace');
  if (input.EntityMetricData !== undefined) throw invalidValue('EntityMetricData is not supported by the sandbox');
  const data = objects(input.MetricData);
  if (data.length > MOST_METRICS) throw invalidValue(`The collection MetricData must not have a size greater than ${MOST_METRICS}.`);
  const puts = data.map((datum) => readDatum(namespace, now, datum));
  try {
    for (const put of puts) put(store);
  } catch (error) {
    if (error instanceof TooManyMetrics) throw new ServiceError('LimitExceededFault', error.message);
    throw error;
  }
}

/** Reads everything before anything is put: a request is rejected as a whole. */
function readDatum(namespace: string, now: number, datum: JsonObject): (store: MetricStore) => void {
  const id: MetricId = { namespace, name: requiredText(datum, 'MetricName'), dimensions: dimensionsIn(datum) };
  const unit = textOf(datum, 'Unit') ?? 'None';
  const at = timeOf(datum.Timestamp, 'Timestamp') ?? now;
  if (at < now - OLDEST_MS || at > now + NEWEST_MS) {
    throw invalidValue('The parameter Timestamp must be from two weeks ago to two hours from now.');
  }
  const [set] = objects(datum.StatisticValues === undefined ? [] : [datum.StatisticValues]);
  if (set !== undefined) {
    const part = (name: string) => numberOf(set[name], `StatisticValues.${name}`);
    const values = { count: part('SampleCount'), sum: part('Sum'), minimum: part('Minimum'), maximum: part('Maximum') };
    return (store) => store.putSet(id, unit, at, values);
  }
  const values = valuesIn(datum);
  return (store) => {
    for (const [value, count] of values) store.putValue({ ...id, at, value, unit, count });
  };
}

function valuesIn({ Value, Values, Counts }: JsonObject): (readonly [value: number, count: number])[] {
  if (!Array.isArray(Values)) return [[numberOf(Value, 'Value'), 1]];
  const counts = Array.isArray(Counts) ? Counts : [];
  if (Values.length > MOST_VALUES) throw invalidValue(`The collection Values must not have a size greater than ${MOST_VALUES}.`);
  if (counts.length > 0 && counts.length !== Values.length)
    throw invalidValue('The parameters Values and Counts must have the same length.');
  return Values.map((value, at) => [numberOf(value, 'Values'), counts.length === 0 ? 1 : numberOf(counts[at], 'Counts')]);
}
