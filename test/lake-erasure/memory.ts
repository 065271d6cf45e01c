import type { ErasureBucket, Version } from '../../src/lake-erasure/lambda/bucket';
import type { LakeStore } from '../../src/lake-rewrite/lambda/dependencies';

/** Objects that are written on condition. */
export function memoryStore(): Pick<LakeStore, 'read' | 'write'> {
  const stored = new Map<string, { readonly text: string; readonly etag: string }>();
  let count = 0;
  return {
    read: async (key) => stored.get(key),
    async write(key, text, expected) {
      if (stored.get(key)?.etag !== expected) return undefined;
      const etag = `e${++count}`;
      stored.set(key, { text, etag });
      return etag;
    },
  };
}

interface Stored extends Version {
  readonly body: Buffer;
}

/** A versioned bucket in memory, with pages of two versions. */
export function memoryBucket(now: () => number): ErasureBucket & {
  readonly stored: () => readonly Stored[];
  put(key: string, body: string | Buffer): void;
  /** As S3 deletes an object of a versioned bucket. */
  mark(key: string): void;
} {
  let stored: Stored[] = [];
  let count = 0;
  const add = (key: string, body: Buffer, isMarker: boolean) => {
    stored.push({ key, body, isMarker, versionId: `v${++count}`, isLatest: false, modified: now() });
  };
  const listed = () => {
    const newest = new Map(stored.map((one) => [one.key, one]));
    const newestFirst = [...stored].reverse().sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
    return newestFirst.map((one) => ({ ...one, isLatest: newest.get(one.key) === one }));
  };
  return {
    stored: listed,
    put: (key, body) => add(key, Buffer.from(body), false),
    mark: (key) => add(key, Buffer.alloc(0), true),
    async *versions(prefix, afterKey = '') {
      let after = { key: afterKey, versionId: '' };
      for (;;) {
        const all = listed().filter(({ key }) => key.startsWith(prefix) && key >= after.key);
        const at = all.findIndex(({ key, versionId }) => key === after.key && versionId === after.versionId);
        const rest = after.versionId === '' ? all.filter(({ key }) => key > after.key) : all.slice(at + 1);
        const page = rest.slice(0, 2);
        yield page;
        const last = page.at(-1);
        if (page.length === rest.length || last === undefined) return;
        // The version may have been removed meanwhile, as by the caller: the next page then begins with the next key.
        after = listed().some(({ versionId }) => versionId === last.versionId) ? last : { key: last.key, versionId: '' };
      }
    },
    async folders(prefix) {
      const below = stored.filter(({ key }) => key.startsWith(prefix)).map(({ key }) => key.slice(prefix.length).split('/'));
      return [...new Set(below.filter(({ length }) => length > 1).map(([name]) => `${prefix}${name}/`))].sort();
    },
    async read(key, versionId) {
      const found = listed().find(
        (one) => one.key === key && (versionId === undefined ? one.isLatest && !one.isMarker : one.versionId === versionId),
      );
      return found === undefined ? undefined : { body: found.body };
    },
    async write(key, { body }) {
      add(key, body, false);
    },
    async replace(key, { body }) {
      add(key, body, false);
    },
    async remove(versions) {
      stored = stored.filter((one) => !versions.some(({ key, versionId }) => one.key === key && one.versionId === versionId));
    },
  };
}
