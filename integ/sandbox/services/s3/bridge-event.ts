import type { Assembly, ServiceEvent } from '../../contracts';
import type { Bucket } from './buckets';
import { type ObjectEvent, requestId, sequencer } from './object-events';

/** An event of an object on the default bus. Documented: "Amazon S3 event message structure" for EventBridge (Amazon S3 User Guide). */
export function bridgeEvent(
  { account }: Pick<Assembly, 'account'>,
  { name, arn }: Pick<Bucket, 'name' | 'arn'>,
  operation: string,
  event: ObjectEvent,
  at: number,
): ServiceEvent {
  const { key, size, eTag, versionId } = event;
  const created = event.name.startsWith('ObjectCreated:');
  const deletion = event.name.endsWith('MarkerCreated') ? 'Delete Marker Created' : 'Permanently Deleted';
  return {
    ...{ source: 'aws.s3', detailType: created ? 'Object Created' : 'Object Deleted', resources: [arn] },
    detail: {
      ...{ version: '0', bucket: { name } },
      object: {
        key,
        ...(size === undefined ? {} : { size }),
        ...(eTag === undefined ? {} : { etag: eTag }),
        ...(versionId === undefined ? {} : { 'version-id': versionId }),
        sequencer: sequencer(at),
      },
      ...{ 'request-id': requestId(), requester: account, 'source-ip-address': '127.0.0.1' },
      reason: created ? operation : 'DeleteObject',
      ...(created ? {} : { 'deletion-type': deletion }),
    },
  };
}
