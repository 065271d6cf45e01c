import { createHash } from 'node:crypto';
import { LAKE_FOLDERS } from '../../runtime/lake-folders';
import type { ErasureBucket } from './bucket';
import type { ErasureRequest } from './request';

/** What was erased, in numbers. */
export interface Counts {
  /** Items of the table. */
  readonly items: number;
  /** Rows of the lake. A row that was delivered twice counts twice. */
  readonly rows: number;
  /** Months whose files were written again. */
  readonly folders: number;
  /** Records in quarantine. */
  readonly quarantined: number;
  /** Items in exports of the table. */
  readonly exported: number;
  /** Results of queries. */
  readonly results: number;
  /** Replaced and deleted versions of objects. */
  readonly versions: number;
}

export const NOTHING: Counts = { items: 0, rows: 0, folders: 0, quarantined: 0, exported: 0, results: 0, versions: 0 };

export function sum(one: Counts, other: Partial<Counts>): Counts {
  const names = Object.keys(NOTHING) as (keyof Counts)[];
  return Object.fromEntries(names.map((name) => [name, one[name] + (other[name] ?? 0)])) as unknown as Counts;
}

/** What the last pass found after it had erased. */
export interface Left {
  readonly rows: number;
  /** Older versions, delete markers, and what is left of rewriting files. */
  readonly versions: number;
  /** Files of months that no query reads, which may have rows. */
  readonly unread: number;
}

/** An erasure that is not finished. It holds the keys, and is removed with all its versions at the end. */
export interface OpenErasure {
  readonly id: string;
  readonly request: ErasureRequest;
  /** ISO 8601. */
  readonly startedAt: string;
  /** When the table last had one of the items. */
  readonly lastInTable: string;
  /** Passes over all places that were not interrupted. */
  readonly passes: number;
  readonly isInterrupted: boolean;
  /** When an interrupted pass began. */
  readonly passBegan?: string;
  readonly erased: Counts;
  /** The object after which an interrupted pass goes on, by folder. */
  readonly cursors: Readonly<Record<string, string>>;
}

const FOLDER = LAKE_FOLDERS.erasures;
const OPEN = `${FOLDER}open/`;

/** Identifies the items, without containing their keys. Who knows the keys can compute it again. */
export function erasureId({ tenant, items }: ErasureRequest): string {
  const keys = items
    .map(({ partitionKey, sortKey, sortKeyPrefix, wholeTenant }) =>
      JSON.stringify([partitionKey, sortKey, sortKeyPrefix, ...(wholeTenant ? ['all'] : [])]),
    )
    .sort();
  return createHash('sha256')
    .update(JSON.stringify([tenant, ...new Set(keys)]))
    .digest('hex');
}

/** The records of erasures, in the lake's bucket. */
export interface Records {
  find(id: string): Promise<OpenErasure | undefined>;
  all(): Promise<OpenErasure[]>;
  /** Stores a new erasure. */
  create(erasure: OpenErasure): Promise<void>;
  save(erasure: OpenErasure): Promise<void>;
  /** Replaces what is open by a record without keys. @returns its key in the bucket */
  close(erasure: OpenErasure, left: Left, finishedAt: string): Promise<string>;
}

export function records(bucket: ErasureBucket): Records {
  const keyOf = (id: string) => `${OPEN}${id}.json`;
  const removeOldVersions = async (key: string, all: boolean) => {
    for await (const page of bucket.versions(key)) await bucket.remove(page.filter(({ isLatest }) => all || !isLatest));
  };
  const read = async (key: string) => {
    const content = await bucket.read(key);
    return content === undefined ? undefined : (JSON.parse(content.body.toString()) as OpenErasure);
  };
  const write = (key: string, value: object) =>
    bucket.write(key, { body: Buffer.from(JSON.stringify(value, undefined, 2)), type: 'application/json' });
  return {
    find: (id) => read(keyOf(id)),
    async all() {
      const found: OpenErasure[] = [];
      for await (const page of bucket.versions(OPEN)) {
        for (const { key, isLatest, isMarker } of page) {
          const erasure = isLatest && !isMarker ? await read(key) : undefined;
          if (erasure !== undefined) found.push(erasure);
        }
      }
      return found;
    },
    create: (erasure) => write(keyOf(erasure.id), erasure),
    async save(erasure) {
      await write(keyOf(erasure.id), erasure);
      await removeOldVersions(keyOf(erasure.id), false);
    },
    async close({ id, request, startedAt, lastInTable, passes, erased }, left, finishedAt) {
      const { tenant, requestedBy, reason, items } = request;
      const key = `${FOLDER}${startedAt.replaceAll(':', '-')}-${id}.json`;
      await write(key, {
        ...{ id, tenant, requestedBy, reason, selections: items.length, startedAt, lastInTable, finishedAt, passes, erased, left },
      });
      await removeOldVersions(keyOf(id), true);
      return key;
    },
  };
}
