import type { Message } from '@aws-sdk/client-sqs';
import { createClock } from '../../../process/clock';
import { createGatherer } from './gatherer';

const queueArn = 'arn:aws:sqs:us-east-1:123456789012:Queue';

/** Never. */
const closing = new AbortController().signal;

/** A queue that behaves like SQS: it returns up to ten messages, and waits if there are none. */
function queue(messages: Message[]) {
  const requested: number[] = [];
  return {
    messages,
    requested,
    async receive(maximum: number, waitSeconds: number): Promise<Message[]> {
      requested.push(maximum);
      if (messages.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, waitSeconds * 1000));
      }
      return messages.splice(0, maximum);
    },
  };
}

const messagesOf = (count: number, body = 'x'): Message[] =>
  Array.from({ length: count }, (_, index) => ({ MessageId: String(index), Body: body }));

describe('batches (documented: "Creating and configuring an Amazon SQS event source mapping", batching behavior)', () => {
  test('are full if the queue has enough messages, without waiting for the window', async () => {
    const source = queue(messagesOf(110));
    const gatherer = createGatherer({
      queueArn,
      batchSize: 50,
      windowSeconds: 60,
      clock: createClock(1),
      closing,
      receive: source.receive,
    });
    const started = performance.now();
    expect([(await gatherer.next())?.length, (await gatherer.next())?.length]).toEqual([50, 50]);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(source.requested).toEqual([10, 10, 10, 10, 10, 10, 10, 10, 10, 10]);
  });

  test('are delivered at the end of the window after the first message, by the clock', async () => {
    const source = queue(messagesOf(3));
    const clock = createClock(10);
    const gatherer = createGatherer({ queueArn, batchSize: 50, windowSeconds: 5, clock, closing, receive: source.receive });
    const started = clock.now();
    setTimeout(() => source.messages.push(...messagesOf(2)), 200);
    expect((await gatherer.next())?.length).toBe(5);
    expect(clock.now() - started).toBeGreaterThanOrEqual(4900);
    expect(clock.now() - started).toBeLessThan(8000);
  });

  test('without a window contain the messages of one poll', async () => {
    const source = queue(messagesOf(4));
    const gatherer = createGatherer({ queueArn, batchSize: 10, windowSeconds: 0, clock: createClock(1), closing, receive: source.receive });
    expect((await gatherer.next())?.length).toBe(4);
    expect(source.requested).toEqual([10]);
  });

  test('end before the payload exceeds 6 MB, and the next batch has the rest', async () => {
    const source = queue(messagesOf(10, 'x'.repeat(1_000_000)));
    const gatherer = createGatherer({ queueArn, batchSize: 10, windowSeconds: 0, clock: createClock(1), closing, receive: source.receive });
    const batches = [await gatherer.next(), await gatherer.next()];
    expect(batches.map((batch) => batch?.map(({ messageId }) => messageId))).toEqual([
      ['0', '1', '2', '3', '4', '5'],
      ['6', '7', '8', '9'],
    ]);
  });

  test('are not created for an empty queue', async () => {
    const gatherer = createGatherer({
      queueArn,
      batchSize: 10,
      windowSeconds: 5,
      clock: createClock(1),
      closing,
      receive: queue([]).receive,
    });
    expect(await gatherer.next()).toBeUndefined();
  });

  test('are not delivered once the sandbox closes', async () => {
    const source = queue(messagesOf(3));
    const ending = new AbortController();
    const options = { queueArn, batchSize: 50, windowSeconds: 60, clock: createClock(1), receive: source.receive };
    const gatherer = createGatherer({ ...options, closing: ending.signal });
    const started = performance.now();
    setTimeout(() => ending.abort(), 100);
    expect(await gatherer.next()).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
