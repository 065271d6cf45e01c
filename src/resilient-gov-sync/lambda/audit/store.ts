import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';

/** The bucket of the audit. */
export interface Audit {
  readonly bucket: string;
  readonly s3: S3Client;
  /** How long a closing record cannot be deleted by anybody. Entries have the default retention of the bucket. */
  readonly retentionDays: number;
}

const DAY_MS = 86_400_000;
/** Another conditional write of the same key was in progress. */
const CONFLICT = 409;
const EXISTS = 412;
const MOST_CONFLICTS = 5;

/**
 * Writes an object if there is none with its key.
 *
 * @param lockedFrom locks the object in compliance mode, from this time on; without it, the default retention of the bucket is used
 * @returns undefined if it was written; otherwise the text of the object that is there
 */
export async function putOnce(
  { s3, bucket, retentionDays }: Audit,
  Key: string,
  Body: string,
  lockedFrom?: number,
): Promise<string | undefined> {
  const lock =
    lockedFrom === undefined
      ? {}
      : { ObjectLockMode: 'COMPLIANCE' as const, ObjectLockRetainUntilDate: new Date(lockedFrom + retentionDays * DAY_MS) };
  const put = new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: 'application/json', IfNoneMatch: '*', ...lock });
  for (let conflicts = 0; ; conflicts++) {
    try {
      await s3.send(put);
      return undefined;
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === EXISTS) return read({ s3, bucket }, Key);
      if (status !== CONFLICT || conflicts === MOST_CONFLICTS) throw error;
    }
  }
}

export async function read({ s3, bucket }: Pick<Audit, 's3' | 'bucket'>, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}

/** All keys with a prefix, in the order of S3. */
export async function* keysOf({ s3, bucket }: Pick<Audit, 's3' | 'bucket'>, Prefix: string): AsyncGenerator<string> {
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken }));
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}
