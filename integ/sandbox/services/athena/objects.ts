import { uriEncode, uriEncodePath } from '../../protocol/uri';
import type { ServiceCaller } from '../../streams/service-caller';
import { AthenaError } from './athena-error';
import type { Encryption } from './work-group';

/**
 * The keys of the objects below a location.
 *
 * @throws AthenaError if the caller may not list them
 */
export async function keysBelow(caller: ServiceCaller, bucket: string, prefix: string, location: string): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const more = token === undefined ? '' : `&continuation-token=${uriEncode(token)}`;
    const { body } = await caller
      .send('s3', { method: 'GET', url: `/${bucket}?list-type=2&encoding-type=url&prefix=${uriEncode(prefix)}${more}` })
      .catch((error: Error) => {
        throw new AthenaError('PERMISSION_DENIED', `Permission denied on S3 path: ${location}. ${error.message}`);
      });
    const text = body.toString();
    keys.push(...[...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => decodeURIComponent(key.replaceAll('+', ' '))));
    token = /<NextContinuationToken>([^<]*)</.exec(text)?.[1];
  } while (token !== undefined);
  // Documented: objects whose name begins with an underscore or a dot are hidden; a folder's own object is empty.
  return keys.filter((key) => !/(^|\/)[_.][^/]*$/.test(key) && !key.endsWith('/'));
}

/** The bucket and the key of a location in S3. @throws AthenaError for another one */
export function place(location: string): { readonly bucket: string; readonly key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(location) ?? [];
  if (bucket === undefined) throw new AthenaError('INVALID_TABLE_PROPERTY', `The location ${location} is not a place in S3`);
  return { bucket, key };
}

export interface Output {
  /** `s3://bucket/key` */
  readonly location: string;
  readonly body: Buffer | string;
  readonly encryption?: Encryption;
}

/** Writes an object with the permissions of the caller. @throws AthenaError if it may not */
export async function putOutput(caller: ServiceCaller, { location, body, encryption }: Output): Promise<void> {
  const { bucket, key } = place(location);
  const headers: Record<string, string> = {
    'content-type': 'application/octet-stream',
    ...(encryption?.option === 'SSE_S3' ? { 'x-amz-server-side-encryption': 'AES256' } : {}),
    ...(encryption?.option === 'SSE_KMS'
      ? { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': encryption.key ?? '' }
      : {}),
  };
  await caller.send('s3', { method: 'PUT', url: `/${bucket}/${uriEncodePath(key)}`, headers, body }).catch((error: Error) => {
    throw new AthenaError('PERMISSION_DENIED', `Access denied when writing output to url: s3://${bucket}/${key}. ${error.message}`);
  });
}
