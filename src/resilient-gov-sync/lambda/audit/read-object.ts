import { canonicalJson, sha256, type Value } from './canonical';
import type { ClosingRecord } from './closing-record';
import { type AuditChain, NO_ENTRY, type StoredEntry } from './entry';

const HASH = /^[0-9a-f]{64}$/;

/** Reads an entry; undefined if it is not exactly what the sync wrote. */
export function readEntry(text: string): StoredEntry | undefined {
  const object = readHashed(text);
  const { version, period, tenant, number, previous } = object ?? {};
  const isEntry = version === 1 && typeof period === 'string' && typeof tenant === 'string' && typeof number === 'number';
  return isEntry && HASH.test(String(previous)) ? (object as unknown as StoredEntry) : undefined;
}

/** Whether an entry is the next one of a chain. */
export function continues(entry: StoredEntry, { period, tenant, entries, head }: AuditChain): boolean {
  const previous = entries === 0 ? NO_ENTRY : head;
  return entry.period === period && entry.tenant === tenant && entry.number === entries + 1 && entry.previous === previous;
}

/** Reads a closing record; undefined if it is not exactly what the sync wrote. */
export function readClosingRecord(text: string): ClosingRecord | undefined {
  const object = readHashed(text);
  const { version, period, number, previous, chains } = object ?? {};
  const isRecord = version === 1 && typeof period === 'string' && typeof number === 'number' && HASH.test(String(previous));
  return isRecord && Array.isArray(chains) && chains.every(isChain) ? (object as unknown as ClosingRecord) : undefined;
}

function isChain(value: Value): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { tenant, entries, head } = value as Readonly<Record<string, Value>>;
  return typeof tenant === 'string' && typeof entries === 'number' && HASH.test(String(head));
}

/** The object in a text with its own hash. A text that is not canonical could show a reader something else than was hashed. */
function readHashed(text: string): Readonly<Record<string, Value>> | undefined {
  try {
    const value = JSON.parse(text) as Value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const { hash, ...content } = value as Readonly<Record<string, Value>>;
    return canonicalJson(value) === text && hash === sha256(canonicalJson(content)) ? { ...content, hash } : undefined;
  } catch {
    // It is no JSON, or has more levels than can be read.
    return undefined;
  }
}
