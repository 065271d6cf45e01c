import { parse } from 'node:querystring';
import type { HttpPair, HttpRequest, HttpResponse } from '../contracts';

export type { HttpPair, HttpRequest, HttpResponse };

/** Path parameters by name. */
export type PathParameters = Readonly<Record<string, string>>;

/** Names and values from Node's `rawHeaders`. */
export function pairs(raw: readonly string[]): HttpPair[] {
  const result: HttpPair[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    result.push([raw[at], raw[at + 1]]);
  }
  return result;
}

export function parseQuery(text: string): Record<string, string[]> {
  const found = Object.entries(parse(text, '&', '=', { maxKeys: 0 }));
  return Object.fromEntries(found.map(([name, value]) => [name, (Array.isArray(value) ? value : [value]).map((item) => item ?? '')]));
}

/** All values of a header, ignoring the case of its name. */
export function headerValues(headers: readonly HttpPair[], name: string): string[] {
  const lower = name.toLowerCase();
  const values: string[] = [];
  for (const [key, value] of headers) if (isNamed(key, lower)) values.push(value);
  return values;
}

/** Compares the length first, which differs for most names. */
function isNamed(key: string, lower: string): boolean {
  return key.length === lower.length && (key === lower || key.toLowerCase() === lower);
}

/**
 * The last value under exactly this name, as templates see it. Documented: "Important notes for REST APIs": "Header names and query
 * parameters are processed in a case-sensitive way".
 */
export function exactHeader(headers: readonly HttpPair[], name: string): string | undefined {
  for (let at = headers.length - 1; at >= 0; at -= 1) if (headers[at][0] === name) return headers[at][1];
  return undefined;
}

/** The last value of a header, which API Gateway uses if only one is possible. */
export function header(headers: readonly HttpPair[], name: string): string | undefined {
  const lower = name.toLowerCase();
  for (let at = headers.length - 1; at >= 0; at -= 1) if (isNamed(headers[at][0], lower)) return headers[at][1];
  return undefined;
}

/** Headers as a map of single values, with names in their original case. */
export function singleValues(headers: readonly HttpPair[]): Record<string, string> {
  return Object.fromEntries(headers);
}

export function multipleValues(headers: readonly HttpPair[]): Record<string, string[]> {
  const result = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const values = result.get(name);
    if (values === undefined) result.set(name, [value]);
    else values.push(value);
  }
  return Object.fromEntries(result);
}

/** The media type of a header value, without parameters. */
export function mediaType(value: string | undefined): string | undefined {
  const type = value?.split(';')[0].trim().toLowerCase();
  return type === '' ? undefined : type;
}

/** A request that is not valid HTTP: a Node.js client would not send it. */
export class NotSendable extends Error {}

const TARGET = /^[\x21-\xff]+$/;
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The headers of a request as they would arrive over HTTP: names in lower case, values without surrounding spaces.
 *
 * @throws NotSendable
 */
export function asSent(target: string, headers: Readonly<Record<string, string>>): Record<string, string> {
  if (!TARGET.test(target)) throw new NotSendable('the path of the request has a character that must be escaped');
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!NAME.test(name)) throw new NotSendable(`${JSON.stringify(name)} is not a valid header name`);
    if (!VALUE.test(value)) throw new NotSendable(`the value of the header ${name} has a character that is not allowed in a header`);
    let [from, to] = [0, value.length];
    while (from < to && isBlank(value, from)) from += 1;
    while (from < to && isBlank(value, to - 1)) to -= 1;
    result[name.toLowerCase()] = value.slice(from, to);
  }
  return result;
}

function isBlank(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t';
}
