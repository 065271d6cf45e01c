import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { MOST_BYTES_OF_REPORT } from '../limits';
import { NOT_MADE, payloadPrefix, REPORT_FOLDERS, reasonInMetadata, sourcePrefix } from '../report-folders';

/** A file that the source wrote. */
export interface SourceFile {
  readonly key: string;
  readonly bytes: number;
  /** Another one for other content. */
  readonly tag: string;
}

export interface SourceContent {
  readonly content: Uint8Array;
  /** Why the source could not make the report. */
  readonly notMade?: string;
}

/** A file that S3 does not give, and would not if it was asked again: the name of its error. */
export interface UnreadableSource {
  readonly unreadable: string;
}

/** The size of a file that is larger than any report may be: it is not read. */
export interface TooLarge {
  readonly tooLarge: number;
}

/** Whose report of which period. */
export interface Owner {
  readonly period: string;
  readonly tenant: string;
}

/** The bucket of reports: what the source wrote, payloads under their hash, and the lists of periods. */
export interface ReportStore {
  readonly bucket: string;
  /** The files that the source wrote for a period, in the order of their names. */
  sources(period: string): Promise<readonly SourceFile[]>;
  readSource(key: string): Promise<SourceContent | UnreadableSource | TooLarge>;
  read(key: string): Promise<string>;
  /** Writes a payload. @returns its key and the SHA-256 hash of its bytes */
  putPayload(owner: Owner, content: string | Uint8Array): Promise<{ readonly key: string; readonly hash: string; readonly bytes: number }>;
  /** Writes a list under its hash. @returns its key */
  putList(period: string, lines: readonly { readonly tenant: string }[]): Promise<string>;
  readList(key: string): Promise<readonly { readonly tenant: string }[]>;
}

export function reportStore(client: S3Client, Bucket: string): ReportStore {
  const put = (Key: string, Body: string | Uint8Array, ContentType: string) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
  const read = async (Key: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? '';
  };
  return {
    bucket: Bucket,
    async sources(period) {
      const files: SourceFile[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: sourcePrefix(period), ContinuationToken }));
        for (const { Key: key = '', Size: bytes = 0, ETag: tag = '' } of page.Contents ?? []) files.push({ key, bytes, tag });
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return files;
    },
    async readSource(Key) {
      const found = await unlessUnreadable(client.send(new GetObjectCommand({ Bucket, Key })));
      if ('unreadable' in found) return found;
      const { Body, Metadata, ContentLength = 0 } = found;
      if (ContentLength > MOST_BYTES_OF_REPORT) {
        if (Body instanceof Readable) Body.destroy();
        return { tooLarge: ContentLength };
      }
      const content = (await Body?.transformToByteArray()) ?? new Uint8Array();
      const notMade = Metadata?.[NOT_MADE];
      return notMade === undefined ? { content } : { content, notMade: reasonInMetadata(notMade) };
    },
    read,
    async putPayload({ period, tenant }, content) {
      const hash = sha256(content);
      const key = `${payloadPrefix(period, tenant)}${hash}.json`;
      await put(key, content, 'application/json');
      return { key, hash, bytes: Buffer.byteLength(content) };
    },
    async putList(period, lines) {
      const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
      const key = `${REPORT_FOLDERS.lists}${period}/${sha256(text)}.jsonl`;
      await put(key, text, 'application/x-ndjson');
      return key;
    },
    async readList(key) {
      const lines = (await read(key)).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as { readonly tenant: string });
    },
  };
}

/**
 * Errors about one object: a key that the sync may not use, that is disabled or deleted, one that the source gave itself (SSE-C), and a storage
 * class that has to be restored. Of an error of KMS that passes, S3 gives the name as well.
 */
const UNREADABLE = ['AccessDenied', 'InvalidObjectState', 'InvalidRequest'];
const PASSES = /throttl|internal|timeout|unavailable/i;

async function unlessUnreadable<Answer extends object>(answer: Promise<Answer>): Promise<Answer | UnreadableSource> {
  try {
    return await answer;
  } catch (error) {
    const { name } = error as Error;
    if (UNREADABLE.includes(name) || (name.startsWith('KMS.') && !PASSES.test(name))) return { unreadable: name };
    throw error;
  }
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
