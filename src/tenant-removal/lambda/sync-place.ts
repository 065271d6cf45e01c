import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { RemovedSync } from '../settings';
import { invoke } from './invoke';
import { deleteVersions, listVersions, type Markers } from './object-versions';
import type { Place, Waiting } from './places';

/** What a ResilientGovSync answers about a tenant. */
interface Answer {
  readonly found: number;
  readonly waiting: readonly Waiting[];
  /** Keys, and folders that end with `/`. */
  readonly objects: readonly string[];
}

/**
 * The state of a ResilientGovSync. Its function knows what it has of a tenant, and what is still needed: it removes that from its table, and
 * says where the objects are.
 *
 * @param sessionOf returns a client that can list and delete the objects of one tenant only
 */
export function syncPlace(
  { place, removeFunction, bucket }: RemovedSync,
  client: LambdaClient,
  sessionOf: (tenant: string) => Promise<S3Client>,
): Place {
  const goThrough = async (action: 'count' | 'remove', tenant: string) => {
    const { found, waiting, objects } = await invoke<Answer>(client, place, removeFunction, { action, tenant });
    const session = await sessionOf(tenant);
    let versionsFound = 0;
    for (const prefix of objects) {
      let markers: Markers | undefined = {};
      while (markers !== undefined) {
        const { versions, next } = await listVersions(session, bucket, prefix, markers);
        const own = versions.filter(({ Key }) => prefix.endsWith('/') || Key === prefix);
        if (action === 'remove') await deleteVersions(session, bucket, own, place);
        versionsFound += own.length;
        markers = next;
      }
    }
    return { found: found + versionsFound, waiting };
  };
  return {
    name: place,
    async *count(tenant) {
      yield await goThrough('count', tenant);
    },
    async *remove(tenant) {
      yield await goThrough('remove', tenant);
    },
  };
}
