import type { S3Client } from '@aws-sdk/client-s3';
import type { RemovedFolder } from '../settings';
import { deleteVersions, listVersions, type Markers } from './object-versions';
import type { Page, Place } from './places';

/**
 * The folder of each tenant in a bucket: all versions of its objects, and its delete markers.
 *
 * @param sessionOf returns a client that can list and delete the objects of one tenant only
 */
export function folderPlace({ place, bucket, prefix }: RemovedFolder, sessionOf: (tenant: string) => Promise<S3Client>): Place {
  const list = async (tenant: string, markers: Markers) => {
    const client = await sessionOf(tenant);
    return { client, ...(await listVersions(client, bucket, `${prefix}${tenant}/`, markers)) };
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
        await deleteVersions(client, bucket, versions, place);
        yield { found: versions.length, next: next === undefined ? undefined : 'the first page' };
        if (next === undefined) return;
      }
    },
  };
}
