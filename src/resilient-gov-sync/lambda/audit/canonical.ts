import { createHash } from 'node:crypto';

/** What an audit object can contain: whole numbers only, so that every program writes a number in the same way. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value | undefined };

/**
 * Writes a value as JSON in one way only, so that its hash can be computed again by any program: RFC 8785, with names in the order of their
 * UTF-16 code units, and without white space. Members that are undefined are left out.
 */
export function canonicalJson(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter((member): member is [string, Value] => member[1] !== undefined);
  return `{${members
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`)
    .join(',')}}`;
}

/** The SHA-256 hash of a text in UTF-8, in hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** An object of the audit with the hash of everything else in it. */
export function withHash<T extends object>(content: T): T & { readonly hash: string } {
  return { ...content, hash: sha256(canonicalJson(content as Value)) };
}
