import { setTimeout as sleep } from 'node:timers/promises';
import type { Assembly, Clock, Endpoint, Invocation, Json, JsonObject } from '../../../contracts';
import { objectOf } from '../../../protocol/json';
import { TooManyRequests } from '../pool';
import { sendToQueue } from '../send-to-queue';
import { failedMessages } from './partial-batch';
import type { EventSource } from './poller';
import type { StreamMapping } from './stream-mapping';
import { createStreamReader, sequenceOf } from './stream-reader';

export interface StreamPollerOptions {
  readonly mapping: StreamMapping;
  readonly assembly: Assembly;
  readonly endpoint: Pick<Endpoint, 'url' | 'assumeAsService' | 'call'>;
  readonly clock: Clock;
  invoke(functionArn: string, event: Json): Promise<Invocation>;
  report(line: string): void;
}

/** A record, and when it was received by the clock. */
interface Received {
  readonly record: JsonObject;
  readonly at: number;
}

/** Documented: "Process DynamoDB records with Lambda": Lambda polls each shard four times per second. */
const POLL_MS = 250;
const ERROR_PAUSE_MS = 1000;
/** By the clock. AWS does not document how long Lambda waits between attempts. */
const RETRY_MS = { first: 500, most: 30_000 };
/** Documented: "Lambda quotas": the payload of a synchronous invocation. */
const PAYLOAD_LIMIT = 6 * 1024 * 1024;

/**
 * Reads a table's stream and invokes the function with one batch after another, as an event source mapping of Lambda does (documented:
 * "Process DynamoDB records with Lambda", "Batching behavior", "Configuring partial batch response with DynamoDB and Lambda", "Retain
 * discarded records for a DynamoDB event source in Lambda"). It starts at the position of the mapping when this resolves.
 */
export async function startStreamPoller(options: StreamPollerOptions): Promise<EventSource> {
  const { mapping, clock, report, assembly, endpoint, invoke } = options;
  const { batchSize, windowSeconds, streamArn, functionArn, maximumRetries, maximumAgeSeconds } = mapping;
  const closing = new AbortController();
  const reader = createStreamReader({ mapping, endpoint, region: assembly.region });
  /** Received, but over the payload limit of the previous batch. */
  let left: Received[] = [];
  let running = false;
  let polling: Promise<void> = Promise.resolve();
  let lastProblem: string | undefined;

  /** Reports an error unless it is the same as the last one. Lambda has it as the mapping's LastProcessingResult. */
  function problem(error: unknown): void {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (closing.signal.aborted || text === lastProblem) return;
    lastProblem = text;
    report(`${mapping.id}: ${text}`);
  }

  async function poll(): Promise<void> {
    while (running) {
      try {
        const batch = await gather();
        if (batch.length > 0) await handle(batch, 0);
      } catch (error) {
        problem(error);
        await sleep(ERROR_PAUSE_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  /** Up to the batch size, the window after the first record, or the payload limit, whichever is first. */
  async function gather(): Promise<Received[]> {
    const batch: Received[] = [];
    let bytes = 0;
    const add = (received: readonly Received[]): boolean => {
      for (const [index, one] of received.entries()) {
        const size = Buffer.byteLength(JSON.stringify(one.record)) + 1;
        if (batch.length === batchSize || (batch.length > 0 && bytes + size > PAYLOAD_LIMIT)) {
          left = received.slice(index);
          return false;
        }
        batch.push(one);
        bytes += size;
      }
      return true;
    };
    const kept = left;
    left = [];
    let room = add(kept);
    let ends: number | undefined;
    while (running && room && batch.length < batchSize) {
      if (batch.length > 0) ends ??= clock.now() + windowSeconds * 1000;
      if (ends !== undefined && clock.now() >= ends) break;
      const records = await reader.read(batchSize - batch.length);
      room = add(records.map((record) => ({ record: { ...record, eventSourceARN: streamArn }, at: clock.now() })));
      if (records.length === 0) await sleep(POLL_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
    return batch;
  }

  /** Invokes the function until no record of the batch is left. A failed batch is tried again before anything after it. */
  async function handle(batch: readonly Received[], retriesBefore: number): Promise<void> {
    let rest = batch;
    for (let retries = retriesBefore; !closing.signal.aborted; retries += 1) {
      const invocation = await untilNotThrottled({ Records: rest.map(({ record }) => record) });
      if (invocation === undefined) return;
      const sequences = rest.map(({ record }) => sequenceOf(record));
      const failed = failedMessages(invocation, sequences, mapping.partialBatches);
      const first = sequences.findIndex((sequence) => failed.has(sequence));
      if (first < 0) return;
      rest = rest.slice(first);
      const expired = maximumAgeSeconds !== undefined && clock.now() - rest[0].at > maximumAgeSeconds * 1000;
      if (expired || (maximumRetries !== undefined && retries >= maximumRetries)) {
        return discard(rest, invocation, retries + 1, expired);
      }
      // Documented: splitting a batch does not count as a retry. A response with failures has already split it.
      if (mapping.bisect && first === 0 && rest.length > 1) {
        const half = Math.ceil(rest.length / 2);
        await handle(rest.slice(0, half), retries);
        return handle(rest.slice(half), retries);
      }
      const wait = Math.min(RETRY_MS.first * 2 ** (retries - retriesBefore), RETRY_MS.most);
      await clock.sleep(wait, closing.signal).catch(() => undefined);
    }
  }

  /** Undefined if the sandbox is closing. */
  async function untilNotThrottled(event: JsonObject): Promise<Invocation | undefined> {
    while (!closing.signal.aborted) {
      try {
        return await invoke(functionArn, event);
      } catch (error) {
        if (!(error instanceof TooManyRequests)) throw error;
        await clock.sleep(RETRY_MS.first, closing.signal).catch(() => undefined);
      }
    }
    return undefined;
  }

  /** Sends a description of the batch to the failure destination. The records themselves stay in the stream. */
  async function discard(batch: readonly Received[], { requestId }: Invocation, count: number, expired: boolean): Promise<void> {
    report(`${mapping.id}: discarded ${batch.length} ${batch.length === 1 ? 'record' : 'records'} after ${count} attempts`);
    if (mapping.failureQueueUrl === undefined) return;
    const arrival = ({ record }: Received) =>
      new Date(Number(objectOf(record.dynamodb).ApproximateCreationDateTime) * 1000).toISOString().replace('.000Z', 'Z');
    const [first, last] = [batch[0], batch[batch.length - 1]];
    const message = {
      requestContext: {
        requestId,
        functionArn,
        condition: expired ? 'RecordAgeExceeded' : 'RetryAttemptsExhausted',
        approximateInvokeCount: count,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: new Date(clock.now()).toISOString(),
      DDBStreamBatchInfo: {
        shardId: reader.shardId(),
        startSequenceNumber: sequenceOf(first.record),
        endSequenceNumber: sequenceOf(last.record),
        approximateArrivalOfFirstRecord: arrival(first),
        approximateArrivalOfLastRecord: arrival(last),
        batchSize: batch.length,
        streamArn,
      },
    };
    const role = { roleArn: mapping.roleArn, name: mapping.functionName };
    await sendToQueue(assembly, endpoint, role, { QueueUrl: mapping.failureQueueUrl, MessageBody: JSON.stringify(message) });
  }

  const source: EventSource = {
    functionArn,
    async pause() {
      running = false;
      await polling;
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
    },
  };
  await reader.open();
  if (mapping.enabled) source.resume();
  return source;
}
