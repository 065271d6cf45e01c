import type { Assembly } from '../contracts';
import { NotYetKnown } from '../errors';
import { loadFirewalls } from './firewall';
import { problemsOf as apiProblems } from './load';
import { loadUsage } from './usage/load';

/** What the gateway would have to leave out. What depends on a custom resource that has yet to run is not looked at. */
export function problemsOf(assembly: Assembly): string[] {
  return [...apiProblems(assembly), ...settled(() => loadUsage(assembly, 0).problems), ...settled(() => loadFirewalls(assembly).problems)];
}

function settled(read: () => readonly string[]): readonly string[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotYetKnown) return [];
    throw error;
  }
}
