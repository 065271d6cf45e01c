import { ServiceError } from '../../protocol/service-error';
import { queryParameters, splitTarget, uriDecode, uriEncode, uriEncodePath } from '../../protocol/uri';
import { checkKey, type S3Request } from './read';

/** The object that a copy reads. */
export interface Source {
  readonly bucket: string;
  readonly key: string;
  readonly version?: string;
}

/** The source in `x-amz-copy-source`, `/bucket/key?versionId=…`, escaped as in a URL; undefined for a request that is not a copy. */
export function sourceOf({ headers }: S3Request): Source | undefined {
  const given = headers['x-amz-copy-source'];
  if (given === undefined) {
    return undefined;
  }
  const { path, query } = splitTarget(given);
  const [, bucket, key = ''] = /^\/?([^/]+)\/(.+)$/s.exec(uriDecode(path) ?? '') ?? [];
  const parameters = queryParameters(query);
  const [[name, version] = ['versionId', undefined]] = parameters ?? [];
  if (bucket === undefined || parameters === undefined || parameters.length > 1 || name !== 'versionId') {
    throw new ServiceError('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  }
  checkKey(key);
  return { bucket, key, ...(version === undefined ? {} : { version }) };
}

/** The header `x-amz-copy-source` for the engine. */
export function writeSource({ bucket, key, version }: Source): string {
  return `/${bucket}/${uriEncodePath(key)}${version === undefined ? '' : `?versionId=${uriEncode(version)}`}`;
}
