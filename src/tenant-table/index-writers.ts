/** Who writes the partition key of an index, where that is an attribute other than the table's partition key. */
export class IndexWriters {
  /**
   * Batch writers alone: those of `grants.ingest` and `grants.tenantIngest`. IAM denies tenants' sessions every write that names the
   * attribute, so that the index holds what trusted code put there, and nothing else.
   */
  public static trusted(): IndexWriters {
    return new IndexWriters(false);
  }

  /**
   * Tenants' sessions as well, with whatever value. IAM compares a write with the table's key alone: a session can put an item of its own
   * tenant among another tenant's in the index. Every reader of the index must leave such items out; `ownItemsQuery` of
   * `cdk-andamio/tenant-sessions` does, and protects those who use it.
   */
  public static tenantSessions(): IndexWriters {
    return new IndexWriters(true);
  }

  private constructor(
    /** Whether tenants' sessions may name the attribute in a write. */
    public readonly includeSessions: boolean,
  ) {}

  /** As it is written: `IndexWriters.trusted()`. */
  public toString(): string {
    return `IndexWriters.${this.includeSessions ? 'tenantSessions' : 'trusted'}()`;
  }
}
