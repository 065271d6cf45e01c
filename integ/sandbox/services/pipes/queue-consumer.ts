import { setTimeout as pause } from 'node:timers/promises';
import type { Clock, JsonObject } from '../../contracts';
import { asObject, objects } from '../../protocol/json';
import type { Consumer, Delivery } from '../../streams/consumer';
import type { ServiceCaller } from '../../streams/service-caller';

export interface QueueConsumerOptions {
  readonly clock: Clock;
  readonly caller: ServiceCaller;
  readonly queueArn: string;
  readonly queueUrl: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  accepts(event: JsonObject): boolean;
  deliver(batch: readonly { readonly event: JsonObject }[]): Promise<Delivery>;
  problem(error: unknown): void;
}

const RECEIVED_AT_ONCE = 10;
const WAIT_SECONDS = 1;
const PAUSE_MS = 1_000;

/**
 * Receives messages and delivers them in batches. Delivered messages and those that the filters leave out are deleted, and others are
 * received again when they become visible. Documented: "Amazon Simple Queue Service as a source", and for filters "Amazon EventBridge Pipes
 * filtering and Amazon SQS".
 */
export function queueConsumer(options: QueueConsumerOptions): Consumer {
  const { clock, caller, queueUrl: QueueUrl } = options;
  const sqs = (operation: string, input: JsonObject) => caller.json('sqs', 'AmazonSQS', operation, { QueueUrl, ...input });
  let stopping = new AbortController();
  let running: Promise<void> | undefined;
  const waiting = new Set<() => void>();

  async function gather(signal: AbortSignal): Promise<JsonObject[]> {
    const messages: JsonObject[] = [];
    let deadline: number | undefined;
    while (!signal.aborted && messages.length < options.batchSize && (deadline === undefined || clock.now() < deadline)) {
      const asked = [...waiting];
      const { Messages } = await sqs('ReceiveMessage', {
        MaxNumberOfMessages: Math.min(RECEIVED_AT_ONCE, options.batchSize - messages.length),
        ...{ WaitTimeSeconds: WAIT_SECONDS, MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] },
      });
      messages.push(...objects(Messages));
      if (messages.length === 0) {
        for (const resolve of asked) {
          waiting.delete(resolve);
          resolve();
        }
      }
      if (messages.length > 0) deadline ??= clock.now() + options.windowSeconds * 1000;
    }
    return messages;
  }

  function eventOf(message: JsonObject): JsonObject {
    const body = String(message.Body);
    return {
      ...{ messageId: message.MessageId, receiptHandle: message.ReceiptHandle, attributes: message.Attributes ?? {} },
      // Documented: "Implicit body data parsing".
      body: asObject(body) ?? body,
      ...{ messageAttributes: message.MessageAttributes ?? {}, md5OfBody: message.MD5OfBody, eventSource: 'aws:sqs' },
      ...{ eventSourceARN: options.queueArn, awsRegion: options.queueArn.split(':')[3] },
    };
  }

  async function remove(events: readonly JsonObject[]): Promise<void> {
    for (let from = 0; from < events.length; from += RECEIVED_AT_ONCE) {
      const Entries = events
        .slice(from, from + RECEIVED_AT_ONCE)
        .map((event, index) => ({ Id: String(index), ReceiptHandle: event.receiptHandle }));
      await sqs('DeleteMessageBatch', { Entries });
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const events = (await gather(signal)).map(eventOf);
        const accepted = events.filter((event) => options.accepts(event));
        await remove(events.filter((event) => !accepted.includes(event)));
        if (accepted.length === 0) continue;
        const { failed, reason } = await options.deliver(accepted.map((event) => ({ event })));
        if (failed.length > 0) options.problem(new Error(reason ?? 'the target reports failed messages'));
        await remove(accepted.filter((_, index) => !failed.includes(index)));
      } catch (error) {
        if (signal.aborted) return;
        options.problem(error);
        await pause(PAUSE_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  const stop = async () => {
    stopping.abort();
    await running;
    running = undefined;
  };
  return {
    start() {
      if (running !== undefined) return;
      stopping = new AbortController();
      running = run(stopping.signal);
    },
    stop,
    kill: stop,
    caughtUp: () => new Promise((resolve) => waiting.add(resolve)),
  };
}
