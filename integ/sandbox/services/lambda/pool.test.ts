import type { Environment } from './environment';
import { createPool, type PoolOptions } from './pool';

const event = { requestId: 'r', functionArn: 'arn', body: '{}', traceId: 't' };

/** A pool whose environments need `milliseconds` for an event; `launched` lists them. */
function poolOf(milliseconds: number, options: Partial<PoolOptions> = {}, isWaiting = () => false) {
  const launched: Environment[] = [];
  const launch = async () => {
    let end = () => {};
    let alive = true;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const one: Environment = {
      freshUntil: Number.POSITIVE_INFINITY,
      get alive() {
        return alive;
      },
      waiting: isWaiting(),
      ended,
      ready: async () => alive,
      kill() {
        alive = false;
        end();
      },
      async run() {
        await Promise.race([ended, sleep(milliseconds)]);
        return { body: 'null', failed: !alive, milliseconds };
      },
    };
    launched.push(one);
    return one;
  };
  const pool = createPool({ launch, isFresh: () => true, account: { limit: 10, inFlight: 0 }, processes: 2, ...options });
  return { pool, launched, alive: () => launched.filter((one) => one.alive).length };
}

const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

test('a closed pool starts no environment, neither for new nor for waiting events', async () => {
  const { pool, launched, alive } = poolOf(1_500, { processes: 1 });
  const underWay = pool.run(event);
  const waiting = pool.run(event);
  await sleep(10);
  const rejections = [expect(waiting).rejects.toThrow('The sandbox is closing')];
  await pool.close();
  rejections.push(expect(pool.run(event)).rejects.toThrow('The sandbox is closing'));
  await Promise.all(rejections);
  expect((await underWay).failed).toBe(true);
  expect([launched.length, alive()]).toEqual([1, 0]);
});

test('an event waits if it waits for environments that all wait, and works if one of them works', async () => {
  for (const [waits, expected] of [
    [[true, true], 3],
    [[true, false], 1],
  ] as const) {
    const kinds = [...waits];
    const { pool } = poolOf(100, {}, () => kinds.pop() ?? false);
    const events = [pool.run(event), pool.run(event), pool.run(event)];
    expect(pool.waiting).toBe(0);
    await sleep(20);
    expect(pool.waiting).toBe(expected);
    await Promise.all(events);
    expect(pool.waiting).toBe(0);
    await pool.close();
  }
});

test('an environment that starts while its pool closes is killed', async () => {
  const { pool, launched, alive } = poolOf(1_500);
  const event1 = expect(pool.run(event)).rejects.toThrow('The sandbox is closing');
  await Promise.resolve();
  await pool.close();
  await event1;
  expect([launched.length, alive()]).toEqual([1, 0]);
});

test('idle environments end after a while, and the last one later', async () => {
  const { pool, alive } = poolOf(10, { keep: { any: 100, last: 600 } });
  await Promise.all([pool.run(event), pool.run(event)]);
  expect(alive()).toBe(2);
  await sleep(300);
  expect(alive()).toBe(1);
  await sleep(600);
  expect(alive()).toBe(0);
  await pool.close();
});
