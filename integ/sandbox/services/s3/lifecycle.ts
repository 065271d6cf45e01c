import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { readEach } from '../../assembly/properties';
import type { Assembly, Clock, ServiceReply } from '../../contracts';
import { ServiceError } from '../../protocol/service-error';
import { readBucket } from './bucket';
import { ARCHIVES, actionOn, dueAt, type Lifecycle, nextMidnight, type Version } from './lifecycle-rules';
import type { S3Request } from './read';

/** Applies the lifecycle rules of buckets at midnight UTC of the sandbox's clock. */
export interface Lifecycles {
  /** Notes the time of what a request created. */
  happened(request: S3Request, answer: ServiceReply): void;
  /** Adds the storage class that a rule has given an object. @throws ServiceError for a read of an archived object */
  shown(request: S3Request, answer: ServiceReply): ServiceReply;
  /** Does what is due. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

export interface LifecycleParts {
  readonly assembly: Assembly;
  readonly clock: Clock;
  client(): S3Client;
  report(line: string): void;
}

interface Ruled {
  readonly name: string;
  readonly lifecycle: Lifecycle;
  readonly isVersioned: boolean;
}

const STANDARD = 'STANDARD';

export function openLifecycles({ assembly, clock, client, report }: LifecycleParts): Lifecycles {
  const buckets = new Map<string, Ruled>();
  for (const { name, lifecycle, versioning } of readEach(assembly, 'AWS::S3::Bucket', readBucket)) {
    if (lifecycle.rules.length > 0) buckets.set(name, { name, lifecycle, isVersioned: versioning === 'Enabled' });
  }
  /** When versions and uploads were created, by the clock. The engine has the time of the machine. */
  const created = new Map<string, number>();
  const classes = new Map<string, string>();
  /** The class of the current version, for lists, which do not name the version. */
  const current = new Map<string, string>();
  const stop = new AbortController();
  let sweeping: Promise<void> = Promise.resolve();
  const idOf = (bucket: string, key: string, version: string) => `${bucket}/${key}@${version}`;

  function note(bucket: string, key: string, version: string): void {
    const id = idOf(bucket, key, version);
    created.set(id, clock.now());
    classes.delete(id);
    current.delete(`${bucket}/${key}`);
  }

  async function versionsOf({ name }: Ruled): Promise<Map<string, Version[]>> {
    const found = new Map<string, (Version & { readonly isLatest: boolean; readonly order: number })[]>();
    let order = 0;
    for await (const page of pagesOf(client(), name)) {
      const markers = (page.DeleteMarkers ?? []).map((marker) => ({ ...marker, isMarker: true, Size: 0, StorageClass: STANDARD }));
      const versions = (page.Versions ?? []).map((version) => ({ ...version, isMarker: false }));
      for (const { Key: key = '', VersionId: versionId = 'null', isMarker, Size: size = 0, IsLatest, StorageClass } of [
        ...versions,
        ...markers,
      ]) {
        const id = idOf(name, key, versionId);
        const createdAt = created.get(id) ?? clock.now();
        created.set(id, createdAt);
        const version = {
          ...{ key, versionId, isMarker, size, createdAt, isLatest: IsLatest === true, order: order++ },
          storageClass: classes.get(id) ?? StorageClass ?? STANDARD,
        };
        found.set(key, [...(found.get(key) ?? []), version]);
      }
    }
    for (const versions of found.values())
      versions.sort((a, b) => Number(b.isLatest) - Number(a.isLatest) || b.createdAt - a.createdAt || a.order - b.order);
    return found;
  }

