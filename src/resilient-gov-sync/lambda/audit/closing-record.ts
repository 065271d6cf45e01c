import { type Value, withHash } from './canonical';
import { type AuditChain, NO_ENTRY } from './entry';

/** The end of a chain, in a closing record. */
export interface ClosedChain {
  readonly [name: string]: Value;
  readonly tenant: string;
  readonly entries: number;
  readonly head: string;
}

/**
 * What a period's audit consists of when an attempt ends: every chain with its length and its last hash. A later attempt writes another
 * record, which continues this one.
 */
export interface ClosingRecord {
  readonly [name: string]: Value | undefined;
  readonly version: 1;
  readonly period: string;
  /** 1 for the first record of a period. One that is taken by a foreign object is left out. */
  readonly number: number;
  readonly at: string;
  /** The sum of the entries of all chains. */
  readonly entries: number;
  /** In the order of the tenants. */
  readonly chains: readonly ClosedChain[];
  /** Keys of objects that the sync did not write. What continues the chains is closed all the same. */
  readonly foreign?: readonly string[];
  /** The hash of the closing record before. */
  readonly previous: string;
  readonly hash: string;
}

/**
 * The closing record that follows another one, by default with the next number.
 *
 * @param chains all chains of the period, also those without entries
 */
export function nextClosingRecord(
  period: string,
  chains: readonly Pick<AuditChain, 'tenant' | 'entries' | 'head'>[],
  last: ClosingRecord | undefined,
  now: number,
  { number = (last?.number ?? 0) + 1, foreign = [] }: { readonly number?: number; readonly foreign?: readonly string[] } = {},
): ClosingRecord {
  const closed = chains
    .map(({ tenant, entries, head }) => ({ tenant, entries, head: entries === 0 ? NO_ENTRY : head }))
    .sort((one, other) => (one.tenant < other.tenant ? -1 : 1));
  return withHash({
    ...{ version: 1 as const, period, number, at: new Date(now).toISOString(), previous: last?.hash ?? NO_ENTRY },
    ...{ entries: closed.reduce((sum, { entries }) => sum + entries, 0), chains: closed },
    foreign: foreign.length === 0 ? undefined : foreign,
  });
}
