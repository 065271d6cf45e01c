/** Aborts branches whose sibling failed. */
class SiblingFailed extends Error {}

/**
 * Runs work on items, at most `limit` at a time. After the first failure no more is started, and what runs is aborted.
 *
 * @throws the first failure, when everything has ended
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal,
  work: (item: T, index: number, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const siblings = new AbortController();
  const inner = AbortSignal.any([signal, siblings.signal]);
  const results: R[] = new Array<R>(items.length);
  let next = 0;
  let failure: { readonly reason: unknown } | undefined;
  const worker = async () => {
    while (next < items.length && failure === undefined) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(items[index], index, inner);
      } catch (reason) {
        failure ??= { reason };
        siblings.abort(new SiblingFailed('Another branch failed'));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  signal.throwIfAborted();
  if (failure !== undefined) throw (failure as { readonly reason: unknown }).reason;
  return results;
}
