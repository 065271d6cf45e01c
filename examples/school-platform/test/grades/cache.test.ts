import { createCache } from '../../app/grades/src/cache';

/** A cache over a source that counts its reads. */
function counted(mostEntries = 10) {
  const reads: string[] = [];
  let now = 0;
  const settle: ((failed?: Error) => void)[] = [];
  const get = createCache<number>({
    read: (school) => {
      reads.push(school);
      const value = reads.length;
      return new Promise((resolve, reject) => settle.push((failed) => (failed ? reject(failed) : resolve(value))));
    },
    maxAgeMs: 1_000,
    mostEntries,
    now: () => now,
  });
  return { get, reads, settle, wait: (ms: number) => (now += ms) };
}

test('concurrent requests share one read, and later ones make none until the value expires', async () => {
  const { get, reads, settle, wait } = counted();
  const both = Promise.all([get('a'), get('a')]);
  settle[0]();
  expect(await both).toEqual([1, 1]);
  wait(999);
  expect(await get('a')).toBe(1);
  expect(reads).toEqual(['a']);
  wait(1);
  const renewed = get('a');
  settle[1]();
  expect([await renewed, reads]).toEqual([2, ['a', 'a']]);
});

test('each school has its own value', async () => {
  const { get, settle } = counted();
  const values = Promise.all([get('a'), get('b')]);
  for (const one of settle) one();
  expect(await values).toEqual([1, 2]);
});

test('a failed read fails for all who wait for it, and is not kept', async () => {
  const { get, reads, settle } = counted();
  const waiting = [get('a'), get('a')];
  settle[0](new Error('unavailable'));
  for (const one of waiting) await expect(one).rejects.toThrow('unavailable');
  const again = get('a');
  settle[1]();
  expect([await again, reads.length]).toEqual([2, 2]);
});

test('memory is bounded: the oldest value goes first', async () => {
  const { get, reads, settle } = counted(2);
  for (const school of ['a', 'b', 'c']) {
    const value = get(school);
    settle.at(-1)?.();
    await value;
  }
  await get('b');
  await get('c');
  expect(reads).toEqual(['a', 'b', 'c']);
  get('a');
  expect(reads).toEqual(['a', 'b', 'c', 'a']);
});
