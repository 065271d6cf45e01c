import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

/** A version of an object, or a delete marker. */
export interface Version {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isMarker: boolean;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

/** The content of an object, and the headers that describe it. */
export interface Content {
  readonly body: Buffer;
  readonly type?: string;
  readonly encoding?: string;
}

/** The lake's bucket. */
export interface ErasureBucket {
  /** All versions and delete markers below a prefix, in pages, in the order of their keys. */
  versions(prefix: string, afterKey?: string): AsyncGenerator<Version[]>;
  /** Folders directly below a prefix, also those that only have old versions. */
  folders(prefix: string): Promise<string[]>;
  read(key: string, versionId?: string): Promise<Content | undefined>;
  write(key: string, content: Content): Promise<void>;
  /**
   * Replaces the content of an object by a copy. S3 counts no uploaded bytes for a copy, so that a rewritten object in quarantine is not
   * reported as a new one.
   */
  replace(key: string, content: Content): Promise<void>;
  /** Removes versions for good. @throws when one could not be removed */
  remove(versions: readonly Version[]): Promise<void>;
}

/** Documented: "DeleteObjects" in the S3 API reference. */
const MOST_DELETED = 1_000;

/**
 * The bucket of a lake in Amazon S3.
 *
 * @param place where the new content of an object is before it is copied
 */
export function lakeBucket(client: S3Client, Bucket: string, place: string): ErasureBucket {
  const bucket: ErasureBucket = {
    async *versions(Prefix, afterKey) {
      let KeyMarker = afterKey;
      let VersionIdMarker: string | undefined;
      do {
        const page = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix, KeyMarker, VersionIdMarker }));
        const { Versions = [], DeleteMarkers = [] } = page;
        const found = [
          ...Versions.map((one) => ({ ...one, isMarker: false })),
          ...DeleteMarkers.map((one) => ({ ...one, isMarker: true })),
        ];
        yield found
          .map(({ Key = '', VersionId = '', IsLatest = false, LastModified, isMarker }) => ({
            key: Key,
            versionId: VersionId,
            isLatest: IsLatest,
            isMarker,
            modified: LastModified?.getTime() ?? 0,
          }))
          .sort(byKey);
        KeyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
        VersionIdMarker = page.NextVersionIdMarker;
      } while (KeyMarker !== undefined);
    },
    async folders(Prefix) {
      const found: string[] = [];
      let KeyMarker: string | undefined;
      let VersionIdMarker: string | undefined;
      do {
        const page = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix, Delimiter: '/', KeyMarker, VersionIdMarker }));
        found.push(...(page.CommonPrefixes ?? []).map((one) => one.Prefix ?? ''));
        KeyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
        VersionIdMarker = page.NextVersionIdMarker;
      } while (KeyMarker !== undefined);
      return found;
    },
    async read(Key, VersionId) {
      try {
        const { Body, ContentType, ContentEncoding } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
        return { body: Buffer.from((await Body?.transformToByteArray()) ?? []), type: ContentType, encoding: ContentEncoding };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async write(Key, { body, type, encoding }) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: body, ContentType: type, ContentEncoding: encoding }));
    },
    async replace(key, content) {
      try {
        await bucket.write(place, content);
        const CopySource = `${Bucket}/${place.split('/').map(encodeURIComponent).join('/')}`;
        await client.send(new CopyObjectCommand({ Bucket, Key: key, CopySource }));
      } finally {
        for await (const page of bucket.versions(place)) await bucket.remove(page);
      }
    },
    async remove(versions) {
      for (let start = 0; start < versions.length; start += MOST_DELETED) {
        const Objects = versions.slice(start, start + MOST_DELETED).map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
        const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
        if (Errors.length > 0) throw new Error(`${Errors.length} versions of objects could not be removed: ${Errors[0].Code}`);
      }
    },
  };
  return bucket;
}

/** In the order of S3, in which a page has versions and delete markers apart. */
function byKey(one: Version, other: Version): number {
  return Buffer.compare(Buffer.from(one.key), Buffer.from(other.key));
}
