import type { Message } from '@aws-sdk/client-sqs';
import type { Clock, JsonObject } from '../../../contracts';
import { recordOf } from './record';

/** Documented: "Lambda quotas": the payload of a synchronous invocation. */
const PAYLOAD_LIMIT = 6 * 1024 * 1024;
const ENVELOPE = '{"Records":[]}'.length;
/** Messages per ReceiveMessage. */
const RECEIVE_LIMIT = 10;
/** The wait time of a poll in this machine's time. It is short, so that the poller can stop soon without aborting a poll. */
const POLL_SECONDS = 1;

export interface GathererOptions {
  readonly queueArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly clock: Clock;
  /** After it aborts, no batch is delivered, and received messages become visible again. */
  readonly closing: AbortSignal;
  /** Calls ReceiveMessage; the wait time is in seconds of this machine. */
  receive(maximum: number, waitSeconds: number): Promise<Message[]>;
}

/**
 * Fills batches from a queue: up to the batch size, the window after the first message, or the payload limit, whichever is first
 * (documented: "Creating and configuring an Amazon SQS event source mapping", batching behavior).
 */
export interface Gatherer {
  /** The next batch; undefined if one poll returned no messages or the sandbox is closing. */
  next(): Promise<JsonObject[] | undefined>;
}

export function createGatherer({ queueArn, batchSize, windowSeconds, clock, closing, receive }: GathererOptions): Gatherer {
  /** Received, but over the payload limit of the previous batch. */
  let left: JsonObject[] = [];
  return {
    async next() {
      const batch: JsonObject[] = [];
      let bytes = ENVELOPE;
      /** Returns false if the batch has no room for a record. */
      const add = (records: readonly JsonObject[]): boolean => {
        for (const [index, record] of records.entries()) {
          const size = Buffer.byteLength(JSON.stringify(record)) + 1;
          if (batch.length === batchSize || (batch.length > 0 && bytes + size > PAYLOAD_LIMIT)) {
            left = records.slice(index);
            return false;
          }
          batch.push(record);
          bytes += size;
        }
        return true;
      };
      const kept = left;
      left = [];
      let room = add(kept);
      let ends = batch.length > 0 ? clock.now() + windowSeconds * 1000 : undefined;
      while (room && batch.length < batchSize && !closing.aborted) {
        const remaining = ends === undefined ? POLL_SECONDS : clock.real(ends - clock.now()) / 1000;
        if (ends !== undefined && remaining <= 0) {
          break;
        }
        const received = await receive(Math.min(RECEIVE_LIMIT, batchSize - batch.length), remaining >= POLL_SECONDS ? POLL_SECONDS : 0);
        room = add(received.map((message) => recordOf(message, queueArn)));
        if (ends === undefined) {
          if (batch.length === 0) {
            return undefined;
          }
          ends = clock.now() + windowSeconds * 1000;
        } else if (received.length === 0 && remaining < POLL_SECONDS) {
          await new Promise((resolve) => setTimeout(resolve, Math.min(50, remaining * 1000)));
        }
      }
      return closing.aborted ? undefined : batch;
    },
  };
}
