import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Clock, Endpoint, Invocation, Json, JsonObject } from '../../../contracts';
import { TooManyRequests } from '../pool';
import { createGatherer } from './gatherer';
import type { QueueMapping } from './mapping';
import { failedMessages } from './partial-batch';

export interface PollerOptions {
  readonly mapping: QueueMapping;
  readonly endpoint: Pick<Endpoint, 'url' | 'assumeAsService'>;
  readonly region: string;
  readonly clock: Clock;
  invoke(functionArn: string, event: Json): Promise<Invocation>;
  report(line: string): void;
}

/** An event source mapping that is running. */
export interface EventSource {
  readonly functionArn: string;
  /** Of a queue. */
  readonly queueUrl?: string;
  /** Stops polling; resolves when the batches in flight are done. */
  pause(): Promise<void>;
  resume(): void;
  close(): Promise<void>;
}

const DELETE_LIMIT = 10;
const ERROR_PAUSE_MS = 1000;

/** Polls a queue with the function's role, as an event source mapping of Lambda does. */
export function startPoller(options: PollerOptions): EventSource {
  const { mapping, clock, report } = options;
  const client = sqs(options);
  const closing = new AbortController();
  const gatherer = createGatherer({
    ...mapping,
    clock,
    closing: closing.signal,
    async receive(maximum, waitSeconds) {
      const { Messages } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: mapping.queueUrl,
          MaxNumberOfMessages: maximum,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
        { abortSignal: closing.signal },
      );
      return Messages ?? [];
    },
  });
  const underWay = new Set<Promise<void>>();
  let running = false;
  let polling: Promise<void> = Promise.resolve();
  let lastProblem: string | undefined;

  /** Reports an error unless it is the same as the last one. Lambda has it as the mapping's LastProcessingResult. */
  function problem(error: unknown): void {
    if (closing.signal.aborted) {
      return;
    }
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (text !== lastProblem) {
      lastProblem = text;
      report(`${mapping.id}: ${text}`);
    }
  }

  async function poll(): Promise<void> {
    while (running) {
      try {
        const batch = await gatherer.next();
        if (batch !== undefined) {
          const work: Promise<void> = process(batch)
            .catch(problem)
            .finally(() => underWay.delete(work));
          underWay.add(work);
        }
        while (underWay.size >= mapping.concurrency) {
          await Promise.race(underWay);
        }
      } catch (error) {
        problem(error);
        await sleep(ERROR_PAUSE_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  async function process(batch: JsonObject[]): Promise<void> {
    const invocation = await untilNotThrottled({ Records: batch });
    const ids = batch.map((record) => String(record.messageId));
    const failed = invocation === undefined ? new Set(ids) : failedMessages(invocation, ids, mapping.partialBatches);
    const done = batch.filter((record) => !failed.has(String(record.messageId)));
    const deletions: Promise<void>[] = [];
    for (let from = 0; from < done.length; from += DELETE_LIMIT) {
      deletions.push(remove(done.slice(from, from + DELETE_LIMIT)));
    }
    await Promise.all(deletions);
  }

  /** Retries a throttled batch until its messages become visible again. */
  async function untilNotThrottled(event: JsonObject): Promise<Invocation | undefined> {
    const until = clock.now() + mapping.visibilitySeconds * 1000;
    for (let wait = 250; clock.now() < until && !closing.signal.aborted; wait = Math.min(wait * 2, 8000)) {
      try {
        return await options.invoke(mapping.functionArn, event);
      } catch (error) {
        if (!(error instanceof TooManyRequests)) {
          throw error;
        }
        await clock.sleep(wait, closing.signal);
      }
    }
    return undefined;
  }

  async function remove(records: readonly JsonObject[]): Promise<void> {
    const { Failed } = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: mapping.queueUrl,
        Entries: records.map((record, index) => ({ Id: String(index), ReceiptHandle: String(record.receiptHandle) })),
      }),
    );
    for (const failure of Failed ?? []) {
      problem(`a message could not be deleted and will be delivered again: ${failure.Code} ${failure.Message ?? ''}`);
    }
  }

  const source: EventSource = {
    ...{ functionArn: mapping.functionArn, queueUrl: mapping.queueUrl },
    async pause() {
      running = false;
      await polling;
      await Promise.all(underWay);
    },
    resume() {
      if (!running) {
        running = true;
        polling = polling.then(poll);
      }
    },
    async close() {
      closing.abort(new Error('The sandbox is closing'));
      await source.pause();
      client.destroy();
    },
  };
  if (mapping.enabled) {
    source.resume();
  }
  return source;
}

/** How long before their expiration the SDK renews credentials. */
const SDK_MARGIN_MS = 300_000;

/**
 * A client with the function's role, whose credentials are renewed after half of their lifetime. With a fast clock the lifetime may be
 * shorter than the SDK's margin, and the SDK would renew them for each request, so the client adds the margin to their expiration.
 */
function sqs({ mapping, endpoint, region }: PollerOptions): SQSClient {
  return new SQSClient({
    endpoint: endpoint.url,
    region,
    credentials: async () => {
      const { expiration, ...keys } = endpoint.assumeAsService(
        mapping.roleArn,
        'lambda.amazonaws.com',
        mapping.functionArn.split(':')[6] ?? 'poller',
      );
      const now = Date.now();
      return { ...keys, ...(expiration === undefined ? {} : { expiration: new Date(now + (expiration - now) / 2 + SDK_MARGIN_MS) }) };
    },
  });
}
