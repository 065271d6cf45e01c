import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { KEYS_PER_REQUEST, type LakeStore, type StoredObject } from './dependencies';

/** The bucket of a lake in Amazon S3. */
export function s3Store(client: S3Client, Bucket: string): LakeStore {
  async function deleteAll(Objects: ObjectIdentifier[]): Promise<void> {
    if (Objects.length === 0) return;
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    const [first] = Errors;
    if (first !== undefined) throw new Error(`${Errors.length} objects were not deleted, the first of them ${first.Key}: ${first.Code}`);
  }

  async function* each(Prefix: string): AsyncGenerator<StoredObject> {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
      for (const { Key = '', Size = 0, ETag = '' } of Contents) yield { key: Key, size: Size, etag: ETag };
    }
  }

  return {
    each,
    async list(prefix) {
      const found = [];
      for await (const one of each(prefix)) found.push(one);
      return found;
    },
    async read(Key) {
      try {
        const { Body, ETag = '' } = await client.send(new GetObjectCommand({ Bucket, Key }));
        return { text: (await Body?.transformToString()) ?? '', etag: ETag };
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return undefined;
        throw error;
      }
    },
    async end(Key, bytes) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, Range: `bytes=-${bytes}` }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
    async write(Key, Body, etag) {
      const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
      try {
        const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json', ...condition }));
        return ETag;
      } catch (error) {
        // Documented: "Conditional writes": another write came first, or is under way, or the object is gone.
        if (['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'].includes((error as Error).name)) return undefined;
        throw error;
      }
    },
    async copy(from, to) {
      const CopySource = `${Bucket}/${from.split('/').map(encodeURIComponent).join('/')}`;
      await client.send(new CopyObjectCommand({ Bucket, Key: to, CopySource }));
    },
    async remove(keys) {
      for (let at = 0; at < keys.length; at += KEYS_PER_REQUEST)
        await deleteAll(keys.slice(at, at + KEYS_PER_REQUEST).map((Key) => ({ Key })));
    },
    async removeVersions(Prefix) {
      let removed = 0;
      for (;;) {
        const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
        const all = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
        if (all.length === 0) return removed;
        await deleteAll(all);
        removed += all.length;
      }
    },
  };
}
