import { sum } from '../sum';
import type { ClosingRecord } from './closing-record';
import { NO_ENTRY, type StoredEntry } from './entry';
import { closingKey, entryKey, placeOf } from './keys';
import { readClosingRecord, readEntry } from './read-object';

/** An object of the audit, as a folder or a bucket has it. */
export interface AuditObject {
  readonly key: string;
  readonly text: string;
  /** Versions of the object in the bucket, and delete markers. The sync writes one version. */
  readonly versions?: number;
  /** Whether a delete marker hides the object. */
  readonly isHidden?: boolean;
}

/** What is wrong. A person who finds one compares the bucket's access log and versions. */
export type FindingKind =
  /** An entry is missing before one that is there. */
  | 'MISSING_ENTRY'
  /** An object is not exactly what the sync wrote: it was changed, or written by another program. */
  | 'CHANGED'
  /** An object is not where it belongs: another period, another tenant, another number. */
  | 'MOVED'
  /** An entry does not continue the one before. */
  | 'BROKEN_CHAIN'
  /** The end of a chain that a closing record counts is missing. */
  | 'CUT_OFF'
  /** A chain is not the one that was closed: it was written again. */
  | 'REWRITTEN'
  /** A chain of a closing record is missing as a whole. */
  | 'MISSING_CHAIN'
  /** A chain appeared after the period was closed. */
  | 'EXTRA_CHAIN'
  /** There is no closing record, or one is missing before the last one. */
  | 'MISSING_CLOSING_RECORD'
  /** An object was replaced by another version, or hidden by a delete marker. */
  | 'REPLACED'
  /** An object that is not of the audit. */
  | 'UNKNOWN_OBJECT';

export interface Finding {
  readonly kind: FindingKind;
  readonly key: string;
  readonly tenant?: string;
  readonly detail: string;
}

/** The result of a verification. The audit is complete and unchanged if there are no findings and `notClosed` is 0. */
export interface Verification {
  readonly period: string;
  readonly chains: number;
  readonly entries: number;
  readonly closingRecords: number;
  /** Entries after the last closing record: a later attempt or a person has written them, and no record confirms them yet. */
  readonly notClosed: number;
  readonly findings: readonly Finding[];
}

/** Objects by their number; undefined for one that is there and is not what the sync wrote. */
type Numbered<T> = ReadonlyMap<number, T | undefined>;

interface Chain {
  readonly tenant: string;
  readonly entries: Numbered<StoredEntry>;
  readonly last: number;
}

/**
 * Verifies the audit of a period: each chain by itself, and each against the closing records. A removed, changed, moved or added entry
 * breaks a chain; a chain that was cut off at its end or written again does not match the closing record.
 *
 * @param objects all objects of the period, in any order
 */
export function verifyPeriod(objects: Iterable<AuditObject>, period: string): Verification {
  const findings: Finding[] = [];
  const chains = new Map<string, Map<number, StoredEntry | undefined>>();
  const records = new Map<number, ClosingRecord | undefined>();
  for (const object of objects) {
    const { key, text, isHidden = false, versions = 1 } = object;
    const place = placeOf(period, key);
    const finding = (kind: FindingKind, detail: string) => findings.push({ kind, key, ...withTenant(place?.tenant), detail });
    if (place === undefined) {
      finding('UNKNOWN_OBJECT', 'The sync does not write an object with this key.');
      continue;
    }
    if (isHidden) finding('REPLACED', 'A delete marker hides the object.');
    else if (versions > 1) finding('REPLACED', `The object has ${versions} versions instead of one.`);
    const { tenant, number } = place;
    if (tenant === undefined) {
      const record = readClosingRecord(text);
      const isHere = record?.period === period && record.number === number;
      if (record === undefined) finding('CHANGED', 'The closing record is not as the sync wrote it.');
      else if (!isHere) finding('MOVED', `It is closing record ${record.number} of ${record.period}.`);
      records.set(number, isHere ? record : undefined);
    } else {
      const entry = readEntry(text);
      const isHere = entry?.period === period && entry.tenant === tenant && entry.number === number;
      if (entry === undefined) finding('CHANGED', 'The entry is not as the sync wrote it.');
      else if (!isHere) finding('MOVED', `It is entry ${entry.number} of ${entry.tenant} in ${entry.period}.`);
      const chain = chains.get(tenant) ?? new Map<number, StoredEntry | undefined>();
      chains.set(tenant, chain.set(number, isHere ? entry : undefined));
    }
  }
  const all = [...chains].map(([tenant, entries]) => ({ tenant, entries, last: highest(entries) }));
  const closed = [...records.values()].filter((record) => record !== undefined).sort((one, other) => one.number - other.number);
  findings.push(
    ...all.flatMap(({ tenant, entries }) =>
      inOrder(entries, 'entry', 'MISSING_ENTRY', (number) => entryKey(period, tenant, number), tenant),
    ),
    ...inOrder(records, 'closing record', 'MISSING_CLOSING_RECORD', (number) => closingKey(period, number)),
    ...(records.size > 0
      ? []
      : [{ kind: 'MISSING_CLOSING_RECORD' as const, key: closingKey(period, 1), detail: 'The period has no closing record.' }]),
    ...closedFindings(period, all, closed),
  );
  const ends = new Map(closed.at(-1)?.chains.map(({ tenant, entries }) => [tenant, entries]));
  const openEntries = all.map(({ tenant, entries }) => [...entries.keys()].filter((number) => number > (ends.get(tenant) ?? 0)).length);
  return {
    ...{ period, chains: chains.size, entries: sum(all.map(({ entries }) => entries.size)), closingRecords: records.size },
    notClosed: sum(openEntries),
    findings: findings.sort((one, other) => (one.key < other.key ? -1 : 1)),
  };
}

