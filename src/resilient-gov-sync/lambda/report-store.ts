import { createHash } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { REPORT_FOLDERS, sourcePrefix } from './report-folders';

/** The bucket of reports: what the source wrote, payloads under their hash, and the lists of periods. */
export interface ReportStore {
  readonly bucket: string;
  /** Keys of the files that the source wrote for a period, in the order of their names. */
  sources(period: string): Promise<readonly string[]>;
  read(key: string): Promise<string>;
  /** Writes a payload. @returns its key and the SHA-256 hash of its bytes */
  putPayload(period: string, text: string): Promise<{ readonly key: string; readonly hash: string; readonly bytes: number }>;
  /** Writes a list under its hash. @returns its key */
  putList(period: string, lines: readonly { readonly tenant: string }[]): Promise<string>;
  readList(key: string): Promise<readonly { readonly tenant: string }[]>;
}

export function reportStore(client: S3Client, Bucket: string): ReportStore {
  const put = (Key: string, Body: string, ContentType: string) => client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
  const read = async (Key: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? '';
  };
  return {
    bucket: Bucket,
    async sources(period) {
      const keys: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: sourcePrefix(period), ContinuationToken }));
        for (const { Key = '' } of page.Contents ?? []) if (Key.endsWith('.json')) keys.push(Key);
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return keys;
    },
    read,
    async putPayload(period, text) {
      const hash = sha256(text);
      const key = `${REPORT_FOLDERS.payloads}${period}/${hash}.json`;
      await put(key, text, 'application/json');
      return { key, hash, bytes: Buffer.byteLength(text) };
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

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
