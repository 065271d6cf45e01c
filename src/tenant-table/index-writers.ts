/** Defines who may write the partition key of an index, if that is not the table's own partition key. */
export class IndexWriters {
  /**
   * Only batch writers: those with `grants.ingest` or `grants.tenantIngest`. IAM denies every write of the attribute in tenants'
   * sessions, so the index contains only items that trusted code put there.
   */
  public static trusted(): IndexWriters {
    return new IndexWriters(false);
  }

  /**
   * Tenants' sessions as well, with any value. IAM checks only the table's partition key of a write, so a session can put an item of its
   * own tenant into another tenant's partition of the index. Every reader of the index must filter out such items, for example with
   * `ownItemsQuery` of `cdk-andamio/tenant-sessions`.
   */
  public static tenantSessions(): IndexWriters {
    return new IndexWriters(true);
  }

  private constructor(
    /** Whether tenants' sessions may write the attribute. */
    public readonly includeSessions: boolean,
  ) {}

  /** The expression that makes this value: `IndexWriters.trusted()`. */
  public toString(): string {
    return `IndexWriters.${this.includeSessions ? 'tenantSessions' : 'trusted'}()`;
  }
}
