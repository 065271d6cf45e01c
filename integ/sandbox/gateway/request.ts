import { parse } from 'node:querystring';

/** A header or a query parameter as it was sent. */
export type Pair = readonly [name: string, value: string];

/** A request for a stage. */
export interface ApiRequest {
  readonly method: string;
  /** Path within the stage, as it was sent. */
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** The query string as it was sent, without its question mark. */
  readonly rawQuery: string;
  /** In the order and the case in which they were sent. */
  readonly headers: readonly Pair[];
  /** UTF-8: without binary media types API Gateway handles every payload as text. */
  readonly body: string;
  readonly sourceIp: string;
  readonly protocol: string;
}

/** What `route` found. */
export type PathParameters = Readonly<Record<string, string>>;

/** Names and values from Node's `rawHeaders`. */
export function pairs(raw: readonly string[]): Pair[] {
  const result: Pair[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    result.push([raw[at], raw[at + 1]]);
  }
  return result;
}

export function parseQuery(text: string): Record<string, string[]> {
  const found = Object.entries(parse(text, '&', '=', { maxKeys: 0 }));
  return Object.fromEntries(found.map(([name, value]) => [name, (Array.isArray(value) ? value : [value]).map((item) => item ?? '')]));
}

/** All values of a header, whatever the case of its name. */
export function headerValues(headers: readonly Pair[], name: string): string[] {
  const lower = name.toLowerCase();
  return headers.filter(([key]) => key.toLowerCase() === lower).map(([, value]) => value);
}

/**
 * The last value under exactly this name, as templates see it. Documented: "Important notes for REST APIs": "Header names and query
 * parameters are processed in a case-sensitive way".
 */
export function exactHeader(headers: readonly Pair[], name: string): string | undefined {
  return headers.filter(([key]) => key === name).at(-1)?.[1];
}

/** The last value of a header: API Gateway keeps one where only one can be kept. */
export function header(headers: readonly Pair[], name: string): string | undefined {
  return headerValues(headers, name).at(-1);
}

/** Headers as a map of single values, names in the case in which they were sent. */
export function singleValues(headers: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(headers);
}

export function multipleValues(headers: readonly Pair[]): Record<string, string[]> {
  const result = new Map<string, string[]>();
  for (const [name, value] of headers) {
    result.set(name, [...(result.get(name) ?? []), value]);
  }
  return Object.fromEntries(result);
}

/** The media type of a header's value, without its parameters. */
export function mediaType(value: string | undefined): string | undefined {
  const type = value?.split(';')[0].trim().toLowerCase();
  return type === '' ? undefined : type;
}
