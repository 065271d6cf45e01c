import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import {
  DescribeExportCommand,
  DynamoDBClient,
  type ExportStatus,
  ExportTableToPointInTimeCommand,
  LimitExceededException,
} from '@aws-sdk/client-dynamodb';
import { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { DeleteObjectsCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readSettings } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import { quarantineLine } from './lambda/lake-row';
import { linesOf } from './lambda/lines';
import { outcomeLine } from './lambda/log-lines';
import type { Message } from './lambda/messages';
import { type Dependencies, processMessage } from './lambda/process-message';
import { queueMessages } from './lambda/queue-messages';
import { SEND_VARIABLES, type SendSettings } from './settings';

const PUT_TIMEOUT_MS = 15_000;
/** Reserved for the last call to Firehose, and for the message about the rest of a file. */
const SAFETY_MARGIN_MS = 30_000;

interface Context {
  readonly functionName: string;
  getRemainingTimeInMillis(): number;
}

const settings = readSettings<SendSettings>(SEND_VARIABLES);
const { BUCKET_NAME: Bucket, QUEUE_URL, DEAD_LETTER_QUEUE_URL } = settings;
const [tables, objects, queues] = [new DynamoDBClient({}), new S3Client({}), new SQSClient({})];
// Retries are in `sendRows`, which sends only what was rejected.
const delivery = new FirehoseClient({ maxAttempts: 1 });

/** The versions of an object, of which there are a few, and its delete markers. */
async function versionsOf(key: string): Promise<{ readonly VersionId?: string; readonly isCurrent: boolean }[]> {
  const { Versions = [], DeleteMarkers = [] } = await objects.send(new ListObjectVersionsCommand({ Bucket, Prefix: key }));
  return [
    ...Versions.map((version) => ({ ...version, isCurrent: version.IsLatest === true })),
    ...DeleteMarkers.map((marker) => ({ ...marker, isCurrent: false })),
  ].filter(({ Key }) => Key === key);
}

const dependencies: Dependencies = {
  async startExport(ClientToken, span) {
    const incremental = span && {
      ExportFromTime: new Date(span.from * 1000),
      ExportToTime: new Date(span.to * 1000),
      // Old states are not needed, and are personal data.
      ExportViewType: 'NEW_IMAGE' as const,
    };
    const command = new ExportTableToPointInTimeCommand({
      ...{ TableArn: settings.TABLE_ARN, ClientToken, ExportFormat: 'DYNAMODB_JSON', S3Bucket: Bucket, S3Prefix: settings.EXPORTS_FOLDER },
      ...{ S3SseAlgorithm: 'KMS', S3SseKmsKeyId: settings.BUCKET_KEY_ARN },
      ...(incremental === undefined
        ? { ExportType: 'FULL_EXPORT' }
        : { ExportType: 'INCREMENTAL_EXPORT', IncrementalExportSpecification: incremental }),
    });
    try {
      const { ExportDescription } = await tables.send(command);
      return ExportDescription?.ExportArn ?? '';
    } catch (error) {
      if (error instanceof LimitExceededException) return undefined;
      throw error;
    }
  },
  async describeExport(ExportArn) {
    const { ExportDescription: found } = await tables.send(new DescribeExportCommand({ ExportArn }));
    const exportedAt = found?.ExportTime ?? found?.StartTime;
    return {
      status: (found?.ExportStatus ?? 'IN_PROGRESS') satisfies ExportStatus,
      ...(exportedAt === undefined ? {} : { exportedAt: Math.floor(exportedAt.getTime() / 1000) }),
      ...(found?.FailureCode === undefined ? {} : { failure: `${found.FailureCode}: ${found.FailureMessage ?? ''}` }),
    };
  },
  async read(Key) {
    const { Body } = await objects.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? '';
  },
  exists: async (key) => (await versionsOf(key)).some(({ isCurrent }) => isCurrent),
  async remove(key) {
    const Objects = (await versionsOf(key)).map(({ VersionId }) => ({ Key: key, VersionId }));
    if (Objects.length === 0) return;
    const { Errors = [] } = await objects.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    if (Errors.length > 0) throw new Error(`${Errors.length} versions of ${key} were not removed: ${Errors[0].Code}`);
  },
  async *lines(Key) {
    const { Body } = await objects.send(new GetObjectCommand({ Bucket, Key }));
    const compressed = Body as Readable;
    const content = createGunzip();
    try {
      yield* linesOf(compressed.on('error', (error) => content.destroy(error)).pipe(content));
    } finally {
      compressed.destroy();
    }
  },
  queue: (messages, delaySeconds) => queueMessages(queues, QUEUE_URL, messages, delaySeconds),
  giveUp: (message) => queueMessages(queues, DEAD_LETTER_QUEUE_URL, [message], 0),
  async put(records) {
    const Records = records.map((Data) => ({ Data }));
    const command = new PutRecordBatchCommand({ DeliveryStreamName: settings.DELIVERY_STREAM_NAME, Records });
    const { RequestResponses = [] } = await delivery.send(command, { abortSignal: AbortSignal.timeout(PUT_TIMEOUT_MS) });
    return RequestResponses.map(({ ErrorCode }) => ErrorCode === undefined);
  },
  async quarantine({ event_id }, record) {
    const Key = `${settings.QUARANTINE_FOLDER}/${event_id}.json`;
    await objects.send(new PutObjectCommand({ Bucket, Key, Body: quarantineLine(record, Date.now()) }));
  },
  now: Date.now,
  sleep: async (milliseconds) => {
    await sleep(milliseconds);
  },
  random: Math.random,
};

const processSettings = {
  keys: settings.KEYS,
  ...(settings.TIME_TO_LIVE_ATTRIBUTE === undefined ? {} : { timeToLiveAttribute: settings.TIME_TO_LIVE_ATTRIBUTE }),
  changedAtAttributes: settings.CHANGED_AT_ATTRIBUTES,
  firstYear: settings.FIRST_YEAR,
  exportsFolder: settings.EXPORTS_FOLDER,
  bytesPerSecond: settings.BYTES_PER_SECOND,
};

/** Processes the one message of a batch: starts an export, waits for it, or sends a file of it to the delivery stream of the lake. */
export async function handler({ Records }: { readonly Records: readonly { readonly body: string }[] }, context: Context): Promise<void> {
  const deadline = Date.now() + context.getRemainingTimeInMillis() - SAFETY_MARGIN_MS;
  for (const { body } of Records) {
    const outcome = await processMessage(JSON.parse(body) as Message, processSettings, deadline, dependencies);
    writeLines(outcomeLine(outcome, { functionName: context.functionName, at: Date.now() }));
  }
}
