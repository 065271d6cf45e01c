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
  /** The lines of a compressed object. */
  readonly lines: (key: string) => AsyncIterable<string>;
  readonly queue: (messages: readonly Message[], delaySeconds: number) => Promise<void>;
  /** Puts a message into the dead-letter queue. */
  readonly giveUp: (message: ExportMessage) => Promise<void>;
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
  | { readonly kind: 'sent'; readonly file: FileMessage; readonly result: SentFile };

/** An export takes minutes, and a large one hours. */
const WAIT_SECONDS = 60;
/** Until other exports are complete. Documented: "Quotas in Amazon DynamoDB", 300 concurrent exports of an account. */
const LIMITED_SECONDS = 300;
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

async function startExport(request: ExportMessage, { startExport: start, queue }: Dependencies): Promise<Outcome> {
  const exportArn = await start(tokenOf(request), request.span);
  if (exportArn === undefined) {
    await queue([request], LIMITED_SECONDS);
    return { kind: 'limited', request };
  }
  await queue([{ kind: 'wait', request, exportArn }], WAIT_SECONDS);
  return { kind: 'started', request };
}

async function waitFor(message: WaitMessage, { exportsFolder }: ProcessSettings, dependencies: Dependencies): Promise<Outcome> {
  const { request, exportArn } = message;
  const { describeExport, read, queue } = dependencies;
  const { status, exportedAt, failure } = await describeExport(exportArn);
  if (status === 'IN_PROGRESS') {
    await queue([message], WAIT_SECONDS);
    return { kind: 'waiting', request };
  }
  if (status === 'FAILED') return again(request, failure ?? 'no reason', dependencies);
  const id = exportArn.slice(exportArn.lastIndexOf('/') + 1);
  const manifest = await read(`${exportsFolder}/AWSDynamoDB/${id}/manifest-files.json`);
  const files = manifest
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as { readonly itemCount: number; readonly dataFileS3Key: string })
    .filter(({ itemCount }) => itemCount > 0);
  const messages = files.map(
    ({ dataFileS3Key }): FileMessage => ({
      ...{ kind: 'file', backfill: request.backfill, key: inFolder(dataFileS3Key, exportsFolder), from: 0 },
      ...(request.span === undefined ? { exportedAt } : {}),
    }),
  );
  await queue(messages, 0);
  return { kind: 'exported', request, files: files.length, items: files.reduce((sum, { itemCount }) => sum + itemCount, 0) };
}

/** Requests a failed export again, and after some attempts puts the request into the dead-letter queue, from where it can be redriven. */
async function again(request: ExportMessage, reason: string, { queue, giveUp }: Dependencies): Promise<Outcome> {
  const next = { ...request, attempt: request.attempt + 1 };
  const isFinal = request.attempt % ATTEMPTS === 0;
  if (isFinal) await giveUp(next);
  else await queue([next], RETRY_SECONDS);
  return { kind: 'failed', request, reason, isFinal };
}

async function sendFile(file: FileMessage, settings: ProcessSettings, deadline: number, dependencies: Dependencies): Promise<Outcome> {
  const { exportedAt, key, from } = file;
  const rows = { ...settings, ...(exportedAt === undefined ? {} : { exportedAt }) };
  const result = await sendRows(dependencies.lines(key), from, rows, settings.bytesPerSecond, deadline, dependencies);
  if (!result.isComplete) await dependencies.queue([{ ...file, from: result.lines }], 0);
  return { kind: 'sent', file, result };
}

/** Examples in the documentation have keys with and without the prefix of the export. */
function inFolder(key: string, folder: string): string {
  return `${folder}/${key.slice(Math.max(0, key.indexOf('AWSDynamoDB/')))}`;
}

function tokenOf({ backfill, index, attempt }: ExportMessage): string {
  return createHash('sha256').update(`${backfill}/${index}/${attempt}`).digest('hex').slice(0, 32);
}
