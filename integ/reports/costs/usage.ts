import { readFileSync } from 'node:fs';
import type { CostedResource } from './charges';

/** How much a platform of some size uses in a month. */
export interface Usage {
  /** `100 schools` */
  readonly size: string;
  /** What the numbers follow from, one sentence each. */
  readonly because: readonly string[];
  /** Measures by the path of a resource below its stack; `*` stands for any text. */
  readonly resources: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Prices that the reader has looked up, or agreed upon with AWS, with their sources. */
  readonly prices?: Readonly<Record<string, { readonly usd: number; readonly source: string }>>;
}

/** Reads a usage file. @throws with a message that names the file, the key and what would be right */
export function readUsage(file: string): Usage {
  let usage: Usage;
  try {
    usage = JSON.parse(readFileSync(file, 'utf8')) as Usage;
  } catch (error) {
    throw new Error(`${file} is not a usage file: ${(error as Error).message}`);
  }
  if (typeof usage.size !== 'string' || !Array.isArray(usage.because) || typeof usage.resources !== 'object')
    throw new Error(
      `${file}: invalid usage: expected {"size":"100 schools","because":["…"],"resources":{"Visits/Queue":{"requests":1000}}}`,
    );
  for (const [path, measures] of Object.entries(usage.resources)) {
    for (const [name, amount] of Object.entries(measures)) {
      if (typeof amount !== 'number' || !(amount >= 0))
        throw new Error(`${file}: invalid ${name} of ${path} ${amount}: expected a number from 0`);
    }
  }
  return usage;
}

/**
 * The measures of one resource: of its own path, else of the one pattern that matches it.
 *
 * @throws if two patterns match
 */
export function usedBy(
  { path }: CostedResource,
  { resources, size }: Usage,
): { readonly key?: string; readonly measures: Readonly<Record<string, number>> } {
  if (resources[path] !== undefined) return { key: path, measures: resources[path] };
  const matching = Object.keys(resources).filter((key) => key.includes('*') && matches(key, path));
  if (matching.length > 1) throw new Error(`${path}: usage of ${size}: ${matching.join(' and ')} both match: give its own path`);
  const [key] = matching;
  return key === undefined ? { measures: {} } : { key, measures: resources[key] };
}

/** Whether a text is of a pattern. Each part is looked for after the one before, so that the time is linear. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0];
  const last = parts[parts.length - 1];
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
