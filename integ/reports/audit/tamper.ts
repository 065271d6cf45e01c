import { type AuditObject, type FindingKind, verifyPeriod } from '../../../src/resilient-gov-sync/lambda/audit';
import { canonicalJson, withHash } from '../../../src/resilient-gov-sync/lambda/audit/canonical';
import type { StoredEntry } from '../../../src/resilient-gov-sync/lambda/audit/entry';

/** What was done to copies of an audit, and what the verification found. */
export interface Tampering {
  readonly tampered: number;
  readonly found: number;
  /** Tamperings that were not found, or not at the chain that was tampered with. */
  readonly missed: readonly string[];
}

/** The objects of one chain, in order. */
type Chain = readonly AuditObject[];

/** What a person with all permissions can do to a chain of at least three entries, and what the verification must find. */
const TAMPERINGS: Readonly<Record<string, readonly [tamper: (chain: Chain) => Chain, found: FindingKind]>> = {
  'the first entry is removed': [(chain) => chain.slice(1), 'MISSING_ENTRY'],
  'a middle entry is removed': [(chain) => chain.filter((_, index) => index !== Math.floor(chain.length / 2)), 'MISSING_ENTRY'],
  'the last entry is removed': [(chain) => chain.slice(0, -1), 'CUT_OFF'],
  'two entries are swapped': [swapped, 'MOVED'],
  'an entry is changed': [changed, 'CHANGED'],
  'the chain is written again': [rewritten, 'REWRITTEN'],
};

/**
 * Tampers with copies of an audit that a run has written, each time with the chain that has most entries.
 *
 * @throws if the audit is not intact before, or has no chain of three entries
 */
export function tamperWith(objects: readonly AuditObject[], period: string): Tampering {
  const before = verifyPeriod(objects, period);
  if (before.findings.length + before.notClosed > 0) throw new Error(`the audit is not intact before: ${JSON.stringify(before)}`);
  const chain = longestChain(objects);
  const others = objects.filter((object) => !chain.includes(object));
  const missed = Object.entries(TAMPERINGS).flatMap(([name, [tamper, found]]) => {
    const { findings } = verifyPeriod([...others, ...tamper(chain)], period);
    const folder = folderOf(chain[0]);
    return findings.some(({ kind, key }) => kind === found && key.startsWith(folder)) ? [] : [name];
  });
  const tampered = Object.keys(TAMPERINGS).length;
  return { tampered, found: tampered - missed.length, missed };
}

function folderOf({ key }: AuditObject): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

function longestChain(objects: readonly AuditObject[]): Chain {
  const chains = new Map<string, AuditObject[]>();
  for (const object of objects) {
    const folder = folderOf(object);
    if (!/\/closing-\d+\.json$/.test(object.key)) chains.set(folder, [...(chains.get(folder) ?? []), object]);
  }
  const longest = [...chains.values()].reduce<Chain>((one, other) => (other.length > one.length ? other : one), []);
  if (longest.length < 3) throw new Error(`the longest chain of the audit has ${longest.length} entries: expected at least 3`);
  return [...longest].sort((one, other) => (one.key < other.key ? -1 : 1));
}

function swapped(chain: Chain): Chain {
  return chain.map(({ key }, index) => ({ key, text: chain[[1, 0][index] ?? index].text }));
}

function changed(chain: Chain): Chain {
  const last = chain[chain.length - 1];
  return [...chain.slice(0, -1), { ...last, text: last.text.replace(/"at":"2/, '"at":"3') }];
}

/** Writes the whole chain again with other times and right hashes, as somebody who has this code could. */
function rewritten(chain: Chain): Chain {
  let previous: string | undefined;
  return chain.map(({ key, text }) => {
    const { hash: _, ...content } = JSON.parse(text) as StoredEntry;
    const entry = withHash({ ...content, execution: 'another one', previous: previous ?? content.previous });
    previous = entry.hash;
    return { key, text: canonicalJson(entry) };
  });
}