/** Objects of a chain by themselves: no number is missing, and each object continues the one before. */
function inOrder(
  objects: Numbered<StoredEntry | ClosingRecord>,
  name: string,
  missing: FindingKind,
  keyOf: (number: number) => string,
  tenant?: string,
): Finding[] {
  const findings: Finding[] = [];
  let before = 0;
  for (const number of [...objects.keys()].sort((one, other) => one - other)) {
    const next = before + 1;
    const gap = number === next + 1 ? `${name} ${next} is missing.` : `${name} ${next} to ${name} ${number - 1} are missing.`;
    if (number > next)
      findings.push({ kind: missing, key: keyOf(next), ...withTenant(tenant), detail: `Before ${name} ${number}, ${gap}` });
    const expected = number === 1 ? NO_ENTRY : objects.get(number - 1)?.hash;
    const { previous } = objects.get(number) ?? {};
    if (expected !== undefined && previous !== undefined && previous !== expected)
      findings.push({
        kind: 'BROKEN_CHAIN',
        key: keyOf(number),
        ...withTenant(tenant),
        detail: `It does not continue ${name} ${number - 1}.`,
      });
    before = number;
  }
  return findings;
}

/** All chains against each closing record: what was closed is there, up to the entry that was the last one then. */
function closedFindings(period: string, chains: readonly Chain[], records: readonly ClosingRecord[]): Finding[] {
  const byTenant = new Map(chains.map((chain) => [chain.tenant, chain]));
  const found = new Map<string, Finding>();
  for (const record of records) {
    const closed = new Set(record.chains.map(({ tenant }) => tenant));
    for (const { tenant, entries, head } of record.chains) {
      const finding = (kind: FindingKind, number: number, detail: string) => {
        if (!found.has(tenant)) found.set(tenant, { kind, key: entryKey(period, tenant, number), tenant, detail });
      };
      const chain = byTenant.get(tenant);
      if (entries === 0) continue;
      if (chain === undefined)
        finding('MISSING_CHAIN', 1, `Closing record ${record.number} has ${entries} entries of this chain, and none is there.`);
      else if (chain.last < entries)
        finding(
          'CUT_OFF',
          chain.last + 1,
          `Closing record ${record.number} has ${entries} entries of this chain, and ${chain.last} are there.`,
        );
      else if (chain.entries.get(entries) !== undefined && chain.entries.get(entries)?.hash !== head)
        finding('REWRITTEN', entries, `Entry ${entries} is not the one that closing record ${record.number} has.`);
    }
    for (const { tenant } of chains) {
      const key = entryKey(period, tenant, 1);
      if (!closed.has(tenant))
        found.set(tenant, { kind: 'EXTRA_CHAIN', key, tenant, detail: `Closing record ${record.number} has no such chain.` });
    }
  }
  return [...found.values()];
}

function withTenant(tenant: string | undefined): { readonly tenant?: string } {
  return tenant === undefined ? {} : { tenant };
}

function highest(entries: Numbered<StoredEntry>): number {
  return [...entries.keys()].reduce((one, other) => Math.max(one, other), 0);
}
