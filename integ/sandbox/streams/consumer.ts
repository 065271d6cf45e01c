import { setTimeout as pause } from 'node:timers/promises';
import type { Clock, JsonObject } from '../contracts';
import type { StreamEvent } from './record';
import type { StreamSource } from './source';

/** What a delivery did: the positions of the events that failed, with the reason. Nothing failed if the list is empty. */
export interface Delivery {
  readonly failed: readonly number[];
  readonly reason?: string;
}

/** Why records are given up, as in the message to the dead-letter queue. */
export type Condition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface ConsumerOptions {
  readonly clock: Clock;
  readonly source: StreamSource;
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** -1 means until the record leaves the stream. */
  readonly maximumRecordAgeSeconds: number;
  /** -1 means without limit. */
  readonly maximumRetryAttempts: number;
  /** Whether a failed batch is halved, until one record is left that fails. */
  readonly bisect: boolean;
  /** Whether the filters let a record through. */
  accepts(event: JsonObject): boolean;
  /** Delivers a batch. A rejection means that the whole batch failed. */
  deliver(batch: readonly StreamEvent[]): Promise<Delivery>;
  /** Sends the position of records that are given up to the dead-letter queue. */
  discard(batch: readonly StreamEvent[], condition: Condition, attempts: number): Promise<void>;
  problem(error: unknown): void;
}

/** Reads a stream and delivers its records in order, one batch after the other. */
export interface Consumer {
  start(): void;
  /** Resolves when the batch in progress is done. */
  stop(): Promise<void>;
  /** Stops at once. The batch in progress is delivered again after the next start, as after the loss of a host. */
  kill(): Promise<void>;
  /** Resolves when what the source had before the call is delivered, left out by the filters, or given up. It does not start the consumer. */
  caughtUp(): Promise<void>;
}

/** Documented: records leave a stream after 24 hours. */
const RETENTION_MS = 24 * 3_600_000;
/** In real time: how often an idle stream is read. Documented for Lambda: four times a second. */
const POLL_MS = 250;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

export function streamConsumer(options: ConsumerOptions): Consumer {
  const { clock, source } = options;
  let stopping = new AbortController();
  let killed = new AbortController();
  let running: Promise<void> | undefined;
  /** Records that were read and are not yet part of a batch. */
  let pending: StreamEvent[] = [];
  let lastRead: string | undefined;
  const waiting = new Set<() => void>();

  async function read(): Promise<void> {
    const asked = [...waiting];
    const records = await source.read();
    // Nothing is in progress while records are gathered.
    if (records.length === 0 && pending.length === 0) {
      for (const resolve of asked) {
        waiting.delete(resolve);
        resolve();
      }
    }
    lastRead = records.at(-1)?.sequenceNumber ?? lastRead;
    pending.push(...records.filter(({ event }) => options.accepts(event)));
  }

  /** The next batch: full, or what there is at the end of the window. */
  async function gather(signal: AbortSignal): Promise<StreamEvent[]> {
    let deadline: number | undefined;
    while (!signal.aborted && pending.length < options.batchSize) {
      const before = lastRead;
      await read();
      if (pending.length > 0) deadline ??= clock.now() + options.windowSeconds * 1000;
      if (deadline !== undefined && clock.now() >= deadline) break;
      if (before === lastRead) await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
    return pending.splice(0, options.batchSize);
  }

  /** Delivers records until each is delivered or given up. */
  async function handle(records: readonly StreamEvent[], signal: AbortSignal): Promise<void> {
    let batch = records;
    for (let attempt = 1; batch.length > 0; attempt++) {
      batch = await withoutOld(batch, attempt - 1);
      if (batch.length === 0) return;
      const { failed, reason } = await options
        .deliver(batch)
        .catch((error: Error): Delivery => ({ failed: batch.map((_, index) => index), reason: error.message }));
      signal.throwIfAborted();
      if (failed.length === 0) return;
      options.problem(new Error(reason ?? 'the target reports failed records'));
      batch = batch.filter((_, index) => failed.includes(index));
      if (options.bisect && batch.length > 1) {
        const half = Math.ceil(batch.length / 2);
        await handle(batch.slice(0, half), signal);
        return handle(batch.slice(half), signal);
      }
      if (options.maximumRetryAttempts >= 0 && attempt > options.maximumRetryAttempts) {
        return options.discard(batch, 'RetryAttemptsExhausted', attempt);
      }
      await clock.sleep(Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS), AbortSignal.any([signal, stopping.signal]));
    }
  }

  /** Gives up records that are too old. Records that have left the stream are lost. */
  async function withoutOld(batch: readonly StreamEvent[], attempts: number): Promise<readonly StreamEvent[]> {
    const { maximumRecordAgeSeconds: seconds } = options;
    const age = ({ at }: StreamEvent) => clock.now() - at;
    const tooOld = batch.filter((record) => seconds >= 0 && age(record) > seconds * 1000);
    if (tooOld.length > 0) await options.discard(tooOld, 'RecordAgeExceeded', attempts);
    const lost = batch.filter((record) => !tooOld.includes(record) && age(record) > RETENTION_MS);
    if (lost.length > 0) options.problem(new Error(`${lost.length} records left the stream before they were delivered`));
    return batch.filter((record) => !tooOld.includes(record) && !lost.includes(record));
  }

  async function run(stop: AbortSignal, kill: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        const batch = await gather(stop);
        await handle(batch, kill);
        // Records that the filters left out are done, too.
        const done = pending.length === 0 ? lastRead : batch.at(-1)?.sequenceNumber;
        if (done !== undefined) source.commit(done);
      } catch (error) {
        if (stop.aborted || kill.aborted) return;
        options.problem(error);
        // What was read and not committed is read again.
        pending = [];
        source.rewind();
        await pause(POLL_MS * 4, undefined, { signal: stop }).catch(() => undefined);
      }
    }
  }

  const end = async () => {
    stopping.abort();
    await running;
    running = undefined;
    pending = [];
    source.rewind();
  };
  return {
    start() {
      if (running !== undefined) return;
      stopping = new AbortController();
      killed = new AbortController();
      running = run(stopping.signal, killed.signal);
    },
    stop: end,
    async kill() {
      killed.abort(new Error('killed'));
      await end();
    },
    caughtUp: () => new Promise((resolve) => waiting.add(resolve)),
  };
}
