import { canonicalJson } from './canonical';
import { type ClosingRecord, nextClosingRecord } from './closing-record';
import type { AuditChain } from './entry';
import { closingKey, closingPrefix, placeOf } from './keys';
import { readClosingRecord } from './read-object';
import { type Audit, lastKey, putOnce, read } from './store';

/**
 * Writes the closing record of a period, which nobody can delete or shorten before its retention ends. Without a new entry since the last
 * record, that one stays the last.
 *
 * @param chains all chains of the period, also those without entries
 * @returns the key of the record in the bucket
 */
export async function writeClosingRecord(
  audit: Audit,
  period: string,
  chains: readonly Pick<AuditChain, 'tenant' | 'entries' | 'head'>[],
  now: number = Date.now(),
): Promise<{ readonly key: string }> {
  for (;;) {
    const last = await lastRecord(audit, period);
    const record = nextClosingRecord(period, chains, last, now);
    if (last !== undefined && canonicalJson(last.chains) === canonicalJson(record.chains)) return { key: closingKey(period, last.number) };
    const key = closingKey(period, record.number);
    // Somebody else may have written this number in between: then it is the last record, which is read again.
    if ((await putOnce(audit, key, canonicalJson(record), now)) === undefined) return { key };
  }
}

async function lastRecord(audit: Audit, period: string): Promise<ClosingRecord | undefined> {
  const key = await lastKey(audit, closingPrefix(period));
  if (key === undefined) return undefined;
  const record = readClosingRecord(await read(audit, key));
  if (record === undefined || record.period !== period || record.number !== placeOf(period, key)?.number)
    throw new Error(`The audit has ${key}, which is not a closing record of the sync: verify the audit of ${period}`);
  return record;
}
