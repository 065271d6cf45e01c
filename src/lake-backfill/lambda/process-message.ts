import { createHash } from 'node:crypto';
import type { RowSettings } from './lake-row';
import type { ExportMessage, FileMessage, Message, WaitMessage } from './messages';
import { type SendDependencies, type SentFile, sendRows } from './send-rows';

/** What is known of an export that was started. */
export interface ExportState {
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  /** When the whole table was exported, in seconds since 1970. Absent for a span. */
  readonly exportedAt?: number;
  /** Why it failed. */
  readonly failure?: string;
}

/** External dependencies, replaced in tests. */
export interface Dependencies extends SendDependencies {
  /** Requests an export, and returns its ARN; undefined if too many exports are in progress. The same token returns the same export. */
  readonly startExport: (token: string, span: ExportMessage['span']) => Promise<string | undefined>;
  readonly describeExport: (exportArn: string) => Promise<ExportState>;
  /** The text of an object. */
  readonly read: (key: string) => Promise<string>;
  readonly exists: (key: string) => Promise<boolean>;
  /** The lines of a compressed object. */
  readonly lines: (key: string) => AsyncIterable<string>;
  /** Removes an object with all of its versions. */
  readonly remove: (key: string) => Promise<void>;
  readonly queue: (messages: readonly Message[], delaySeconds: number) => Promise<void>;
  /** Puts a message into the dead-letter queue. */
  readonly giveUp: (message: Message) => Promise<void>;
}

/** How files become rows. */
export interface ProcessSettings extends Omit<RowSettings, 'exportedAt'> {
  /** The folder of exports, without a slash at its end. */
  readonly exportsFolder: string;
  readonly bytesPerSecond: number;
}

/** What was done for a message. */
export type Outcome =
  | { readonly kind: 'started' | 'waiting' | 'limited'; readonly request: ExportMessage }
  | { readonly kind: 'failed'; readonly request: ExportMessage; readonly reason: string; readonly isFinal: boolean }
  | { readonly kind: 'exported'; readonly request: ExportMessage; readonly files: number; readonly items: number }
  | { readonly kind: 'sent'; readonly file: FileMessage; readonly result: SentFile; readonly isGivenUp: boolean }
  | { readonly kind: 'gone'; readonly file: FileMessage };

/** An export takes minutes, and a large one hours. */
const FIRST_WAIT_SECONDS = 60;
/** Documented: SendMessage (Amazon SQS API Reference), DelaySeconds. */
const LONGEST_WAIT_SECONDS = 900;
/** Lambda does not end this loop, see `recursiveLoop` of the function: this does. */
const MOST_WAITED_SECONDS = 2 * 24 * 3_600;
/** A day before the lifecycle rule of the lake removes it. */
const KEPT_SECONDS = 14 * 24 * 3_600;
const ATTEMPTS = 3;
const RETRY_SECONDS = 300;

/**
 * Processes a message of the queue: starts an export, waits for it, or sends a file of it. Each step puts the next one into the queue, so
 * that an invocation is short, however large the table.
 *
 * @param deadline when processing must end, in milliseconds since the epoch
 */
export async function processMessage(
  message: Message,
  settings: ProcessSettings,
  deadline: number,
  dependencies: Dependencies,
): Promise<Outcome> {
  switch (message.kind) {
    case 'export':
      return startExport(message, dependencies);
    case 'wait':
      return waitFor(message, settings, dependencies);
    case 'file':
      return sendFile(message, settings, deadline, dependencies);
  }
}

async function startExport(request: ExportMessage, dependencies: Dependencies): Promise<Outcome> {
  const exportArn = await dependencies.startExport(tokenOf(request), request.span);
  if (exportArn === undefined) {
    // Documented: "Quotas in Amazon DynamoDB", 300 concurrent exports of an account.
    return (await later(request, dependencies))
      ? { kind: 'limited', request }
      : { kind: 'failed', request, reason: `too many exports are in progress, ${WAITED}`, isFinal: true };
  }
  await dependencies.queue([{ kind: 'wait', request, exportArn, waited: FIRST_WAIT_SECONDS }], FIRST_WAIT_SECONDS);
  return { kind: 'started', request };
}

/**
 * Puts a message into the queue again, which takes longer each time, or into the dead-letter queue after two days, from where a redrive
 * waits anew.
 *
 * @returns whether it waits
 */
