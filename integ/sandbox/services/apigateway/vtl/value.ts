/**
 * The values of a mapping template. `bigint` is any Java integer, `number` is a `double`, `Map` is a `LinkedHashMap`, an array is an
 * `ArrayList`; null and undefined are Java's null.
 */
export type Value = null | undefined | boolean | string | bigint | number | List | JavaMap | Host;
export interface List extends Array<Value> {}
export type JavaMap = Map<string, Value>;

/** A list from JSON, which API Gateway prints as JSON. A list that the template creates is printed as in Java. */
export class JsonArray extends Array<Value> {}

/** A Java array: it has a list's methods, but Java prints its address. */
export class JavaArray extends Array<Value> {}

/** An object with its own methods: `$input`, `$util`. */
export class Host {
  constructor(
    readonly methods: Readonly<Record<string, (...args: Value[]) => Value>>,
    readonly properties: Readonly<Record<string, () => Value>> = {},
  ) {}
}

/** Java's `Double.toString`. */
export function doubleToString(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [mantissa, exponent] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

/** Java's `toString()`; null is `null`, as for `String.valueOf`. */
export function javaString(value: Value): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return doubleToString(value);
  if (value instanceof JsonArray) return toJson(value);
  if (value instanceof JavaArray) throw new Error('Java prints the address of an array: print its elements instead');
  if (Array.isArray(value)) return `[${value.map(javaString).join(', ')}]`;
  if (value instanceof Map) return `{${[...value].map(([key, item]) => `${key}=${javaString(item)}`).join(', ')}}`;
  if (value instanceof Host) return String(value.methods.toString?.() ?? '');
  return String(value);
}

/** A value as JSON, with numbers in Jackson's format. */
export function toJson(value: Value): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return doubleToString(value);
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (value instanceof Map) return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${toJson(item)}`).join(',')}}`;
  return value instanceof Host ? javaString(value) : String(value);
}

/** Java's `equals`. */
export function javaEquals(left: Value, right: Value): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => javaEquals(item, right[index]));
  }
  if (left instanceof Map && right instanceof Map) {
    return left.size === right.size && [...left].every(([key, item]) => right.has(key) && javaEquals(item, right.get(key)));
  }
  return (left ?? null) === (right ?? null);
}

/** A plain JavaScript value (strings, booleans, whole numbers, objects) as a template sees it. */
export function fromPlain(value: unknown): Value {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value !== 'object' || value === null) return null;
  const result = new Map<string, Value>();
  for (const key of Object.keys(value)) result.set(key, fromPlain((value as Record<string, unknown>)[key]));
  return result;
}
