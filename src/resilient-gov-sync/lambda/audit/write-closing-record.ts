import { canonicalJson } from './canonical';
import { type ClosingRecord, nextClosingRecord } from './closing-record';
import type { AuditChain } from './entry';
import { closingKey, entryKey, periodPrefix, placeOf } from './keys';
import { continues, readClosingRecord, readEntry } from './read-object';
import { type Audit, keysOf, putOnce, read } from './store';

/** The end of a chain, as the table or a closing record has it. */
type End = Pick<AuditChain, 'tenant' | 'entries' | 'head'>;

/** The numbers in the audit of a period, in order. */
interface Stored {
  readonly closingRecords: readonly number[];
  readonly entries: ReadonlyMap<string, readonly number[]>;
}

/**
 * Writes the closing record of a period, which nobody can delete or shorten before its retention ends. Without a new entry since the last
 * record, that one stays the last. Objects that the sync did not write are named in it, and keep no other chain from being closed.
 *
 * @param chains all chains of the period as the table has them, also those without entries. An entry that a stopped function left, and that
 * the table does not count, is part of its chain.
 * @returns the key of the record in the bucket, and the keys of objects that the sync did not write
 */
export async function writeClosingRecord(
  audit: Audit,
  period: string,
  chains: readonly End[],
  now: number = Date.now(),
): Promise<{ readonly key: string; readonly foreign: readonly string[] }> {
  for (;;) {
    const stored = await storedIn(audit, period);
    const ends: (End & { readonly foreign?: string })[] = [];
    for (const chain of chains) ends.push(await endOf(audit, period, chain, stored.entries.get(chain.tenant) ?? []));
    const records = await lastRecord(audit, period, stored.closingRecords);
    const { last } = records;
    const foreign = [...ends.flatMap((end) => end.foreign ?? []), ...records.foreign].sort();
    const record = nextClosingRecord(period, ends, last, now, { number: freeAfter(last?.number ?? 0, stored.closingRecords), foreign });
    if (last !== undefined && contentOf(last) === contentOf(record)) return { key: closingKey(period, last.number), foreign };
    const key = closingKey(period, record.number);
    // Somebody else may have written this number in between: then it is the last record, which is read again.
    if ((await putOnce(audit, key, canonicalJson(record), now)) === undefined) return { key, foreign };
  }
}

function contentOf({ chains, foreign = [] }: ClosingRecord): string {
  return canonicalJson([chains, foreign]);
}

async function storedIn(audit: Audit, period: string): Promise<Stored> {
  const entries = new Map<string, number[]>();
  const closingRecords: number[] = [];
  for await (const key of keysOf(audit, periodPrefix(period))) {
    const { tenant, number } = placeOf(period, key) ?? {};
    if (number === undefined) continue;
    if (tenant === undefined) closingRecords.push(number);
    else {
      const own = entries.get(tenant) ?? [];
      own.push(number);
      entries.set(tenant, own);
    }
  }
  for (const numbers of [closingRecords, ...entries.values()]) numbers.sort((one, other) => one - other);
  return { closingRecords, entries };
}

/** The end of a chain in the bucket, if it is longer there. What the table counts and the bucket does not have is found by a verification. */
async function endOf(
  audit: Audit,
  period: string,
  { tenant, ...table }: End,
  stored: readonly number[],
): Promise<End & { readonly foreign?: string }> {
  let { entries, head } = table;
  for (const number of stored.filter((one) => one > table.entries)) {
    const key = entryKey(period, tenant, number);
    const entry = number === entries + 1 ? readEntry(await read(audit, key)) : undefined;
    if (entry === undefined || !continues(entry, { period, tenant, entries, head })) return { tenant, entries, head, foreign: key };
    entries = entry.number;
    head = entry.hash;
  }
  return { tenant, entries, head };
}

/** The last closing record, and the keys of those that the sync did not write: later ones, and earlier ones that it names. */
async function lastRecord(
  audit: Audit,
  period: string,
  numbers: readonly number[],
): Promise<{ readonly last?: ClosingRecord; readonly foreign: readonly string[] }> {
  const foreign: string[] = [];
  for (const number of [...numbers].reverse()) {
    const key = closingKey(period, number);
    const last = readClosingRecord(await read(audit, key));
    if (last?.period === period && last.number === number) {
      const earlier = numbers.filter((one) => one < number).map((one) => closingKey(period, one));
      return { last, foreign: [...foreign, ...earlier.filter((one) => last.foreign?.includes(one))] };
    }
    foreign.push(key);
  }
  return { foreign };
}

function freeAfter(number: number, taken: readonly number[]): number {
  return taken.includes(number + 1) ? freeAfter(number + 1, taken) : number + 1;
}
