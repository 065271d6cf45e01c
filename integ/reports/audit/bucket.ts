import { GetObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { AuditObject } from '../../../src/resilient-gov-sync/lambda/audit';
import { eachOf } from '../../kit/each-of';

/** Objects that are read at once. */
const READERS = 16;

/** A version of an object, or a delete marker. */
export interface AuditVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isMarker: boolean;
}

/**
 * The audit of a period in its bucket, with the first version of each object: the one that the sync wrote. It needs `s3:ListBucketVersions`,
 * `s3:GetObjectVersion` and `kms:Decrypt`.
 */
export async function auditInBucket(client: S3Client, bucket: string, period: string): Promise<AuditObject[]> {
  const byKey = new Map<string, AuditVersion[]>();
  for await (const version of versionsOf(client, bucket, `audit/${encodeURIComponent(period)}/`))
    byKey.set(version.key, [...(byKey.get(version.key) ?? []), version]);
  const objects: AuditObject[] = [];
  await eachOf([...byKey], READERS, async ([key, versions]) => {
    const written = versions.filter(({ isMarker }) => !isMarker);
    const text = written.length === 0 ? '' : await textOf(client, bucket, written[written.length - 1]);
    objects.push({ key, text, versions: written.length, isHidden: versions.some(({ isMarker }) => isMarker) });
  });
  return objects;
}

/** All versions and delete markers below a prefix. Those of one object come from the newest to the first one. */
export async function* versionsOf(client: S3Client, Bucket: string, Prefix: string): AsyncGenerator<AuditVersion> {
  let marker: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } = {};
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix, ...marker }));
    for (const { Key = '', VersionId = '' } of page.Versions ?? []) yield { key: Key, versionId: VersionId, isMarker: false };
    for (const { Key = '', VersionId = '' } of page.DeleteMarkers ?? []) yield { key: Key, versionId: VersionId, isMarker: true };
    if (!page.IsTruncated) return;
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

async function textOf(client: S3Client, Bucket: string, { key, versionId }: AuditVersion): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key, VersionId: versionId }));
  return (await Body?.transformToString()) ?? '';
}
