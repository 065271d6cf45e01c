import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../kit/observer';
import type { Written } from './load';

/** What the day has of what was accepted. */
export interface Account {
  /** Accepted, and not there. */
  readonly lost: readonly string[];
  /** There more than once. */
  readonly doubled: readonly string[];
  /** There, in another school. */
  readonly crossed: readonly string[];
}

/** One write, as the table or the lake has it. */
export interface Found {
  readonly kind: Written['kind'];
  readonly school: string;
  readonly key: string;
}

interface StoredItem {
  readonly pk: string;
  readonly sk: string;
  readonly tenant?: string;
  readonly body?: { readonly page?: string };
}

/** The writes of the day among the items of the table. A visit is known by its page, whatever its key is. */
export function foundInTable(items: readonly Item[]): Found[] {
  return items.flatMap((item): Found[] => {
    const { pk, sk, body } = unmarshall(item) as StoredItem;
    const school = pk.slice(0, pk.indexOf('#'));
    const page = body?.page;
    if (sk.startsWith('VISIT#') && page?.startsWith('/visit-')) return [{ kind: 'visit', school, key: page.slice(1) }];
    if (sk.startsWith('REVISION#grade-')) return [{ kind: 'grade', school, key: sk.slice('REVISION#'.length) }];
    return [];
  });
}

/** Compares what was accepted with what was found. */
export function account(written: readonly Written[], found: readonly Found[]): Account {
  const counts = new Map<string, number>();
  const schools = new Map(written.map(({ key, school }) => [key, school]));
  const crossed: string[] = [];
  for (const { key, school } of found) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
    const own = schools.get(key);
    if (own !== undefined && own !== school) crossed.push(`${key} in ${school}`);
  }
  return {
    lost: written.flatMap(({ key, isAccepted }) => (isAccepted && !counts.has(key) ? [key] : [])),
    doubled: [...counts].flatMap(([key, count]) => (count > 1 ? [key] : [])),
    crossed,
  };
}
