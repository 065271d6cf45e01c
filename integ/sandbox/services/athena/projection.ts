import type { JsonObject } from '../../contracts';
import { objectOf, objects } from '../../protocol/json';
import { AthenaError } from './athena-error';

/** A condition of a query on a column, with the values as text. */
export interface Condition {
  readonly operator: 'in' | 'gt' | 'gte' | 'lt' | 'lte';
  readonly values: readonly string[];
}

export type Conditions = Readonly<Record<string, readonly Condition[]>>;

/** One partition: the values of its columns, and where its files are. */
export interface Partition {
  readonly values: Readonly<Record<string, string>>;
  readonly location: string;
}

/** Above this number, planning a query of Athena takes minutes as well. */
const MOST = 1_000_000;

/**
 * The partitions that a query reads, by the projection of the table's parameters. Documented: "Supported types for partition projection"
 * and "How to set up partition projection" (Amazon Athena User Guide).
 *
 * @throws AthenaError for a condition that an injected column needs, and for invalid parameters
 */
export function partitionsOf(table: JsonObject, conditions: Conditions, now: number): Partition[] {
  const parameters = objectOf(table.Parameters);
  const location = String(objectOf(table.StorageDescriptor).Location ?? '').replace(/\/?$/, '/');
  const keys = objects(table.PartitionKeys).map(({ Name, Type }) => ({ name: String(Name), type: String(Type) }));
  if (keys.length === 0) return [{ values: {}, location }];
  // Partitions that are not projected would be in the catalog, and a template has none.
  if (String(parameters['projection.enabled']).toLowerCase() !== 'true') return [];
  const template =
    text(parameters, 'storage.location.template') ?? `${location}${keys.map(({ name }) => `${name}=\${${name}}`).join('/')}/`;
  let partitions: Record<string, string>[] = [{}];
  for (const { name, type } of keys) {
    const values = valuesOf(name, type, parameters, conditions[name] ?? [], now);
    if (partitions.length * values.length > MOST)
      throw new AthenaError('QUERY_EXCEEDED_LIMIT', `The query reads more than ${MOST} partitions`);
    partitions = partitions.flatMap((partition) => values.map((value) => ({ ...partition, [name]: value })));
  }
  return partitions.map((values) => ({ values, location: locationOf(template, values) }));
}

function locationOf(template: string, values: Readonly<Record<string, string>>): string {
  const filled = Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`\${${name}}`, value), template);
  return filled.replace(/\/?$/, '/');
}

function valuesOf(name: string, type: string, parameters: JsonObject, conditions: readonly Condition[], now: number): string[] {
  const setting = (key: string) => text(parameters, `projection.${name}.${key}`);
  const required = (key: string): string => {
    const value = setting(key);
    if (value !== undefined) return value;
    throw invalid(`The table property projection.${name}.${key} is missing`);
  };
  const numeric = /^(tinyint|smallint|int|integer|bigint)$/i.test(type);
  const matches = (value: string) => conditions.every((condition) => meets(value, condition, numeric));
  switch (required('type').toLowerCase()) {
    case 'injected':
      return injected(name, conditions);
    case 'enum':
      return required('values')
        .split(',')
        .map((value) => value.trim())
        .filter(matches);
    case 'integer':
      return integers(required('range'), Number(setting('interval') ?? 1), Number(setting('digits') ?? 0), matches);
    case 'date':
      return dates(required('range'), required('format'), setting('interval'), setting('interval.unit'), now).filter(matches);
    default:
      throw invalid(`projection.${name}.type is ${setting('type')}: it must be enum, integer, date or injected`);
  }
}

/** Documented: the message, in "Injected type". */
function injected(name: string, conditions: readonly Condition[]): string[] {
  const [first, ...others] = conditions.filter(({ operator }) => operator === 'in').map(({ values }) => values);
  if (first === undefined) {
    throw new AthenaError(
      'CONSTRAINT_VIOLATION',
      `For the injected projected partition column ${name}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`,
    );
  }
  return [...new Set(first)].filter((value) => others.every((values) => values.includes(value)));
}

function integers(range: string, interval: number, digits: number, matches: (value: string) => boolean): string[] {
  const [from, to] = range.split(',').map((limit) => Number(limit.trim()));
  if (![from, to, interval].every(Number.isSafeInteger) || interval < 1) throw invalid(`The integer range ${range} is not valid`);
  const values: string[] = [];
  for (let value = from; value <= to; value += interval) {
    const written = String(value).padStart(digits, '0');
    if (matches(written)) values.push(written);
  }
  return values;
}

