import { randomBytes } from 'node:crypto';
import type { Assembly, JsonObject, ServiceReply, ServiceRequest } from '../../contracts';
import { readXml } from '../../protocol/xml-reader';
import type { S3Request } from './read';

/** What happened to an object. */
export interface ObjectEvent {
  /** `ObjectCreated:Put` */
  readonly name: string;
  readonly key: string;
  readonly versionId?: string;
  readonly size?: number;
  readonly eTag?: string;
}

const CREATED: Readonly<Record<string, string>> = {
  PutObject: 'ObjectCreated:Put',
  CopyObject: 'ObjectCreated:Copy',
  CompleteMultipartUpload: 'ObjectCreated:CompleteMultipartUpload',
};

/** The name of the event of an operation that creates an object. */
export const creates = (operation: string): string | undefined => CREATED[operation];

/**
 * The removals of a request that succeeded. Documented: "Event notification types and destinations" (Amazon S3 User Guide): a delete marker
 * is created where a version is not named, in a bucket with versions.
 */
export function removals({ operation, key, query }: S3Request, { headers, body }: ServiceReply): ObjectEvent[] {
  if (operation.name === 'DeleteObject') {
    return [
      removal(
        key,
        headers['x-amz-version-id'] ?? query.get('versionId'),
        headers['x-amz-delete-marker'] === 'true' && !query.has('versionId'),
      ),
    ];
  }
  if (operation.name !== 'DeleteObjects') return [];
  const deleted = readXml(String(body)).children.filter(({ name }) => name === 'Deleted');
  return deleted.map(({ children }) => {
    const text = (wanted: string) => children.find(({ name }) => name === wanted)?.text;
    const marker = text('DeleteMarker') === 'true' && text('VersionId') === undefined;
    return removal(text('Key') ?? '', text('VersionId') ?? text('DeleteMarkerVersionId'), marker);
  });
}

function removal(key: string, versionId: string | undefined, marker: boolean): ObjectEvent {
  return { name: marker ? 'ObjectRemoved:DeleteMarkerCreated' : 'ObjectRemoved:Delete', key, ...(versionId ? { versionId } : {}) };
}

export interface EventSource {
  readonly assembly: Assembly;
  readonly bucket: { readonly name: string; readonly arn: string };
  readonly configurationId: string;
  /** Milliseconds since the epoch, in simulated time. */
  readonly at: number;
}

/** Documented: "Event message structure" (Amazon S3 User Guide), version 2.1, which events of creation and removal have. */
export function recordOf(
  { assembly, bucket, configurationId, at }: EventSource,
  { principal }: ServiceRequest,
  event: ObjectEvent,
): JsonObject {
  const { key, size, eTag, versionId } = event;
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: assembly.region,
    eventTime: new Date(at).toISOString(),
    eventName: event.name,
    userIdentity: { principalId: `AWS:${principal.accessKeyId}` },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': requestId(), 'x-amz-id-2': randomBytes(48).toString('base64') },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: { name: bucket.name, ownerIdentity: { principalId: assembly.account }, arn: bucket.arn },
      object: {
        key: encoded(key),
        ...(size === undefined ? {} : { size }),
        ...(eTag === undefined ? {} : { eTag }),
        ...(versionId === undefined ? {} : { versionId }),
        sequencer: sequencer(at),
      },
    },
  };
}

/** Documented: the message that S3 sends to a queue when it becomes a destination. */
export function testEvent(bucket: string, at: number): JsonObject {
  return {
    ...{ Service: 'Amazon S3', Event: 's3:TestEvent', Time: new Date(at).toISOString(), Bucket: bucket, RequestId: requestId() },
    HostId: randomBytes(48).toString('base64'),
  };
}

export const requestId = () => randomBytes(8).toString('hex').toUpperCase();

/** Documented: the key is URL encoded, a space as `+`. */
export function encoded(key: string): string {
  return key
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('%20', '+'))
    .join('/');
}

let events = 0;

/** Of two events of one object, the later one has the greater value, as text. */
export function sequencer(at: number): string {
  events += 1;
  return `${at.toString(16).padStart(12, '0')}${events.toString(16).padStart(6, '0')}`.toUpperCase();
}
