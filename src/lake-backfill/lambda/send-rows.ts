import { LARGEST_RECORD_BYTES, type LakeRow, type RowSettings, recordOf, rowOf } from './lake-row';

/** External dependencies, replaced in tests. */
export interface SendDependencies {
  /** Sends a batch, and returns for each record whether it was accepted. Rejects if the whole call fails. */
  readonly put: (records: readonly Buffer[]) => Promise<readonly boolean[]>;
  /** Puts a row that is too large for Firehose into quarantine. */
  readonly quarantine: (row: LakeRow, record: Buffer) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** At least 0 and below 1. */
  readonly random: () => number;
}

/** What became of the lines of a file. */
export interface SentFile {
  readonly sent: number;
  readonly removed: number;
  readonly expired: number;
  /** Empty lines, which an erasure leaves. */
  readonly erased: number;
  readonly tooLarge: number;
  /** Rows with the time of the export, because no attribute of the item is a time in the years of the lake. */
  readonly undated: number;
  /** Lines from the start of the file that need not be read again. */
  readonly lines: number;
  /** Whether these are all lines of the file. */
  readonly isComplete: boolean;
}

/** Documented: PutRecordBatch (Amazon Data Firehose API Reference). */
const BATCH_RECORDS = 500;
const BATCH_BYTES = 4 * 1024 * 1024;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

interface Batch {
  readonly records: Buffer[];
  bytes: number;
  /** Lines before the batch, and those in it. */
  lines: number;
}

/**
 * Sends the rows of an exported file, in batches that Firehose accepts.
 *
 * @param lines of the file, from its start
 * @param from how many of them were sent before
 * @param bytesPerSecond most bytes in a second, so that the pipe of the lake is not throttled
 * @param deadline when sending must end, in milliseconds since the epoch. A batch that was not accepted by then is sent again later.
 */
export async function sendRows(
  lines: AsyncIterable<string>,
  from: number,
  settings: RowSettings,
  bytesPerSecond: number,
  deadline: number,
  dependencies: SendDependencies,
): Promise<SentFile> {
  const { now, sleep } = dependencies;
  const counts = { sent: 0, removed: 0, expired: 0, erased: 0, tooLarge: 0, undated: 0 };
  const isDated = settings.exportedAt !== undefined && (settings.changedAtAttributes ?? []).length > 0;
  let done = from;
  let read = 0;
  let batch = emptyBatch();

  /** Sends the batch. False if there is no time left for it. */
  async function flush(): Promise<boolean> {
    const started = now();
    if (batch.records.length > 0 && !(await putAll(batch.records, deadline, dependencies))) return false;
    counts.sent += batch.records.length;
    done += batch.lines;
    const pause = (batch.bytes / bytesPerSecond) * 1000 - (now() - started);
    batch = emptyBatch();
    if (pause > 0) await sleep(Math.min(pause, Math.max(0, deadline - now())));
    return now() < deadline;
  }

  for await (const line of lines) {
    read += 1;
    if (read <= from) continue;
    if (line === '') {
      counts.erased += 1;
      batch.lines += 1;
      continue;
    }
    const row = rowIn(line, read, settings);
    if (typeof row === 'string') {
      counts[row] += 1;
      batch.lines += 1;
      continue;
    }
    if (isDated && row.changed_at === settings.exportedAt) counts.undated += 1;
    const record = recordOf(row);
    if (record.length > LARGEST_RECORD_BYTES) {
      await dependencies.quarantine(row, record);
      counts.tooLarge += 1;
      batch.lines += 1;
      continue;
    }
    if (batch.records.length === BATCH_RECORDS || batch.bytes + record.length > BATCH_BYTES) {
      if (!(await flush())) return { ...counts, lines: done, isComplete: false };
    }
    batch.records.push(record);
    batch.bytes += record.length;
    batch.lines += 1;
  }
  const isComplete = batch.records.length === 0 || (await flush()) || batch.records.length === 0;
  return { ...counts, lines: isComplete ? read : done, isComplete };
}

function emptyBatch(): Batch {
  return { records: [], bytes: 0, lines: 0 };
}

/** The parser's error would quote the line, which has personal data. */
function rowIn(line: string, number: number, settings: RowSettings) {
  try {
    return rowOf(line, settings);
  } catch {
    throw new Error(`line ${number} is not a line of a DynamoDB export`);
  }
}

/** Sends records until each is accepted. Only those that were rejected are sent again. */
async function putAll(records: readonly Buffer[], deadline: number, dependencies: SendDependencies): Promise<boolean> {
  let pending = records;
  for (let attempt = 0; ; attempt++) {
    if (dependencies.now() >= deadline) return false;
    const accepted = await put(pending, dependencies);
    pending = pending.filter((_, index) => !accepted[index]);
    if (pending.length === 0) return true;
    // At least half of the pause, because Firehose counts by the second.
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
    const pause = (longest / 2) * (1 + dependencies.random());
    if (dependencies.now() + pause >= deadline) return false;
    await dependencies.sleep(pause);
  }
}

async function put(records: readonly Buffer[], dependencies: SendDependencies): Promise<readonly boolean[]> {
  try {
    return await dependencies.put(records);
  } catch (error) {
    if (isTransient(error)) return [];
    throw error;
  }
}

/** Whether a call was throttled, failed inside of the service, or got no response. A row that is sent twice has the same id. */
function isTransient(error: unknown): boolean {
  const { name, code, $metadata } = error as { name?: string; code?: unknown; $metadata?: { httpStatusCode?: number } };
  return TRANSIENT.has(String(name)) || typeof code === 'string' || ($metadata?.httpStatusCode ?? 0) >= 500;
}

const TRANSIENT = new Set(['ServiceUnavailableException', 'ThrottlingException', 'LimitExceededException', 'AbortError', 'TimeoutError']);