function meets(value: string, { operator, values }: Condition, numeric: boolean): boolean {
  const compared = (other: string) => (numeric ? Number(value) - Number(other) : value < other ? -1 : value > other ? 1 : 0);
  const [limit] = values;
  switch (operator) {
    case 'in':
      return values.some((other) => compared(other) === 0);
    case 'gt':
      return compared(limit) > 0;
    case 'gte':
      return compared(limit) >= 0;
    case 'lt':
      return compared(limit) < 0;
    case 'lte':
      return compared(limit) <= 0;
  }
}

const UNITS = ['YEARS', 'MONTHS', 'DAYS', 'HOURS', 'MINUTES', 'SECONDS'] as const;
type Unit = (typeof UNITS)[number] | 'WEEKS';

/** The values of a date projection, `range` with a format or `NOW-3YEARS,NOW`. */
function dates(range: string, format: string, interval: string | undefined, unit: string | undefined, now: number): string[] {
  const smallest = [...UNITS].reverse().find((_, index) => format.includes('smHdMy'[index]));
  const step = (unit?.toUpperCase().replace(/S?$/, 'S') ?? smallest) as Unit | undefined;
  if (step === undefined || !/^[yMdHms'/:T -]*$/.test(format)) throw invalid(`The date format ${format} is not supported`);
  const limits = range.split(',').map((limit) => instant(limit.trim(), format, now));
  const [from, to] = limits;
  if (from === undefined || to === undefined) throw invalid(`The date range ${range} does not match the format ${format}`);
  const values: string[] = [];
  for (let index = 0; ; index++) {
    const at = moved(from, step, index * Number(interval ?? 1));
    if (at.getTime() > to.getTime() || values.length > MOST) return [...new Set(values)];
    values.push(formatted(at, format));
  }
}

function instant(text: string, format: string, now: number): Date | undefined {
  const relative = /^NOW(?:\s*([+-])\s*(\d+)\s*([A-Z]+))?$/.exec(text);
  if (relative !== null) {
    const [, sign, count = '0', unit = 'DAYS'] = relative;
    return moved(new Date(now), unit.replace(/S?$/, 'S') as Unit, Number(count) * (sign === '-' ? -1 : 1));
  }
  const parts: Record<string, number> = { y: 1970, M: 1, d: 1, H: 0, m: 0, s: 0 };
  let at = 0;
  for (const run of format.replaceAll("'", '').match(/([a-zA-Z])\1*|[^a-zA-Z]/g) ?? []) {
    if (run[0] in parts) {
      const digits = text.slice(at, at + run.length);
      if (!/^\d+$/.test(digits)) return undefined;
      parts[run[0]] = Number(digits);
    } else if (text.slice(at, at + run.length) !== run) return undefined;
    at += run.length;
  }
  return at === text.length ? new Date(Date.UTC(parts.y, parts.M - 1, parts.d, parts.H, parts.m, parts.s)) : undefined;
}

function moved(date: Date, unit: Unit, count: number): Date {
  const result = new Date(date);
  if (unit === 'YEARS') result.setUTCFullYear(date.getUTCFullYear() + count);
  else if (unit === 'MONTHS') result.setUTCMonth(date.getUTCMonth() + count);
  else
    result.setTime(
      date.getTime() + count * { WEEKS: 604_800_000, DAYS: 86_400_000, HOURS: 3_600_000, MINUTES: 60_000, SECONDS: 1000 }[unit],
    );
  return result;
}

function formatted(date: Date, format: string): string {
  const [year, month, day, hour, minute, second] = date.toISOString().split(/[-T:.Z]/);
  const fields: Record<string, string> = { y: year, M: month, d: day, H: hour, m: minute, s: second };
  return format.replaceAll("'", '').replace(/([yMdHms])\1*/g, (run) => fields[run[0]].slice(-Math.max(run.length, 2)));
}

function text(parameters: JsonObject, name: string): string | undefined {
  const value = parameters[name];
  return value === undefined || value === null ? undefined : String(value);
}

function invalid(message: string): AthenaError {
  return new AthenaError('INVALID_TABLE_PROPERTY', message);
}
