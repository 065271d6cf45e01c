/** Documented: DeleteObjects. */
export const KEYS_PER_REQUEST = 1_000;

/** An object of the lake's bucket. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

/** The lake's bucket, as a rewrite needs it. */
export interface LakeStore {
  /** The objects below a prefix in the order of their keys, page by page. */
  each(prefix: string): AsyncIterable<StoredObject>;
  list(prefix: string): Promise<StoredObject[]>;
  /** Undefined if there is no such object. */
  read(key: string): Promise<{ readonly text: string; readonly etag: string } | undefined>;
  /** The last bytes of an object, all of them if it has fewer. */
  end(key: string, bytes: number): Promise<Uint8Array>;
  /**
   * Writes an object if it is the one that the caller read.
   *
   * @param etag of the object that is replaced; undefined for a new one
   * @returns the new ETag; undefined if another caller was faster
   */
  write(key: string, text: string, etag: string | undefined): Promise<string | undefined>;
  copy(from: string, to: string): Promise<void>;
  /** Deletes objects, in as few requests as possible. Their versions can be restored until the lifecycle of the bucket removes them. */
  remove(keys: readonly string[]): Promise<void>;
  /** Deletes every version and every delete marker of the objects below a prefix, for good. Returns how many. */
  removeVersions(prefix: string): Promise<number>;
}

export interface QueryState {
  readonly state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  readonly reason?: string;
  readonly scannedBytes: number;
}

/** Athena in the workgroup of the lake. */
export interface LakeQueries {
  start(sql: string): Promise<string>;
  state(id: string): Promise<QueryState>;
  stop(id: string): Promise<void>;
  /** The number that a query returned in one row with one column. */
  count(id: string): Promise<number>;
  /** Ids of the queries that are queued or running. */
  unfinished(): Promise<string[]>;
}

/** What a rewrite calls. */
export interface RewriteDependencies {
  readonly store: LakeStore;
  readonly queries: LakeQueries;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly newId: () => string;
}
