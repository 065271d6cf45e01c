import type { JsonObject } from '../contracts';

/** Noncharacter code points, which no key contains: a substitute for the star, and substitutes for line breaks. */
const STAR = '\uFDD0';
const LINE_ENDS: Readonly<Record<string, string>> = { '\n': '\uFDD1', '\r': '\uFDD2', '\u2028': '\uFDD3', '\u2029': '\uFDD4' };

/**
 * Encodes a resource so that the simulator reads it literally. Otherwise it would read a star in the resource of a request as a wildcard,
 * and a permission on any `p/…` would allow the key `p/*`. Its wildcards also do not match line breaks, so a denial of `p/*` would not
 * apply to a key with one.
 */
export function literalResource(resource: string): string {
  return resource === '*' ? resource : literalValue(resource).replaceAll('*', STAR);
}

/** The value of a condition key, encoded like a resource so that patterns and variables match. */
export function literalValue(value: string): string {
  return value.replace(/[\n\r\u2028\u2029]/g, (end) => LINE_ENDS[end]);
}

/** Encodes the literal star of a policy: `${*}`. */
export function literalPolicy(document: JsonObject): JsonObject {
  const text = JSON.stringify(document);
  return text.includes('${*}') ? JSON.parse(text.replaceAll('${*}', STAR)) : document;
}
