import type { Ledger, LedgerEntry, Standing } from '../contracts';
import { STANDINGS } from './assess';

const MEANING: Readonly<Record<Standing, string>> = {
  run: 'a real engine or runtime on this machine does it',
  evaluated: 'the sandbox decides by it',
  'asserted only': 'it is in the template, nothing here acts on it',
  'needs AWS': 'only an account can show it',
};

/** The ledger for people: how many resources have which standing, then by type, each exception once per type. */
export function printLedger(ledger: Ledger): string {
  const understood = ledger.entries.filter((entry) => entry.understood);
  const unknown = ledger.entries.filter((entry) => !entry.understood);
  const count = (standing: Standing) => understood.filter((entry) => entry.standing === standing).length;
  const summary = STANDINGS.map((standing) => `${count(standing)} ${standing}`).join(' · ');
  const lines = [
    `${ledger.entries.length} ${ledger.entries.length === 1 ? 'resource' : 'resources'}: ${summary}${unknown.length > 0 ? ` · ${unknown.length} not understood` : ''}`,
  ];
  const width = Math.max(0, ...ledger.entries.map(({ resource }) => resource.type.length));

  for (const standing of STANDINGS.filter((candidate) => count(candidate) > 0)) {
    lines.push('', `${standing} — ${MEANING[standing]}`);
    for (const [type, entries] of byType(understood.filter((entry) => entry.standing === standing))) {
      lines.push(`  ${String(entries.length).padStart(3)} ${type.padEnd(width)}  ${entries[0].reason}`);
      lines.push(...exceptions(entries));
    }
  }
  if (unknown.length > 0) {
    lines.push('', 'not understood — skipped, and what refers to it gets made-up names');
    for (const [type, entries] of byType(unknown)) {
      const ids = entries.map(({ resource }) => resource.path ?? resource.id);
      const more = ids.length > 3 ? ` and ${ids.length - 3} more` : '';
      lines.push(`  ${String(entries.length).padStart(3)} ${type.padEnd(width)}  ${ids.slice(0, 3).join(', ')}${more}`);
    }
  }
  return lines.join('\n');
}

function exceptions(entries: readonly LedgerEntry[]): string[] {
  const grouped = new Map<string, Set<string>>();
  for (const { property, standing, reason } of entries.flatMap((entry) => entry.exceptions)) {
    const key = reason === '' ? standing : `${standing}, ${reason}`;
    grouped.set(key, (grouped.get(key) ?? new Set()).add(property));
  }
  return [...grouped].map(([key, properties]) => `        ${[...properties].join(', ')}: ${key}`);
}

function byType(entries: readonly LedgerEntry[]): [string, LedgerEntry[]][] {
  const types = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    types.set(entry.resource.type, [...(types.get(entry.resource.type) ?? []), entry]);
  }
  return [...types].sort(([a], [b]) => a.localeCompare(b));
}