  /** Does what is due to the versions of one object, one after the other, as if each had been done in time. */
  async function apply(bucket: Ruled, key: string, versions: Version[], now: number): Promise<void> {
    for (;;) {
      const due = versions
        .map((version, index) => ({ version, index, action: actionOn(bucket.lifecycle, versions, index, bucket.isVersioned) }))
        .filter(({ action }) => action !== undefined && action.at <= now)
        .sort((a, b) => (a.action?.at ?? 0) - (b.action?.at ?? 0))[0];
      if (due?.action === undefined) return;
      const { version, index, action } = due;
      const id = idOf(bucket.name, key, version.versionId);
      if (action.kind === 'transition') {
        classes.set(id, action.storageClass);
        if (index === 0) current.set(`${bucket.name}/${key}`, action.storageClass);
        versions[index] = { ...version, storageClass: action.storageClass };
      } else if (action.kind === 'expire') {
        const { VersionId = 'null' } = await client().send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key }));
        note(bucket.name, key, VersionId);
        created.set(idOf(bucket.name, key, VersionId), action.at);
        versions.unshift({ key, versionId: VersionId, isMarker: true, size: 0, createdAt: action.at, storageClass: STANDARD });
      } else {
        const VersionId = bucket.isVersioned ? { VersionId: version.versionId } : {};
        await client().send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key, ...VersionId }));
        for (const map of [created, classes]) map.delete(id);
        if (index === 0) current.delete(`${bucket.name}/${key}`);
        versions.splice(index, 1);
      }
    }
  }

  async function abortUploads({ name, lifecycle }: Ruled, now: number): Promise<void> {
    const rules = lifecycle.rules.filter(({ abortDays }) => abortDays !== undefined);
    if (rules.length === 0) return;
    const { Uploads = [] } = await client().send(new ListMultipartUploadsCommand({ Bucket: name }));
    for (const { Key = '', UploadId = '' } of Uploads) {
      const id = idOf(name, Key, UploadId);
      const at = created.get(id) ?? now;
      created.set(id, at);
      const isDue = rules.some(({ prefix, abortDays }) => Key.startsWith(prefix) && dueAt(at, { days: abortDays }) <= now);
      if (isDue) await client().send(new AbortMultipartUploadCommand({ Bucket: name, Key, UploadId }));
    }
  }

  async function sweepAll(): Promise<void> {
    const now = clock.now();
    for (const bucket of buckets.values()) {
      for (const [key, versions] of await versionsOf(bucket)) await apply(bucket, key, versions, now);
      await abortUploads(bucket, now);
    }
  }

  async function run(): Promise<void> {
    let midnight = nextMidnight(clock.now());
    while (!stop.signal.aborted) {
      await clock.sleep(Math.max(0, midnight - clock.now()), stop.signal);
      // Read before the sweep, because the clock may be advanced past another midnight meanwhile.
      midnight = nextMidnight(clock.now());
      await lifecycles.sweep();
    }
  }

  const lifecycles: Lifecycles = {
    happened({ operation, bucket, key, query }, { headers, body }) {
      if (!buckets.has(bucket)) return;
      const text = body.toString();
      switch (operation.name) {
        case 'CreateMultipartUpload':
          created.set(idOf(bucket, key, /<UploadId>(.*?)<\/UploadId>/.exec(text)?.[1] ?? ''), clock.now());
          break;
        case 'PutObject':
        case 'CopyObject':
        case 'CompleteMultipartUpload':
          note(bucket, key, headerOf(headers, 'x-amz-version-id') ?? 'null');
          break;
        case 'DeleteObject':
          if (!query.has('versionId')) note(bucket, key, headerOf(headers, 'x-amz-version-id') ?? 'null');
          break;
        case 'DeleteObjects':
          for (const [, deleted] of text.matchAll(/<Deleted>(.*?)<\/Deleted>/gs)) {
            const marker = /<DeleteMarkerVersionId>(.*?)<\/DeleteMarkerVersionId>/.exec(deleted)?.[1];
            const name = /<Key>(.*?)<\/Key>/s.exec(deleted)?.[1];
            if (marker !== undefined && name !== undefined) note(bucket, unescaped(name), marker);
          }
          break;
      }
    },
    shown(request, answer) {
      const { operation, bucket, key } = request;
      if (classes.size === 0 || !buckets.has(bucket)) return answer;
      if (operation.name === 'GetObject' || operation.name === 'HeadObject') {
        const storageClass = classes.get(idOf(bucket, key, headerOf(answer.headers, 'x-amz-version-id') ?? 'null'));
        if (storageClass === undefined) return answer;
        if (operation.name === 'GetObject' && ARCHIVES.includes(storageClass))
          throw new ServiceError('InvalidObjectState', "The operation is not valid for the object's storage class", 403);
        return { ...answer, headers: { ...answer.headers, 'x-amz-storage-class': storageClass } };
      }
      const item = { ListObjects: 'Contents', ListObjectsV2: 'Contents', ListObjectVersions: 'Version' }[operation.name];
      if (item === undefined) return answer;
      const text = answer.body.toString();
      const isEncoded = text.includes('<EncodingType>url</EncodingType>');
      const listed = text.replaceAll(new RegExp(`<${item}>.*?</${item}>`, 'gs'), (entry) => {
        const name = unescaped(/<Key>(.*?)<\/Key>/s.exec(entry)?.[1] ?? '');
        const plain = isEncoded ? decodeURIComponent(name.replaceAll('+', ' ')) : name;
        const version = /<VersionId>(.*?)<\/VersionId>/.exec(entry)?.[1];
        const storageClass = version === undefined ? current.get(`${bucket}/${plain}`) : classes.get(idOf(bucket, plain, version));
        return storageClass === undefined ? entry : entry.replace(/<StorageClass>.*?</, `<StorageClass>${storageClass}<`);
      });
      const { 'content-length': _, ...headers } = answer.headers;
      return { ...answer, headers, body: Buffer.from(listed) };
    },
    sweep() {
      sweeping = sweeping.then(sweepAll).catch((error: Error) => (stop.signal.aborted ? undefined : report(`lifecycle: ${error.message}`)));
      return sweeping;
    },
    async close() {
      stop.abort(new Error('The sandbox is closing'));
      await sweeping;
    },
  };
  if (buckets.size > 0) run().catch(() => undefined);
  return lifecycles;
}

async function* pagesOf(client: S3Client, Bucket: string): AsyncGenerator<ListObjectVersionsCommandOutput> {
  let marker: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } = {};
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket, ...marker }));
    yield page;
    if (!page.IsTruncated) return;
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

function headerOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([one]) => one.toLowerCase() === name)?.[1];
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');
}
