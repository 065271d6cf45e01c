import { createClock } from '../process/clock';
import { type ConsumerOptions, type Delivery, streamConsumer } from './consumer';
import type { StreamEvent } from './record';
import type { StreamSource } from './source';

const HOUR_MS = 3_600_000;

/** A stream in memory: the sequence numbers are 1, 2, 3, … */
function sourceOf(clock: { now(): number }, count: number): StreamSource & { committed(): number } {
  const records = Array.from({ length: count }, (_, index): StreamEvent => {
    return { sequenceNumber: String(index + 1), at: clock.now(), event: { number: index + 1 } };
  });
  let [committed, position] = [0, 0];
  return {
    async read() {
      const read = records.slice(position);
      position = records.length;
      return read;
    },
    commit(sequenceNumber) {
      committed = Number(sequenceNumber);
    },
    rewind() {
      position = committed;
    },
    shardId: () => 'shard',
    committed: () => committed,
  };
}

function started(count: number, deliver: (numbers: number[]) => Delivery | Promise<Delivery>, more: Partial<ConsumerOptions> = {}) {
  const clock = createClock(10_000);
  const source = sourceOf(clock, count);
  const calls: number[][] = [];
  const discarded: unknown[] = [];
  const problems: string[] = [];
  const consumer = streamConsumer({
    ...{ clock, source, batchSize: 4, windowSeconds: 0, maximumRecordAgeSeconds: -1, maximumRetryAttempts: -1, bisect: false },
    accepts: () => true,
    async deliver(batch) {
      const numbers = batch.map(({ event }) => Number(event.number));
      calls.push(numbers);
      return deliver(numbers);
    },
    async discard(batch, condition) {
      discarded.push([batch.map(({ event }) => event.number), condition]);
    },
    problem: (error) => problems.push((error as Error).message),
    ...more,
  });
  return { clock, source, calls, discarded, problems, consumer };
}

const succeeds = (): Delivery => ({ failed: [] });

test('batches are delivered in order, and what filters leave out is done, too', async () => {
  const { consumer, calls, source } = started(10, succeeds, { accepts: ({ number }) => Number(number) % 2 === 1 });
  consumer.start();
  await consumer.caughtUp();
  expect(calls).toEqual([[1, 3, 5, 7], [9]]);
  expect(source.committed()).toBe(10);
  await consumer.stop();
});

// documented: "EventBridge Pipes error handling and troubleshooting", partial batch failures
test('after a partial failure only the failed records are tried again, before the next batch', async () => {
  let first = true;
  const { consumer, calls, problems } = started(6, () => {
    if (!first) return { failed: [] };
    first = false;
    return { failed: [1, 3], reason: 'Slow down.' };
  });
  consumer.start();
  await consumer.caughtUp();
  expect(calls).toEqual([
    [1, 2, 3, 4],
    [2, 4],
    [5, 6],
  ]);
  expect(problems).toEqual(['Slow down.']);
  await consumer.stop();
});

test('with bisection the failed records of a partial failure are halved, until one is alone, and is given up after its own retries', async () => {
  const poison = 3;
  const { consumer, calls, discarded } = started(4, (numbers) => ({ failed: numbers.includes(poison) ? [...numbers.keys()] : [] }), {
    bisect: true,
    maximumRetryAttempts: 2,
  });
  consumer.start();
  await consumer.caughtUp();
  expect(calls).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [3], [4]]);
  expect(discarded).toEqual([[[poison], 'RetryAttemptsExhausted']]);
  await consumer.stop();
});

test('a record is given up when it is too old, by a clock that was advanced; one that has left the stream is reported', async () => {
  const old = started(2, succeeds, { maximumRecordAgeSeconds: 23 * 3600 });
  old.clock.advance(23.5 * HOUR_MS);
  old.consumer.start();
  await old.consumer.caughtUp();
  expect(old.discarded).toEqual([[[1, 2], 'RecordAgeExceeded']]);
  const gone = started(2, succeeds);
  gone.clock.advance(25 * HOUR_MS);
  gone.consumer.start();
  await gone.consumer.caughtUp();
  expect(gone.calls).toEqual([]);
  expect(gone.problems).toEqual(['2 records left the stream before they were delivered']);
  await Promise.all([old.consumer.stop(), gone.consumer.stop()]);
});

test('a consumer that is killed after a delivery, and before it recorded that, delivers the batch again', async () => {
  const killed: Promise<void>[] = [];
  const { consumer, calls, source } = started(6, () => {
    if (killed.length === 0) killed.push(consumer.kill());
    return { failed: [] };
  });
  consumer.start();
  await new Promise((done) => setTimeout(done, 20));
  await Promise.all(killed);
  expect(source.committed()).toBe(0);
  consumer.start();
  await consumer.caughtUp();
  expect(calls).toEqual([
    [1, 2, 3, 4],
    [1, 2, 3, 4],
    [5, 6],
  ]);
  expect(source.committed()).toBe(6);
  await consumer.stop();
});

test('a consumer that is stopped ends its batch, and continues after it', async () => {
  const { consumer, calls } = started(6, () => new Promise((done) => setTimeout(() => done({ failed: [] }), 30)));
  consumer.start();
  await new Promise((done) => setTimeout(done, 10));
  await consumer.stop();
  expect(calls).toEqual([[1, 2, 3, 4]]);
  consumer.start();
  await consumer.caughtUp();
  expect(calls).toEqual([
    [1, 2, 3, 4],
    [5, 6],
  ]);
  await consumer.stop();
});
