import type { Coverage, CoverageEntry, Support } from '../contracts';
import { LEVELS } from './assess';

const MEANING: Readonly<Record<Support, string>> = {
  runs: 'a real engine or runtime on this machine implements it',
  evaluated: 'the sandbox evaluates it',
  'template only': 'it has no effect in the sandbox',
  'AWS only': 'only a real account can show its effect',
};

/** Prints the coverage: the number of resources per level of support, then the types, with each exception once per type. */
export function printCoverage(coverage: Coverage): string {
  const supported = coverage.entries.filter((entry) => entry.supported && entry.leftOut === undefined);
  const leftOut = coverage.entries.filter((entry) => entry.leftOut !== undefined);
  const values = coverage.leftOut ?? [];
  const unknown = coverage.entries.filter((entry) => !entry.supported);
  const count = (support: Support) => supported.filter((entry) => entry.support === support).length;
  const summary = LEVELS.map((support) => `${count(support)} ${support}`).join(' · ');
  const others = [
    leftOut.length > 0 ? ` · ${leftOut.length} left out` : '',
    unknown.length > 0 ? ` · ${unknown.length} not supported` : '',
  ];
  const lines = [`${coverage.entries.length} ${coverage.entries.length === 1 ? 'resource' : 'resources'}: ${summary}${others.join('')}`];
  const width = Math.max(0, ...coverage.entries.map(({ resource }) => resource.type.length));

  for (const support of LEVELS.filter((candidate) => count(candidate) > 0)) {
    lines.push('', `${support} — ${MEANING[support]}`);
    for (const [type, entries] of byType(supported.filter((entry) => entry.support === support))) {
      lines.push(`  ${String(entries.length).padStart(3)} ${type.padEnd(width)}  ${entries[0].reason}`);
      lines.push(...exceptions(entries));
    }
  }
  if (leftOut.length + values.length > 0) {
    lines.push('', 'left out — a request to it fails with the reason');
    lines.push(...leftOut.map(({ resource, leftOut: reason }) => `      ${resource.path ?? resource.id}: ${reason}`));
    lines.push(...values.map((line) => `      ${line}`));
  }
  if (unknown.length > 0) {
    lines.push('', 'not supported — not created; references to it get placeholder names');
    for (const [type, entries] of byType(unknown)) {
      const ids = entries.map(({ resource }) => resource.path ?? resource.id);
      const more = ids.length > 3 ? ` and ${ids.length - 3} more` : '';
      lines.push(`  ${String(entries.length).padStart(3)} ${type.padEnd(width)}  ${ids.slice(0, 3).join(', ')}${more}`);
    }
  }
  return lines.join('\n');
}

function exceptions(entries: readonly CoverageEntry[]): string[] {
  const grouped = new Map<string, Set<string>>();
  for (const { property, support, reason } of entries.flatMap((entry) => entry.exceptions)) {
    const key = reason === '' ? support : `${support}, ${reason}`;
    grouped.set(key, (grouped.get(key) ?? new Set()).add(property));
  }
  return [...grouped].map(([key, properties]) => `        ${[...properties].join(', ')}: ${key}`);
}

function byType(entries: readonly CoverageEntry[]): [string, CoverageEntry[]][] {
  const types = new Map<string, CoverageEntry[]>();
  for (const entry of entries) {
    types.set(entry.resource.type, [...(types.get(entry.resource.type) ?? []), entry]);
  }
  return [...types].sort(([a], [b]) => a.localeCompare(b));
}
