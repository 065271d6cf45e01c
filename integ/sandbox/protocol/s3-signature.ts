import { createHash, createHmac } from 'node:crypto';
import type { Signable } from './sign';
import { queryParameters, splitTarget, uriDecode, uriEncode, uriEncodePath } from './uri';

/** The scope and the moment of a signature. */
export interface SignatureScope {
  /** `20261122T101500Z` */
  readonly date: string;
  readonly region: string;
}

/**
 * The Signature Version 4 of a request to S3, in a header or in a presigned URL.
 *
 * S3 differs from all other services: the path is escaped once and never normalised, so that `a/../b` is a key of its own, and the hash of
 * the body is what `x-amz-content-sha256` says. Documented: «Create a signed AWS API request» (IAM User Guide) and «Signature Calculations
 * for the Authorization Header» (Amazon S3 API Reference).
 *
 * @returns undefined where the target cannot be decoded
 */
export function s3Signature(
  request: Signable,
  signedHeaders: readonly string[],
  scope: SignatureScope,
  secret: string,
): string | undefined {
  const { path, query } = splitTarget(request.url);
  const key = uriDecode(path);
  const parameters = queryParameters(query);
  if (key === undefined || parameters === undefined) {
    return undefined;
  }
  const canonicalQuery = parameters
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map((pair) => pair.join('='))
    .join('&');
  const headers = signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`).join('');
  const payload = request.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
  const canonical = [request.method, uriEncodePath(key), canonicalQuery, headers, signedHeaders.join(';'), payload].join('\n');
  const day = scope.date.slice(0, 8);
  const credentialScope = `${day}/${scope.region}/s3/aws4_request`;
  // Bytes of a header outside ASCII were read as Latin-1.
  const hash = createHash('sha256').update(canonical, 'latin1').digest('hex');
  const signingKey = [day, scope.region, 's3', 'aws4_request'].reduce<string | Buffer>((above, part) => hmac(above, part), `AWS4${secret}`);
  return hmac(signingKey, ['AWS4-HMAC-SHA256', scope.date, credentialScope, hash].join('\n')).toString('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
