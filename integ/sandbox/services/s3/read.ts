import type { ServiceRequest } from '../../contracts';
import { S3_HOST } from '../../endpoint/authenticate';
import { ServiceError } from '../../protocol/service-error';
import { queryParameters, splitTarget, uriDecode } from '../../protocol/uri';
import { readBody, verifySums } from './body';
import { OPERATIONS, type Operation } from './operations';

/**
 * A parsed request. Policies evaluate it and the engine receives only what it contains, so that policies and engine always see the same
 * bucket, key and headers.
 */
export interface S3Request {
  readonly operation: Operation;
  /** Empty for ListBuckets. */
  readonly bucket: string;
  /** Decoded once, never normalized; empty for operations on a bucket. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string>>;
  readonly presigned: boolean;
  readonly contentHash: string;
  /** Milliseconds since a presigned URL was signed. */
  readonly age?: number;
  /** The account that the caller expects to own the bucket. */
  readonly expectedOwner?: string;
  readonly body: Buffer;
}

/** Headers that the endpoint itself uses, or that have no effect. */
const CONSUMED = new Set([
  ...['x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256', 'x-amz-user-agent', 'x-amz-trailer', 'x-amz-decoded-content-length'],
  'x-amz-expected-bucket-owner',
]);
const SIGNING = /^X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256)$/;
const MAXIMUM_KEY_BYTES = 1024;

/** Parses a request. Rejects an unsupported operation, parameter or header by name, and an invalid key. */
export function readRequest(request: ServiceRequest, region: string): S3Request {
  const { path, query } = splitTarget(request.url);
  const { bucket, key } = addressOf(path, request.headers.host ?? '', region);
  const presigned = request.headers.authorization === undefined;
  const parameters = readQuery(query);
  const headers: Record<string, string> = { ...request.headers };
  if (presigned) {
    hoist(parameters, headers);
  }
  // SDKs add the name of the operation, for logs.
  parameters.delete('x-id');
  const operation = operationOf(request.method, bucket, key, parameters, headers);
  checkNumbers(parameters);
  const { bytes, trailers } = readBody(headers, request.body);
  const sent = { ...trailers, ...headers };
  const kept = keep(sent, operation);
  if (operation.rewritten) {
    verifySums(kept, bytes);
  }
  const signedAt = Date.parse((presigned ? (queryOf(query, 'X-Amz-Date') ?? '') : '').replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'));
  return {
    operation,
    bucket,
    key,
    query: parameters,
    headers: kept,
    presigned,
    contentHash: headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD',
    ...(Number.isNaN(signedAt) ? {} : { age: Math.max(0, Date.now() - signedAt) }),
    ...(headers['x-amz-expected-bucket-owner'] === undefined ? {} : { expectedOwner: headers['x-amz-expected-bucket-owner'] }),
    body: bytes,
  };
}

/** `<bucket>.s3.<region>.amazonaws.com/<key>`, or `/<bucket>/<key>` at any other host. */
function addressOf(path: string, host: string, region: string): { bucket: string; key: string } {
  const [virtual, hostBucket = '', hostRegion = region] = S3_HOST.exec(host) ?? [];
  if (hostRegion !== region) {
    throw new ServiceError(
      'PermanentRedirect',
      `The sandbox has only the Region ${region}: ${host} is the endpoint of another Region.`,
      301,
    );
  }
  const decoded = path.startsWith('/') ? uriDecode(path) : undefined;
  if (decoded === undefined) {
    throw new ServiceError('InvalidURI', "Couldn't parse the specified URI.");
  }
  const rest = decoded.slice(1);
  const slash = rest.indexOf('/');
  const inHost = virtual !== undefined && hostBucket !== '';
  const bucket = inHost ? hostBucket : slash < 0 ? rest : rest.slice(0, slash);
  const key = inHost ? rest : slash < 0 ? '' : rest.slice(slash + 1);
  checkKey(key);
  return { bucket, key };
}

/** Throws for a key that is too long. */
export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > MAXIMUM_KEY_BYTES) {
    throw new ServiceError('KeyTooLongError', 'Your key is too long');
  }
}

function readQuery(query: string): Map<string, string> {
  const pairs = queryParameters(query);
  if (!pairs) {
    throw new ServiceError('InvalidURI', "Couldn't parse the specified URI.");
  }
  const parameters = new Map(pairs);
  if (parameters.size < pairs.length) {
    throw new ServiceError('InvalidArgument', 'A query parameter is given twice');
  }
  return parameters;
}

function queryOf(query: string, name: string): string | undefined {
  return queryParameters(query)?.find(([given]) => given === name)?.[1];
}

/** Moves the headers in the query of a presigned URL, which its signature covers, to the headers. */
function hoist(parameters: Map<string, string>, headers: Record<string, string>): void {
  for (const [name, value] of [...parameters]) {
    if (SIGNING.test(name)) {
      parameters.delete(name);
    } else if (/^x-amz-/i.test(name)) {
      parameters.delete(name);
      const header = name.toLowerCase();
      if (headers[header] !== undefined && headers[header] !== value) {
        throw new ServiceError('InvalidArgument', `${name} differs from the header of that name`);
      }
      headers[header] = value;
    }
  }
}

function operationOf(
  method: string,
  bucket: string,
  key: string,
  query: ReadonlyMap<string, string>,
  headers: Readonly<Record<string, string>>,
): Operation {
  const on = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const copies = headers['x-amz-copy-source'] !== undefined;
  const fits = (each: Operation) => each.method === method && each.on === on && (each.copies ?? false) === copies;
  const found = OPERATIONS.find((each) => fits(each) && (each.when ?? []).every((name) => query.has(name)));
  if (!found) {
    const parameters = [...query.keys()].map((name) => ` ?${name}`).join(',');
    throw notSupported(`${method}${parameters} of ${on === 'object' ? 'an' : 'a'} ${on}${copies ? ' with x-amz-copy-source' : ''}`);
  }
  const known = [...(found.when ?? []), ...(found.query ?? [])];
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw notSupported(`${method} ?${unknown} of ${on === 'object' ? 'an' : 'a'} ${on}`);
  }
  return found;
}

function keep(headers: Readonly<Record<string, string>>, operation: Operation): Record<string, string> {
  const known = operation.headers ?? [];
  const isKnown = (name: string) => known.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each));
  const unknown = Object.keys(headers).find((name) => name.startsWith('x-amz-') && !CONSUMED.has(name) && !isKnown(name));
  if (unknown !== undefined) {
    throw notSupported(`the header ${unknown} of ${operation.name}`);
  }
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => isKnown(name)));
  const encodings = (kept['content-encoding'] ?? '').split(',').map((each) => each.trim());
  const encoding = encodings.filter((each) => each !== 'aws-chunked' && each !== '').join(', ');
  const { 'content-encoding': _, ...others } = kept;
  return encoding === '' ? others : { ...others, 'content-encoding': encoding };
}

function checkNumbers(query: ReadonlyMap<string, string>): void {
  for (const name of ['max-keys', 'max-uploads', 'max-parts', 'max-buckets', 'partNumber', 'part-number-marker']) {
    const value = query.get(name);
    if (value !== undefined && !/^\d{1,9}$/.test(value)) {
      throw new ServiceError('InvalidArgument', `Provided ${name} not an integer or within integer range`);
    }
  }
  const type = query.get('list-type');
  if (type !== undefined && type !== '2') {
    throw new ServiceError('InvalidArgument', `Invalid list-type ${type}`);
  }
}

function notSupported(what: string): ServiceError {
  return new ServiceError('NotImplemented', `The sandbox does not support ${what}`, 501);
}
