import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';

/** Where a listing continues. */
export interface Markers {
  readonly KeyMarker?: string;
  readonly VersionIdMarker?: string;
}

/** A version of an object, or a delete marker. */
export interface ObjectVersion {
  readonly Key?: string;
  readonly VersionId?: string;
}

/** A page of the versions of objects whose keys begin with a prefix, and of delete markers. */
export async function listVersions(
  client: S3Client,
  Bucket: string,
  Prefix: string,
  markers: Markers,
): Promise<{ readonly versions: readonly ObjectVersion[]; readonly next?: Markers }> {
  const {
    Versions = [],
    DeleteMarkers = [],
    IsTruncated,
    NextKeyMarker,
    NextVersionIdMarker,
  } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix, ...markers }));
  return {
    versions: [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId })),
    next: IsTruncated ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : undefined,
  };
}

/** @throws if one of them was not deleted, such as one with a lock */
export async function deleteVersions(client: S3Client, Bucket: string, versions: readonly ObjectVersion[], place: string): Promise<void> {
  if (versions.length === 0) return;
  const Objects = versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
  const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  const [first] = Errors;
  if (first !== undefined) throw new Error(`${Errors.length} versions of objects in ${place} were not deleted: ${first.Code}`);
}
