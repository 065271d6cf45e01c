import { canonicalJson } from './canonical';
import { type AuditChain, type AuditEntry, nextEntry } from './entry';
import { entryKey } from './keys';
import { continues, readEntry } from './read-object';
import { type Audit, putOnce } from './store';

/** Entries that a chain can have more than the table says. A function that was stopped leaves one. */
const MOST_AHEAD = 100;

/**
 * Adds an entry to the chain of a report.
 *
 * Entries are written before the table, so that a function that was stopped in between leaves an entry that the table does not count. Such
 * an entry stays, and the new one comes after it: an entry is never replaced, and a chain cannot fork.
 *
 * @returns the length of the chain, and the hash of its last entry, for the item of the report
 * @throws when an entry is there that does not continue the chain
 */
export async function appendEntry(
  audit: Audit,
  chain: AuditChain,
  entry: AuditEntry,
): Promise<{ readonly entries: number; readonly head: string }> {
  const { period, tenant } = chain;
  let { entries, head } = chain;
  while (entries - chain.entries <= MOST_AHEAD) {
    const next = nextEntry({ period, tenant, entries, head }, entry);
    const key = entryKey(period, tenant, next.number);
    const body = canonicalJson(next);
    const found = await putOnce(audit, key, body);
    if (found === undefined || found === body) return { entries: next.number, head: next.hash };
    const there = readEntry(found);
    if (there === undefined || !continues(there, { period, tenant, entries, head }))
      throw new Error(`The audit has ${key}, which does not continue the chain of ${entries} entries: verify the audit of ${period}`);
    entries = there.number;
    head = there.hash;
  }
  throw new Error(
    `The audit of ${tenant} in ${period} has more than ${MOST_AHEAD} entries after entry ${chain.entries}, which the table counts`,
  );
}
