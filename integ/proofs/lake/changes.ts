import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Moment } from './timeline';

export const SCHOOLS = Array.from({ length: 40 }, (_, index) => `school-${String(index + 1).padStart(2, '0')}`);

export type Item = Readonly<Record<string, AttributeValue>>;
export type BadKind = 'wrong type' | 'no tenant' | 'too large';
export const BAD_KINDS: readonly BadKind[] = ['wrong type', 'no tenant', 'too large'];

/** A write of a whole item, which its correlation id identifies. */
export interface Change {
  readonly id: string;
  readonly school: string;
  readonly key: string;
  readonly item: Item;
  readonly deletes: boolean;
  readonly bad?: BadKind;
}

/** What the generator knows of an item that it has written. */
interface Known {
  readonly school: string;
  readonly item: Item;
  /** In seconds; items that are about to expire are left alone, because nobody knows when DynamoDB removes them. */
  readonly expiresAt?: number;
}

export interface Generator {
  /**
   * The changes of a moment, in the order in which they are made. Those of items that are changed twice while the pipe stands still, and
   * those that cannot be stored, come in addition.
   *
   * @param now seconds since the epoch
   */
  changesOf(moment: Moment, now: number): Change[];
}

const DAY_SECONDS = 86_400;
/** DynamoDB may remove an item that expires sooner than this while it is changed. */
const UNTOUCHED_SECONDS = 3 * DAY_SECONDS;
const COURSES = ['maths', 'german', 'physics', 'Französisch', 'история', '数学'];
const SHARE = { created: 0.45, createdWithExpiry: 0.12, deleted: 0.08 };
/**
 * While the pipe stands still, an item is changed at most once in the first hours: an export of a span of time has the last state of each
 * item in it, and not the states between.
 */
const ONCE_HOURS = 12;
/** In these hours, which the stream no longer has when the pipe runs again, some items are changed twice. */
export const TWICE_HOURS: readonly number[] = [1, 2, 3];
/** One of so many items. */
const TWICE_SHARE = 10;
/** More than 1,000 KiB as JSON, in less than 400 KB as DynamoDB counts. */
const TOO_LARGE = { L: Array.from({ length: 125_000 }, () => ({ N: '1' })) };

/** Makes changes of grades. @param random the same numbers make the same changes */
export function createGenerator(random: () => number): Generator {
  const known = new Map<string, Known>();
  const changeable: string[] = [];
  const once = new Set<string>();
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const whole = (limit: number): number => Math.floor(random() * limit);
  // Schools differ in size.
  const weighted = SCHOOLS.flatMap((school, index) => Array.from({ length: 1 + (index % 4) }, () => school));
  let last = 0;
  let lastItem = 0;

  function attributes(now: number): Record<string, AttributeValue> {
    const student = `student-${whole(400)}`;
    return {
      student: { S: student },
      course: { S: pick(COURSES) },
      score: { N: (whole(10_000) / 100).toString() },
      officialNumber: { N: `90071992547${whole(90_000) + 10_000}` },
      gradedAt: { S: new Date((now - whole(DAY_SECONDS)) * 1000).toISOString() },
      ...(random() < 0.3 ? { clubs: { L: [{ S: pick(COURSES) }, { N: String(whole(10)) }] } } : {}),
      // Attributes may be missing.
      ...(random() < 0.1 ? { score: { NULL: true } } : {}),
    };
  }

  const nextId = (): string => {
    last += 1;
    return `request-${String(last).padStart(6, '0')}`;
  };

  function write(school: string, pk: string, sk: string, more: Item, deletes = false): Change {
    const id = nextId();
    const item: Item = { pk: { S: pk }, sk: { S: sk }, correlationId: { S: id }, ...more };
    return { id, school, key: `${pk}|${sk}`, item, deletes };
  }

  function remember(change: Change): Change {
    const { key, school, item, deletes } = change;
    if (!known.has(key)) changeable.push(key);
    if (deletes) changeable.splice(changeable.indexOf(key), 1);
    known.set(key, { school, item, expiresAt: item.expiresAt?.N === undefined ? undefined : Number(item.expiresAt.N) });
    return change;
  }

  function created(now: number, expires: boolean): Change {
    const school = pick(weighted);
    lastItem += 1;
    const expiry: Item = expires ? { expiresAt: { N: String(now + (4 + whole(60)) * DAY_SECONDS) } } : {};
    return remember(write(school, `${school}#STUDENT#${whole(400)}`, `GRADE#${lastItem}`, { ...attributes(now), ...expiry }));
  }

  /** A key that may be changed; undefined if none is found soon. */
  function changeableKey(now: number): string | undefined {
    for (let tries = 0; tries < 20 && changeable.length > 0; tries++) {
      const key = pick(changeable);
      const expiresAt = known.get(key)?.expiresAt;
      if (expiresAt !== undefined && expiresAt < now + UNTOUCHED_SECONDS) changeable.splice(changeable.indexOf(key), 1);
      else if (!once.has(key)) return key;
    }
    return undefined;
  }

  function next(now: number): Change {
    const dice = random();
    if (dice < SHARE.created) return created(now, false);
    if (dice < SHARE.created + SHARE.createdWithExpiry) return created(now, true);
    const key = changeableKey(now);
    if (key === undefined) return created(now, false);
    return changed(key, now, dice < SHARE.created + SHARE.createdWithExpiry + SHARE.deleted);
  }

  function changed(key: string, now: number, deletes: boolean): Change {
    const { school, item } = known.get(key) as Known;
    const [pk, sk] = [item.pk.S ?? '', item.sk.S ?? ''];
    const expiry: Item = item.expiresAt === undefined ? {} : { expiresAt: item.expiresAt };
    if (!deletes) return remember(write(school, pk, sk, { ...attributes(now), ...expiry }));
    const deletedAt = { S: new Date(now * 1000).toISOString() };
    // TTL removes a deleted item after some weeks.
    const { correlationId: _, ...rest } = item;
    return remember(write(school, pk, sk, { ...rest, deletedAt, expiresAt: { N: String(now + 30 * DAY_SECONDS) } }, true));
  }

  function bad(kind: BadKind, now: number): Change {
    const school = pick(SCHOOLS);
    lastItem += 1;
    const pk = kind === 'no tenant' ? 'GLOBAL' : `${school}#STUDENT#1`;
    const wrong: Record<BadKind, Item> = {
      'wrong type': { score: { S: '95.5' } },
      'no tenant': {},
      // TTL removes it soon, because each search for expired items reads it.
      'too large': { clubs: TOO_LARGE, expiresAt: { N: String(now + DAY_SECONDS) } },
    };
    return { ...write(school, pk, `BAD#${lastItem}`, { ...attributes(now), ...wrong[kind] }), bad: kind };
  }

  return {
    changesOf({ changes: count, bad: hasBad, standstill }, now) {
      if (standstill === 0) once.clear();
      const changes = Array.from({ length: count }, () => {
        const change = next(now);
        if (standstill !== undefined && standstill < ONCE_HOURS) once.add(change.key);
        return change;
      });
      if (standstill === undefined || standstill >= ONCE_HOURS) once.clear();
      if (standstill !== undefined && TWICE_HOURS.includes(standstill)) {
        const some = changes.filter(({ deletes }, index) => index % TWICE_SHARE === 0 && !deletes);
        changes.push(...some.map(({ key }) => changed(key, now, false)));
      }
      for (const kind of hasBad ? BAD_KINDS : []) changes.splice(whole(changes.length), 0, bad(kind, now));
      return changes;
    },
  };
}
