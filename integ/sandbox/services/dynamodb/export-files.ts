import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { JsonObject } from '../../contracts';
import { uriEncodePath } from '../../protocol/uri';
import type { ServiceCaller } from '../../streams/service-caller';
import type { ExportLine } from './export-contents';
import type { ExportRequest } from './export-request';

/** What describes an export besides its request. Times are in milliseconds. */
export interface ExportFacts {
  readonly id: string;
  readonly arn: string;
  readonly tableId: string;
  readonly started: number;
  readonly ended: number;
}

/** DynamoDB writes at least one file for each partition; a new on-demand table has four. */
const PARTITIONS = 4;

/**
 * Writes the objects of an export with the permissions of its caller. Documented: "DynamoDB table export output format".
 *
 * @returns the key of the summary, without the prefix
 */
export async function writeExport(
  caller: ServiceCaller,
  { table, range, bucket, prefix, encryption }: ExportRequest,
  { id, arn, tableId, started, ended }: ExportFacts,
  lines: readonly ExportLine[],
): Promise<string> {
  const folder = `AWSDynamoDB/${id}`;
  // Incremental exports share one folder of data.
  const dataFolder = range.type === 'FULL_EXPORT' ? `${folder}/data` : 'AWSDynamoDB/data';
  const inBucket = (key: string) => (prefix === undefined || prefix === '' ? key : `${prefix}/${key}`);

  async function put(key: string, body: Buffer | string): Promise<void> {
    await caller.send('s3', {
      method: 'PUT',
      url: `/${bucket}/${uriEncodePath(inBucket(key))}`,
      headers: { 'content-type': 'application/octet-stream', 'x-amz-acl': 'bucket-owner-full-control', ...encryptionHeaders(encryption) },
      body,
    });
  }

  async function putChecked(name: string, content: string): Promise<void> {
    await put(`${folder}/${name}.json`, content);
    await put(`${folder}/${name}.checksum`, md5(Buffer.from(content)).toString('base64'));
  }

  await put(`${folder}/_started`, '');
  const files: JsonObject[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const own = lines.filter((line) => numberOf(line.partition) === partition);
    const content = gzipSync(own.map(({ line }) => `${JSON.stringify(line)}\n`).join(''));
    const key = `${dataFolder}/${randomName()}.json.gz`;
    await put(key, content);
    const checksum = md5(content);
    files.push({
      itemCount: own.length,
      md5Checksum: checksum.toString('base64'),
      etag: `${checksum.toString('hex')}-1`,
      dataFileS3Key: inBucket(key),
    });
  }
  await putChecked('manifest-files', files.map((file) => `${JSON.stringify(file)}\n`).join(''));
  const incremental = range.type === 'INCREMENTAL_EXPORT';
  const summary: JsonObject = {
    ...{ version: incremental ? '2023-08-01' : '2020-06-30', exportArn: arn, startTime: iso(started), endTime: iso(ended) },
    ...{ tableArn: table.arn, tableId },
    ...(incremental ? { exportFromTime: iso(range.from), exportToTime: iso(range.to) } : { exportTime: iso(range.at) }),
    ...{ s3Bucket: bucket, s3Prefix: prefix ?? null },
    ...{ s3SseAlgorithm: encryption?.algorithm ?? 'AES256', s3SseKmsKeyId: encryption?.key ?? null },
    ...{ manifestFilesS3Key: inBucket(`${folder}/manifest-files.json`), billedSizeBytes: 0, itemCount: lines.length },
    ...{ outputFormat: 'DYNAMODB_JSON', ...(incremental ? { outputView: range.view } : {}), exportType: range.type },
  };
  await putChecked('manifest-summary', JSON.stringify(summary));
  return `${folder}/manifest-summary.json`;
}

function encryptionHeaders(encryption: ExportRequest['encryption']): Record<string, string> {
  if (encryption === undefined) return {};
  if (encryption.algorithm === 'AES256') return { 'x-amz-server-side-encryption': 'AES256' };
  const key: Record<string, string> = encryption.key === undefined ? {} : { 'x-amz-server-side-encryption-aws-kms-key-id': encryption.key };
  return { 'x-amz-server-side-encryption': 'aws:kms', ...key };
}

/** The partition of a key: the first byte of its hash. */
function numberOf(partition: string): number {
  return md5(Buffer.from(partition))[0] % PARTITIONS;
}

function md5(content: Buffer): Buffer {
  return createHash('md5').update(content).digest();
}

/** Twenty-six lower-case letters and digits. */
function randomName(): string {
  return [...randomBytes(26)].map((byte) => (byte % 36).toString(36)).join('');
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
