/** A call to the item with the rules of a school. */
export interface RulesRead {
  readonly school: string;
  /** The access key of the session: each process has sessions of its own. */
  readonly session: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface CountedReads {
  readonly reads: number;
  /** The processes that read the rules of each school. */
  readonly processes: number;
  /** The fewest and the most reads of one school's rules by one process. */
  readonly perProcess: readonly [fewest: number, most: number];
  /** The shortest time between two reads of the same rules by the same process, in seconds: a cache keeps it above the expiry. */
  readonly shortestSeconds: number | undefined;
}

/** Counts the reads for each school and process. A process that did not read the rules of one of the schools counts with 0. */
export function countReads(reads: readonly RulesRead[], schools: readonly string[]): CountedReads {
  const bySchool = schools.map((school) => {
    const sessions = new Map<string, number[]>();
    for (const { session, at } of reads.filter((read) => read.school === school)) {
      sessions.set(session, [...(sessions.get(session) ?? []), at]);
    }
    return [...sessions.values()].map((times) => times.sort((a, b) => a - b));
  });
  const processes = Math.max(0, ...bySchool.map(({ length }) => length));
  const counts = bySchool.flatMap((sessions) => Array.from({ length: processes }, (_, at) => sessions[at]?.length ?? 0));
  const gaps = bySchool.flat().flatMap((times) => times.slice(1).map((at, before) => at - times[before]));
  return {
    reads: reads.length,
    processes,
    perProcess: [Math.min(...counts, Number.POSITIVE_INFINITY), Math.max(...counts, 0)],
    shortestSeconds: gaps.length === 0 ? undefined : Math.min(...gaps) / 1_000,
  };
}
