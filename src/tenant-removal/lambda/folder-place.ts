import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { RemovedFolder } from '../settings';
import type { Page, Place } from './places';

interface Markers {
  readonly KeyMarker?: string;
  readonly VersionIdMarker?: string;
}

/**
 * The folder of each tenant in a bucket: all versions of its objects, and its delete markers.
 *
 * @param sessionOf returns a client that can list and delete the objects of one tenant only
 */
export function folderPlace({ place, bucket: Bucket, prefix }: RemovedFolder, sessionOf: (tenant: string) => Promise<S3Client>): Place {
  const list = async (tenant: string, markers: Markers) => {
    const client = await sessionOf(tenant);
    const input = { Bucket, Prefix: `${prefix}${tenant}/`, ...markers };
    const {
      Versions = [],
      DeleteMarkers = [],
      IsTruncated,
      NextKeyMarker,
      NextVersionIdMarker,
    } = await client.send(new ListObjectVersionsCommand(input));
    const versions = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    const next: Markers | undefined = IsTruncated ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : undefined;
    return { client, versions, next };
  };
  return {
    name: place,
    async *count(tenant, from): AsyncGenerator<Page> {
      let markers: Markers | undefined = from === undefined ? {} : (JSON.parse(from) as Markers);
      while (markers !== undefined) {
        const { versions, next } = await list(tenant, markers);
        markers = next;
        yield { found: versions.length, next: next === undefined ? undefined : JSON.stringify(next) };
      }
    },
    // Always the first page, because what was listed before is gone.
    async *remove(tenant): AsyncGenerator<Page> {
      for (;;) {
        const { client, versions, next } = await list(tenant, {});
        if (versions.length > 0) {
          const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: versions, Quiet: true } }));
          const [first] = Errors;
          if (first !== undefined) throw new Error(`${Errors.length} versions of objects in ${place} were not deleted: ${first.Code}`);
        }
        yield { found: versions.length, next: next === undefined ? undefined : 'the first page' };
        if (next === undefined) return;
      }
    },
  };
}
