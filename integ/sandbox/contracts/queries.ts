/** What a query read, beyond what the API of Athena says. */
export interface QueryInput {
  /** Objects that were read. */
  readonly files: number;
  /** The bytes of the columns that the query needs, as in `DataScannedInBytes`. */
  readonly bytes: number;
  /** Prefixes that were listed, one for each partition. */
  readonly partitions: number;
}

/** The queries of Athena. */
export interface Queries {
  /** What a query read; undefined until it has ended. */
  input(queryExecutionId: string): QueryInput | undefined;
  /** Queries that have not ended. */
  readonly underWay: number;
}
