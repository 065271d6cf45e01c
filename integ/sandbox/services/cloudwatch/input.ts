import type { Json, JsonObject, MetricId } from '../../contracts';
import { objects } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';

/** Documented: "PutMetricData": a metric has up to 30 dimensions; a value is between -2^360 and 2^360. */
const MOST_DIMENSIONS = 30;
const LARGEST = 2 ** 360;

export const invalidValue = (message: string): ServiceError => new ServiceError('InvalidParameterValueException', message);
export const missing = (name: string): ServiceError =>
  new ServiceError('MissingRequiredParameterException', `The parameter ${name} is required.`);

export function textOf(input: JsonObject, name: string): string | undefined {
  const value = input[name];
  return value === undefined || value === null ? undefined : String(value);
}

export function requiredText(input: JsonObject, name: string): string {
  const value = textOf(input, name);
  if (value === undefined || value === '') throw missing(name);
  return value;
}

/** @throws ServiceError unless it is a finite number of the documented range */
export function numberOf(value: Json | undefined, name: string): number {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  if (!Number.isFinite(number) || Math.abs(number) > LARGEST || value === '') {
    throw invalidValue(`The value ${JSON.stringify(value ?? null)} for parameter ${name} is invalid.`);
  }
  return number;
}

/** A time in seconds, or as text. @returns milliseconds since the epoch */
export function timeOf(value: Json | undefined, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const time = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
  if (Number.isFinite(time)) return time;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds * 1000;
  throw invalidValue(`The parameter ${name} must be a time.`);
}

export function requiredTime(input: JsonObject, name: string): number {
  const time = timeOf(input[name], name);
  if (time === undefined) throw missing(name);
  return time;
}

/** `Dimensions` of a request. */
export function dimensionsIn(input: JsonObject): Record<string, string> {
  const list = objects(input.Dimensions);
  if (list.length > MOST_DIMENSIONS) throw invalidValue(`The collection Dimensions must not have a size greater than ${MOST_DIMENSIONS}.`);
  return Object.fromEntries(list.map((dimension) => [requiredText(dimension, 'Name'), requiredText(dimension, 'Value')]));
}

export function metricIn(input: JsonObject): MetricId {
  return { namespace: requiredText(input, 'Namespace'), name: requiredText(input, 'MetricName'), dimensions: dimensionsIn(input) };
}

/** A metric as replies have it. */
export function metricOut({ namespace, name, dimensions }: MetricId) {
  return {
    ...{ Namespace: namespace, MetricName: name },
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
}
