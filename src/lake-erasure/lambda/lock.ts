import type { LakeStore } from '../../lake-rewrite/lambda/dependencies';
import { LAKE_FOLDERS } from '../../runtime/lake-folders';

const KEY = `${LAKE_FOLDERS.erasures}lock.json`;

/** Lets one invocation at a time erase, by an object of the bucket and conditional writes. */
export interface Lock {
  /**
   * Takes the lock until a time. An invocation that Lambda ended does not hold it any longer.
   *
   * @param until milliseconds since 1970
   * @returns what releases it; undefined if another invocation has it
   */
  take(until: number): Promise<(() => Promise<void>) | undefined>;
}

export function bucketLock(store: Pick<LakeStore, 'read' | 'write'>, now: () => number): Lock {
  const write = (until: number, etag: string | undefined) => store.write(KEY, JSON.stringify({ until }), etag);
  return {
    async take(until) {
      const found = await store.read(KEY);
      if (found !== undefined && (JSON.parse(found.text) as { readonly until: number }).until > now()) return undefined;
      const own = await write(until, found?.etag);
      return own === undefined ? undefined : async () => void (await write(0, own));
    },
  };
}
