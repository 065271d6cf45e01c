import type { QueryState, RewriteDependencies } from './dependencies';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
/** Reserved for what follows a query: listing, copying, and the manifest. */
const SAFETY_MARGIN_MS = 60_000;

/** A query that succeeded. */
export interface FinishedQuery extends QueryState {
  readonly id: string;
}

/**
 * Runs a query, and waits for its end. A query that is still running a minute before the process ends is stopped.
 *
 * @throws with Athena's reason if it does not succeed
 */
export async function finishedQuery(
  { queries, now, sleep }: Pick<RewriteDependencies, 'queries' | 'now' | 'sleep'>,
  sql: string,
  until: number,
): Promise<FinishedQuery> {
  const id = await queries.start(sql);
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 1.5, LONGEST_DELAY_MS)) {
    const found = await queries.state(id);
    if (found.state === 'SUCCEEDED') return { ...found, id };
    if (found.state === 'FAILED' || found.state === 'CANCELLED') {
      throw new Error(`query ${id} ended as ${found.state}: ${found.reason ?? 'Athena gives no reason'}`);
    }
    if (now() + delay > until - SAFETY_MARGIN_MS) {
      await queries.stop(id);
      throw new Error(`query ${id} was stopped, because it did not end in time`);
    }
    await sleep(delay);
  }
}
