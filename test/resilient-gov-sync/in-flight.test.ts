import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { inFlight } from '../../src/resilient-gov-sync/lambda/in-flight';

test('never more items nor more weight than there is room for, in their order, and all of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(30), { maxLength: 60 }), async (weights) => {
      const worked: number[] = [];
      let [items, weight, mostWeight] = [0, 0, 0];
      const flight = { most: 4, mostWeight: 20, weightOf: (index: number) => weights[index] };
      const begun = await inFlight([...weights.keys()], flight, async (index) => {
        worked.push(index);
        items += 1;
        weight += weights[index];
        expect(items).toBeLessThanOrEqual(4);
        // A heavier one is alone, besides items without weight.
        mostWeight = Math.max(
          mostWeight,
          items === 1 || weights[index] === 0 ? 0 : weight - Math.max(0, ...weights.map((one) => one - 20)),
        );
        await sleep(0);
        items -= 1;
        weight -= weights[index];
      });
      expect(begun).toBe(weights.length);
      expect(worked).toEqual([...weights.keys()]);
      expect(mostWeight).toBeLessThanOrEqual(20);
    }),
    { numRuns: 30 },
  );
});

test('it ends when there is no time, after at least one item', async () => {
  const flight = { most: 2, mostWeight: 10, weightOf: () => 1 };
  let left = 3;
  expect(await inFlight([1, 2, 3, 4, 5], { ...flight, goesOn: () => left-- > 0 }, async () => undefined)).toBe(4);
  expect(await inFlight([1, 2, 3], { ...flight, goesOn: () => false }, async () => undefined)).toBe(1);
  expect(await inFlight([], { ...flight, goesOn: () => false }, async () => undefined)).toBe(0);
});

test('an error is thrown when nothing is worked on any more', async () => {
  const ended: number[] = [];
  const work = async (item: number) => {
    await sleep(item * 5);
    if (item === 1) throw new Error('denied');
    ended.push(item);
  };
  await expect(inFlight([1, 2, 3, 4, 5], { most: 3, mostWeight: 10, weightOf: () => 1 }, work)).rejects.toThrow('denied');
  expect(ended).toEqual([2, 3]);
});
