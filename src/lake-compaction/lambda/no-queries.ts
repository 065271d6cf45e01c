import type { RewriteDependencies } from '../../lake-rewrite/lambda/dependencies';

/** Documented: "Service Quotas" of Athena, 5 calls of ListQueryExecutions in a second. */
const DELAY_MS = 500;

/** Waits for moments in which nobody queries the lake. */
export interface NoQueries {
  /** Waits until the workgroup runs no query but those of this process; false if that does not happen in time. */
  wait(): Promise<boolean>;
  /** The dependencies, with which the queries of this process are known. */
  readonly dependencies: RewriteDependencies;
}

/**
 * A query that has listed a file fails if the file is removed before it is read. So files are removed only while no query runs: one that
 * starts afterwards does not find them.
 *
 * @param longest milliseconds that all waits of this process may take together
 */
export function noQueries(dependencies: RewriteDependencies, longest: number): NoQueries {
  const { queries, now, sleep } = dependencies;
  const own = new Set<string>();
  let left = longest;
  let last: Promise<unknown> = Promise.resolve();

  async function waitOnce(): Promise<boolean> {
    for (;;) {
      const others = (await queries.unfinished()).filter((id) => !own.has(id));
      if (others.length === 0) return true;
      if (left <= 0) return false;
      const start = now();
      await sleep(DELAY_MS);
      left -= Math.max(now() - start, DELAY_MS);
    }
  }

  return {
    // One at a time, because Athena limits the rate of these requests.
    wait() {
      const turn = last.then(waitOnce);
      last = turn.catch(() => undefined);
      return turn;
    },
    dependencies: {
      ...dependencies,
      queries: {
        ...queries,
        async start(sql) {
          const id = await queries.start(sql);
          own.add(id);
          return id;
        },
      },
    },
  };
}
