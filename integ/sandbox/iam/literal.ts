import type { JsonObject } from '../contracts';

/** Code points that are no characters, and so in no key: one that stands for a star, and those for the ends of lines. */
const STAR = '\uFDD0';
const LINE_ENDS: Readonly<Record<string, string>> = { '\n': '\uFDD1', '\r': '\uFDD2', '\u2028': '\uFDD3', '\u2029': '\uFDD4' };

/**
 * A resource as the simulator takes it for exactly this one. It reads a star in the resource of a request as «any», so that a key `p/*` would
 * be granted to whoever has a permission on any of `p/…`; and its patterns do not reach over the end of a line, so that a denial of `p/*`
 * would not cover a key with one.
 */
export function literalResource(resource: string): string {
  return resource === '*' ? resource : literalValue(resource).replaceAll('*', STAR);
}

/** The value of a condition key in which patterns and variables find the same characters as in a resource. */
export function literalValue(value: string): string {
  return value.replace(/[\n\r\u2028\u2029]/g, (end) => LINE_ENDS[end]);
}

/** A policy that names a star itself: `${*}`. */
export function literalPolicy(document: JsonObject): JsonObject {
  const text = JSON.stringify(document);
  return text.includes('${*}') ? JSON.parse(text.replaceAll('${*}', STAR)) : document;
}
