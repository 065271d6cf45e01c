import { checkSync } from 'recheck';
import type { Regex } from './typescript';

/** The same answer on every machine. */
const PARAMETERS = { randomSeed: 1, timeout: 20_000, attackTimeout: null, incubationTimeout: null } as const;

/** What is wrong with a regular expression, for a person: with a text that shows it. Undefined where it takes linear time at most. */
export function problemOf({ source, flags }: Pick<Regex, 'source' | 'flags'>): string | undefined {
  const found = checkSync(source, flags, PARAMETERS);
  const shown = `/${source}/${flags}`;
  if (found.status === 'safe') return undefined;
  if (found.status === 'unknown') return `${shown} cannot be judged (${found.error.kind}): write it more simply`;
  return `${shown} takes ${found.complexity.summary} time, for example on ${found.attack.pattern}`;
}
