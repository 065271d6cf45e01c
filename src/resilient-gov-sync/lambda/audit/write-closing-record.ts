import { canonicalJson } from './canonical';
import { type ClosingRecord, nextClosingRecord } from './closing-record';
import type { AuditChain } from './entry';
import { closingKey, entryKey, periodPrefix, placeOf } from './keys';
import { continues, readClosingRecord, readEntry } from './read-object';
import { type Audit, keysOf, putOnce, read } from './store';

/** The end of a chain, as the table or a closing record has it. */
type End = Pick<AuditChain, 'tenant' | 'entries' | 'head'>;

/** The highest numbers in the audit of a period. */
interface Stored {
  readonly closingRecords: number;
  readonly entries: ReadonlyMap<string, number>;
}

/**
 * Writes the closing record of a period, which nobody can delete or shorten before its retention ends. Without a new entry since the last
 * record, that one stays the last.
 *
 * @param chains all chains of the period as the table has them, also those without entries. An entry that a stopped function left, and that
 * the table does not count, is part of its chain.
 * @returns the key of the record in the bucket
 * @throws if the audit has objects that the sync did not write
 */
export async function writeClosingRecord(
  audit: Audit,
  period: string,
  chains: readonly End[],
  now: number = Date.now(),
): Promise<{ readonly key: string }> {
  for (;;) {
    const stored = await storedIn(audit, period);
    const ends: End[] = [];
    for (const chain of chains) ends.push(await endOf(audit, period, chain, stored.entries.get(chain.tenant) ?? 0));
    const last = stored.closingRecords === 0 ? undefined : await recordOf(audit, period, stored.closingRecords);
    const record = nextClosingRecord(period, ends, last, now);
    if (last !== undefined && canonicalJson(last.chains) === canonicalJson(record.chains)) return { key: closingKey(period, last.number) };
    const key = closingKey(period, record.number);
    // Somebody else may have written this number in between: then it is the last record, which is read again.
    if ((await putOnce(audit, key, canonicalJson(record), now)) === undefined) return { key };
  }
}

async function storedIn(audit: Audit, period: string): Promise<Stored> {
  const entries = new Map<string, number>();
  let closingRecords = 0;
  for await (const key of keysOf(audit, periodPrefix(period))) {
    const { tenant, number = 0 } = placeOf(period, key) ?? {};
    if (tenant !== undefined) entries.set(tenant, Math.max(number, entries.get(tenant) ?? 0));
    else closingRecords = Math.max(closingRecords, number);
  }
  return { closingRecords, entries };
}

/** The end of a chain in the bucket, if it is longer there. What the table counts and the bucket does not have is found by a verification. */
async function endOf(audit: Audit, period: string, { tenant, ...table }: End, stored: number): Promise<End> {
  let { entries, head } = table;
  while (entries < stored) {
    const key = entryKey(period, tenant, entries + 1);
    const entry = readEntry(await read(audit, key));
    if (entry === undefined || !continues(entry, { period, tenant, entries, head }))
      throw new Error(`The audit has ${key}, which does not continue the chain of ${entries} entries: verify the audit of ${period}`);
    entries = entry.number;
    head = entry.hash;
  }
  return { tenant, entries, head };
}

async function recordOf(audit: Audit, period: string, number: number): Promise<ClosingRecord> {
  const key = closingKey(period, number);
  const record = readClosingRecord(await read(audit, key));
  if (record === undefined || record.period !== period || record.number !== number)
    throw new Error(`The audit has ${key}, which is not a closing record of the sync: verify the audit of ${period}`);
  return record;
}