async function later(message: Message, { queue, giveUp }: Pick<Dependencies, 'queue' | 'giveUp'>): Promise<boolean> {
  const { waited = 0, ...fresh } = message;
  if (waited >= MOST_WAITED_SECONDS) {
    await giveUp(fresh);
    return false;
  }
  const delay = Math.min(LONGEST_WAIT_SECONDS, waited + FIRST_WAIT_SECONDS);
  await queue([{ ...message, waited: waited + delay }], delay);
  return true;
}

const WAITED = `after ${MOST_WAITED_SECONDS / 3_600} hours`;

async function waitFor(message: WaitMessage, { exportsFolder }: ProcessSettings, dependencies: Dependencies): Promise<Outcome> {
  const { request, exportArn } = message;
  const { describeExport, read, queue } = dependencies;
  const { status, exportedAt, failure } = await describeExport(exportArn);
  if (status === 'IN_PROGRESS') {
    return (await later(message, dependencies))
      ? { kind: 'waiting', request }
      : { kind: 'failed', request, reason: `the export is still in progress, ${WAITED}`, isFinal: true };
  }
  if (status === 'FAILED') return again(request, failure ?? 'no reason', dependencies);
  const id = exportArn.slice(exportArn.lastIndexOf('/') + 1);
  const manifest = await read(`${exportsFolder}/AWSDynamoDB/${id}/manifest-files.json`);
  const files = manifest
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as { readonly itemCount: number; readonly dataFileS3Key: string })
    .filter(({ itemCount }) => itemCount > 0);
  const foundAt = Math.floor(dependencies.now() / 1000);
  const messages = files.map(
    ({ dataFileS3Key }): FileMessage => ({
      kind: 'file',
      backfill: request.backfill,
      key: inFolder(dataFileS3Key, exportsFolder),
      foundAt,
      from: 0,
      ...(request.span === undefined ? { exportedAt } : {}),
    }),
  );
  await queue(messages, 0);
  return { kind: 'exported', request, files: files.length, items: files.reduce((sum, { itemCount }) => sum + itemCount, 0) };
}

/** Requests a failed export again, and after some attempts puts the request into the dead-letter queue, from where it can be redriven. */
async function again(request: ExportMessage, reason: string, { queue, giveUp }: Dependencies): Promise<Outcome> {
  const { waited: _, ...rest } = request;
  const next = { ...rest, attempt: request.attempt + 1 };
  const isFinal = request.attempt % ATTEMPTS === 0;
  if (isFinal) await giveUp(next);
  else await queue([next], RETRY_SECONDS);
  return { kind: 'failed', request, reason, isFinal };
}

async function sendFile(file: FileMessage, settings: ProcessSettings, deadline: number, dependencies: Dependencies): Promise<Outcome> {
  const { exportedAt, foundAt, key, from } = file;
  if (!(await dependencies.exists(key))) {
    // A file is removed once it is sent, or if an erasure left no line in it. SQS can deliver its message again.
    if (dependencies.now() / 1000 < foundAt + KEPT_SECONDS) return { kind: 'gone', file };
    throw new Error(`the file ${key} has expired: start a backfill again`);
  }
  const rows = { ...settings, ...(exportedAt === undefined ? {} : { exportedAt }) };
  const result = await sendRows(dependencies.lines(key), from, rows, settings.bytesPerSecond, deadline, dependencies);
  if (result.isComplete) {
    await dependencies.remove(key);
    return { kind: 'sent', file, result, isGivenUp: false };
  }
  if (result.lines === from) return { kind: 'sent', file, result, isGivenUp: !(await later(file, dependencies)) };
  const { waited: _, ...rest } = file;
  await dependencies.queue([{ ...rest, from: result.lines }], 0);
  return { kind: 'sent', file, result, isGivenUp: false };
}

/** Examples in the documentation have keys with and without the prefix of the export. */
function inFolder(key: string, folder: string): string {
  return `${folder}/${key.slice(Math.max(0, key.indexOf('AWSDynamoDB/')))}`;
}

function tokenOf({ backfill, index, attempt }: ExportMessage): string {
  return createHash('sha256').update(`${backfill}/${index}/${attempt}`).digest('hex').slice(0, 32);
}
