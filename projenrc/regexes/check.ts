import { checkSync } from 'recheck';
import type { Regex } from './typescript';

/** Settings that give the same result on every machine. */
const PARAMETERS = { randomSeed: 1, timeout: 20_000, attackTimeout: null, incubationTimeout: null } as const;

/** Describes a regular expression that takes more than linear time, with an input that shows it. Undefined if it is linear. */
export function problemOf({ source, flags }: Pick<Regex, 'source' | 'flags'>): string | undefined {
  const found = checkSync(source, flags, PARAMETERS);
  const shown = `/${source}/${flags}`;
  if (found.status === 'safe') return undefined;
  if (found.status === 'unknown') return `${shown} cannot be checked (${found.error.kind}): simplify it`;
  return `${shown} takes ${found.complexity.summary} time, for example on ${found.attack.pattern}`;
}
