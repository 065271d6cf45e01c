import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from '../contracts';
import { queryParameters, splitTarget, uriDecode, uriEncode, uriEncodePath } from './uri';

/** The path with its query string, as sent. */
export interface Signable {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** The scope and the time of a signature. */
export interface SignatureScope {
  /** `20261122T101500Z` */
  readonly date: string;
  readonly region: string;
  /** The name in the credential scope: `sqs`. */
  readonly service: string;
}

/**
 * The Signature Version 4 of a request, in a header or in a presigned URL. Documented: "Create a signed AWS API request" (IAM User Guide)
 * and "Signature Calculations for the Authorization Header" (Amazon S3 API Reference).
 *
 * @param signedHeaders in the order of the signature
 * @param payload the hash of the body, or its placeholder
 * @returns undefined if S3 could not decode the target
 */
export function signatureOf(
  request: Signable,
  signedHeaders: readonly string[],
  payload: string,
  scope: SignatureScope,
  credentials: Credentials,
): string | undefined {
  const target = scope.service === 's3' ? s3Target(request.url) : targetOf(request.url);
  if (target === undefined) {
    return undefined;
  }
  let headers = '';
  for (const name of signedHeaders) {
    headers += `${name}:${(Object.hasOwn(request.headers, name) ? request.headers[name] : '').trim().replace(/[ \t]+/g, ' ')}\n`;
  }
  const canonical = `${request.method}\n${target}\n${headers}\n${signedHeaders.join(';')}\n${payload}`;
  const day = scope.date.slice(0, 8);
  // Header bytes outside ASCII were read as Latin-1.
  const hash = createHash('sha256').update(canonical, 'latin1').digest('hex');
  const text = `AWS4-HMAC-SHA256\n${scope.date}\n${day}/${scope.region}/${scope.service}/aws4_request\n${hash}`;
  return createHmac('sha256', signingKey(credentials, day, scope))
    .update(text)
    .digest('hex');
}

export function sha256(body: Buffer | string): string {
  return createHash('sha256').update(body).digest('hex');
}

/** Path and query string as signed by all services except S3: the path is normalized and escaped again. */
function targetOf(url: string): string {
  if (url === '/') {
    return '/\n';
  }
  const { path, query } = splitTarget(url);
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') {
      segments.pop();
    } else if (segment !== '' && segment !== '.') {
      segments.push(uriEncode(segment));
    }
  }
  const end = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${end}\n${query === '' ? '' : sorted([...new URLSearchParams(query)])}`;
}

/** S3 escapes a path once and does not normalize it, so that `a/../b` is a valid key. */
function s3Target(url: string): string | undefined {
  const { path, query } = splitTarget(url);
  const key = uriDecode(path);
  const parameters = queryParameters(query);
  if (key === undefined || parameters === undefined) {
    return undefined;
  }
  return `${uriEncodePath(key)}\n${sorted(parameters.filter(([name]) => name !== 'X-Amz-Signature'))}`;
}

function sorted(parameters: readonly (readonly [string, string])[]): string {
  return parameters
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map((pair) => pair.join('='))
    .join('&');
}

/** Signing keys by credentials, day, Region and service: four of the five HMACs of a signature stay the same for a day. */
const signingKeys = new WeakMap<Credentials, Map<string, Buffer>>();
/** The maximum number of keys per session, because a caller can name arbitrary services. */
const MAXIMUM_KEYS = 100;

function signingKey(credentials: Credentials, day: string, { region, service }: SignatureScope): Buffer {
  let keys = signingKeys.get(credentials);
  if (!keys) {
    keys = new Map();
    signingKeys.set(credentials, keys);
  }
  const name = `${day}/${region}/${service}`;
  let key = keys.get(name);
  if (!key) {
    key = [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${credentials.secretAccessKey}`, day));
    if (keys.size >= MAXIMUM_KEYS) {
      keys.clear();
    }
    keys.set(name, key);
  }
  return key;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
