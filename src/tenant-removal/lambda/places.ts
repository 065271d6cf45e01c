/** A period whose report a sync still has to send, or a person to decide about: `waitsFor` and `status` are the words of the sync. */
export interface Waiting {
  readonly period: string;
  readonly waitsFor: string;
  readonly status?: string;
}

/** A part of a place that was gone through. */
export interface Page {
  /** How many items or versions of objects were counted or removed. */
  readonly found: number;
  /** Where the next page begins; undefined at the end. */
  readonly next?: string;
  /** What the place still needs its data for. With any of it, the removal goes no further. */
  readonly waiting?: readonly Waiting[];
}

/** A place that has data of tenants: a table, folders of a bucket, or the state of a sync. */
export interface Place {
  readonly name: string;
  /** Counts what the place has of a tenant, page by page. */
  count(tenant: string, from: string | undefined): AsyncIterable<Page>;
  /** Removes it for good, page by page. Each page can be repeated. */
  remove(tenant: string, from: string | undefined): AsyncIterable<Page>;
}

/** A lake that has rows of tenants, and erases them by itself. */
export interface Lake {
  readonly name: string;
  /** Opens an erasure of all rows of a tenant. @returns its id */
  open(tenant: string, requestedBy: string, reason: string): Promise<string>;
  /** Has open erasures continued. @returns whether this one is still open */
  isOpen(id: string): Promise<boolean>;
}
