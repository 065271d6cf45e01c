import fc from 'fast-check';

/** Lets all requests run until they wait for a turn. The fakes only have promises, a few deep. */
async function settled(): Promise<void> {
  for (let tick = 0; tick < 40; tick++) await undefined;
}

/** The order of calls of several requests: the numbers choose, one after the other, which of the waiting calls continues. */
export function turns(order: readonly number[]) {
  const waiting: (() => void)[] = [];
  let next = 0;
  let on = false;
  return {
    turn: () => (on ? new Promise<void>((resolve) => waiting.push(resolve)) : Promise.resolve()),
    /** Runs requests at the same time. `seen` is called after each call. */
    async together<T>(requests: readonly (() => Promise<T>)[], seen: () => void = () => undefined): Promise<T[]> {
      on = true;
      let running = requests.length;
      const results = requests.map((request) => request().finally(() => running--));
      const all = Promise.all(results);
      all.catch(() => undefined);
      while (running > 0) {
        await settled();
        waiting.splice((order[next++ % Math.max(1, order.length)] ?? 0) % Math.max(1, waiting.length), 1)[0]?.();
        await settled();
        seen();
      }
      on = false;
      return all;
    },
  };
}

/** An order for `turns`. */
export const order = fc.array(fc.nat(5), { minLength: 20, maxLength: 120 });
