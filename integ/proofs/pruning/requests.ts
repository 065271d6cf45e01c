/** The files of a lake, as many in each folder. */
export interface Files {
  readonly schools: number;
  readonly months: number;
  readonly perFolder: number;
  readonly layout: 'perTenant' | 'perMonth';
}

/** What a query names in its conditions. */
export interface Named {
  /** Schools, or all of them by a list. */
  readonly schools: number;
  /** Months that have files, and months that the query does not rule out: those of the projection, if it names no month. */
  readonly months: number;
  readonly projected: number;
}

/** What Athena asks of S3 to find and read the files of a query. */
export interface Requests {
  /** Partitions that the projection enumerates. */
  readonly partitions: number;
  /** One for each partition, also for an empty one, and one more for each further thousand of objects. */
  readonly lists: number;
  /** Objects that are read. Athena reads a large one in several requests. */
  readonly files: number;
}

/** What Athena asked of S3 for a query, and whether its answer is that of the records that were sent. */
export interface Measured extends Requests {
  readonly bytes: number;
  readonly isRight: boolean;
}

/** Documented: ListObjectsV2, MaxKeys. */
const PAGE = 1_000;
/** Years of the projection of a lake, with twelve months each. */
export const PROJECTED_MONTHS = 25 * 12;

export function requestsOf({ perFolder, layout, ...all }: Files, { schools, months, projected }: Named): Requests {
  const folders = layout === 'perTenant' ? schools : 1;
  const pages = Math.max(1, Math.ceil(perFolder / PAGE));
  return {
    partitions: folders * projected,
    lists: folders * (Math.min(months, all.months) * pages + (projected - months)),
    files: folders * months * perFolder,
  };
}
