import { generator } from '../../kit/random';
import { filled, namedIn, requestOf } from './cases';
import type { Request, Tags } from './evaluate';
import { usesKeys } from './owners';
import type { Platform, TenantRole } from './platform';
import { type Access, accesses, type Permitted, permitted } from './targets';

/** A random session of a role, and its request. */
export interface Attempt {
  readonly role: TenantRole;
  readonly tags: Tags;
  readonly request: Request;
  /**
   * Whether own data must be reached: a permission names the layout of the object or the service that uses the key, and the request writes
   * no index partition key.
   */
  readonly mustReachOwn: boolean;
}

const CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789-';

/**
 * Random requests, the same for the same seed, on everything that the roles' permissions name. Groups of tenants have ids with a common
 * prefix. Keys are right, of another tenant, mixed, malformed, or missing.
 */
export function attempts(roles: readonly TenantRole[], platform: Platform, seed: number): () => Attempt {
  const random = generator(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)];
  const chance = (share: number) => random() < share;
  const text = (length: number) => Array.from({ length }, () => pick([...CHARACTERS])).join('');

  const tenants = Array.from({ length: 40 }, () => text(3 + below(below(4) === 0 ? 60 : 6))).flatMap((id) => [
    id,
    `${id}0`.slice(0, 64),
    `${id.slice(0, -1)}${pick([...CHARACTERS])}`,
    id.length > 3 ? id.slice(0, -1) : `${id}-`,
  ]);
  const open = roles.flatMap((role) => {
    const names = permitted(role);
    return accesses(platform).flatMap((access) => (names(access).named ? [{ role, access, names: names(access) }] : []));
  });

  const keysOfIndexes = new Set(
    platform.tables.flatMap(({ keys, indexes }) =>
      indexes.flatMap(({ partitionKey = '' }) => (keys.includes(partitionKey) ? [] : [partitionKey])),
    ),
  );

  const key = (owner: string) =>
    `${owner}${chance(0.03) ? pick(['', '##', '/', ' #', '%23']) : '#'}${pick(['STUDENT', 'COURSE', text(4), ''])}#${text(3)}`;
  const keys = (own: string, other: string, several: boolean): string[] | undefined => {
    if (chance(0.05)) return undefined;
    const owners = chance(0.5) ? [own] : chance(0.5) ? [other] : [own, other];
    return Array.from({ length: several || chance(0.05) ? 1 + below(25) : 1 }, () => key(pick(owners)));
  };
  const name = (layout: string, own: string, other: string): string => {
    const owner = chance(0.5) ? own : other;
    const within = pick([text(5), `${text(2)}/${text(2)}`, `${own}/${text(2)}`, `${filled(layout)}${own}/x`, `../${own}/x`, '']);
    return `${chance(0.05) ? text(3) : filled(layout)}${owner}${chance(0.05) ? '' : '/'}${within}`;
  };
  const values = ({ facts, layouts, common }: Access, names: Permitted, own: string, other: string): string[] | undefined => {
    if (facts.fills === 'never') return undefined;
    if (facts.reach === 'items') return keys(own, other, facts.fills === 'several');
    if (facts.reach === 'key') return chance(0.2) ? undefined : [pick([...usesKeys(platform.region), ...names.services, text(6)])];
    if (facts.reach === 'names' && chance(0.05)) return undefined;
    return common.length > 0 && chance(0.1) ? [`${pick(common)}${pick(['', text(5), `${own}/x`])}`] : [name(pick(layouts), own, other)];
  };
  /** The item's keys, other attributes, and sometimes an index's partition key. */
  const attributes = ({ attributes: keys, resource }: Access): string[] => {
    if (keys.length === 0) return [];
    const ofIndexes = platform.tables.find(({ arn }) => arn === resource)?.indexes.flatMap(({ partitionKey }) => partitionKey ?? []) ?? [];
    return [...new Set([...keys, text(3), ...(ofIndexes.length > 0 && chance(0.3) ? [pick(ofIndexes)] : [])])];
  };
  const tags = (tag: string, own: string): Tags => {
    const normal = chance(0.94);
    return normal ? { [tag]: own } : pick<Tags>([{}, { [tag]: '' }, { team: own }, { team: own, [tag]: own }]);
  };

  return () => {
    const { role, access, names } = pick(open);
    const [own, other] = [pick(tenants), pick(tenants)];
    const told = values(access, names, own, other);
    const named = attributes(access);
    const request = requestOf(access.action, access.facts.reach, access.resource, told, namedIn(named));
    // Access to indexes is evaluated separately, see indexes.ts.
    const elsewhere = access.layouts.length > names.layouts.length || named.some((name) => keysOfIndexes.has(name));
    return { role, tags: tags(role.tag, own), request, mustReachOwn: !elsewhere };
  };
}
