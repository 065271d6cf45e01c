import { timingSafeEqual } from 'node:crypto';
import type { Credentials, Principal } from '../contracts';
import type { Session, Sessions } from '../iam/sessions';
import { type Signable, type SignatureScope, sha256, signatureOf } from '../protocol/signature';
import { queryParameters, splitTarget } from '../protocol/uri';

/** The caller of a request, or the error: a code of the JSON protocols with its message. */
export type Authentication =
  | { readonly service: string; readonly session: Session }
  | { readonly service: string; readonly code: AuthenticationError; readonly message: string };

export type AuthenticationError =
  | 'MissingAuthenticationTokenException'
  | 'IncompleteSignatureException'
  | 'UnrecognizedClientException'
  | 'ExpiredTokenException'
  | 'InvalidSignatureException'
  | S3AuthenticationError;

/** Errors of S3 only. */
type S3AuthenticationError = 'HeadersNotSigned' | 'InvalidURI' | 'RequestExpired';

/** A placeholder caller, for an error before the caller is known. */
export const NOBODY: Principal = { arn: 'anonymous', tags: {}, accessKeyId: '' };

/** The parts of a signature, from a header or from the query string of a presigned URL. */
interface Claim {
  readonly accessKeyId: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date?: string;
  readonly token?: string;
  /** The validity of a presigned URL, in seconds. */
  readonly expires?: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([^/, ]+)\/(\d{8})\/([^/, ]+)\/([^/, ]+)\/aws4_request, *SignedHeaders=([^, ]+), *Signature=([0-9a-f]{64})$/;
const CREDENTIAL = /^([^/, ]+)\/(\d{8})\/([^/, ]+)\/(s3)\/aws4_request$/;

/** The host of S3, path-style or virtual-hosted: `<bucket>.s3.<region>.amazonaws.com`. */
export const S3_HOST = /^(?:(.+)\.)?s3[.-](?:dualstack\.)?(?:([a-z]{2}(?:-[a-z]+)+-\d)\.)?amazonaws\.com(?::\d+)?$/;

/** A week. Documented: "Authenticating Requests: Using Query Parameters" (Amazon S3 API Reference), `X-Amz-Expires`. */
const MAXIMUM_EXPIRES_SECONDS = 604_800;

/** Finds the caller by the access key of the signature, and checks the signature itself. */
export function authenticate(request: Signable, sessions: Sessions, region: string): Authentication {
  const { authorization, host = '' } = request.headers;
  const presigned = authorization === undefined ? presignedClaim(request) : undefined;
  const toS3 = S3_HOST.test(host);
  if (authorization === undefined && !presigned) {
    const service = toS3 ? 's3' : 'unknown';
    return { service, code: 'MissingAuthenticationTokenException', message: 'Request is missing Authentication Token' };
  }
  const claim = presigned ?? headerClaim(request);
  const moment = instant(claim?.date);
  if (!claim || moment === undefined || !claim.date?.startsWith(claim.day)) {
    const message = `Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters and an 'X-Amz-Date' of the same day. Authorization=${authorization}`;
    return { service: claim?.service ?? (toS3 ? 's3' : 'unknown'), code: 'IncompleteSignatureException', message };
  }
  const { service } = claim;
  const found = sessionOf(claim, sessions, region);
  if ('code' in found) {
    return found;
  }
  const problem = service === 's3' ? s3Problem(request, claim, found.session, moment) : problemOf(request, claim, found.session);
  return problem ? { service, ...problem } : found;
}

/** The caller of an internal call: a service of the sandbox passes its credentials instead of a signature. */
export function recognize(
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  { service, region }: { readonly service: string; readonly region: string },
  sessions: Sessions,
  own: string,
): Authentication {
  const found = sessionOf({ accessKeyId, service, region, token: sessionToken }, sessions, own);
  return 'session' in found && found.session.credentials.secretAccessKey !== secretAccessKey ? { service, ...MISMATCH } : found;
}

/** The session of an access key, if it belongs to this account and Region and has not expired. */
function sessionOf(
  { accessKeyId, token, service, region }: Pick<Claim, 'accessKeyId' | 'token' | 'service' | 'region'>,
  sessions: Sessions,
  own: string,
): Authentication {
  const session = sessions.find(accessKeyId);
  if (!session || session.credentials.sessionToken !== token) {
    return { service, code: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' };
  }
  if ((session.credentials.expiration ?? Number.POSITIVE_INFINITY) <= Date.now()) {
    return { service, code: 'ExpiredTokenException', message: 'The security token included in the request is expired' };
  }
  if (region !== own) {
    const message = `Credential should be scoped to a valid region, not '${region}'. The sandbox runs '${own}'.`;
    return { service, code: 'InvalidSignatureException', message };
  }
  return { service, session };
}

type Problem = { readonly code: AuthenticationError; readonly message: string };

/** The signed headers: the date, the session token and all others that the signature lists, sorted by name. */
function problemOf(request: Signable, claim: Claim, { credentials }: Session): Problem | undefined {
  const { headers } = request;
  const names = claim.signedHeaders.split(';');
  const listed = names.every((name, at) => Object.hasOwn(headers, name) && (at === 0 || names[at - 1] < name));
  const needed = names.includes('x-amz-date') && (credentials.sessionToken === undefined || names.includes('x-amz-security-token'));
  const expected = listed && needed ? signatureOf(request, names, sha256(request.body), scopeOf(claim), credentials) : undefined;
  return matches(expected, claim) ? undefined : MISMATCH;
}

function scopeOf({ date = '', region, service }: Claim): SignatureScope {
  return { date, region, service };
}

function matches(expected: string | undefined, { signature }: Claim): boolean {
  return expected !== undefined && timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
}

/** S3 requires that the host and all `x-amz-` headers are signed, and that a presigned URL has not expired. */
function s3Problem(request: Signable, claim: Claim, { credentials }: Session, moment: Date): Problem | undefined {
  const signed = claim.signedHeaders.split(';');
  const own = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-') || name === 'host');
  if (!signed.includes('host') || own.some((name) => !signed.includes(name))) {
    return { code: 'HeadersNotSigned', message: 'There were headers present in the request which were not signed' };
  }
  const { 'x-amz-content-sha256': payload = 'UNSIGNED-PAYLOAD' } = request.headers;
  const expected = signatureOf(request, signed, payload, scopeOf(claim), credentials);
  if (expected === undefined) {
    return { code: 'InvalidURI', message: "Couldn't parse the specified URI." };
  }
  if (!matches(expected, claim)) {
    return MISMATCH;
  }
  if (claim.expires !== undefined) {
    const seconds = Number(claim.expires);
    if (!(Number.isInteger(seconds) && seconds > 0 && seconds <= MAXIMUM_EXPIRES_SECONDS)) {
      const message = `X-Amz-Expires must be a whole number of seconds up to ${MAXIMUM_EXPIRES_SECONDS}`;
      return { code: 'IncompleteSignatureException', message };
    }
    if (moment.getTime() + seconds * 1000 <= Date.now()) {
      return { code: 'RequestExpired', message: 'Request has expired' };
    }
  }
  return undefined;
}

const MISMATCH: Problem = {
  code: 'InvalidSignatureException',
  message:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
};

function headerClaim({ headers }: Signable): Claim | undefined {
  const { authorization = '', 'x-amz-date': date, 'x-amz-security-token': token } = headers;
  const [, accessKeyId, day, region, service, signedHeaders, signature] = AUTHORIZATION.exec(authorization) ?? [];
  return signature === undefined ? undefined : { accessKeyId, day, region, service, signedHeaders, signature, date, token };
}

/** Presigned URLs are supported for S3 only. */
function presignedClaim({ url }: Signable): Claim | undefined {
  const { query } = splitTarget(url);
  if (!query.includes('X-Amz-Signature=')) {
    return undefined;
  }
  const pairs = queryParameters(query) ?? [];
  const parameters = new Map(pairs);
  const [, accessKeyId, day, region, service] = CREDENTIAL.exec(parameters.get('X-Amz-Credential') ?? '') ?? [];
  const signature = parameters.get('X-Amz-Signature') ?? '';
  // A repeated parameter would be ambiguous.
  const sound = parameters.size === pairs.length && /^[0-9a-f]{64}$/.test(signature);
  if (!sound || service === undefined || parameters.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    return undefined;
  }
  return {
    accessKeyId,
    day,
    region,
    service,
    signature,
    signedHeaders: parameters.get('X-Amz-SignedHeaders') ?? '',
    date: parameters.get('X-Amz-Date'),
    token: parameters.get('X-Amz-Security-Token'),
    expires: parameters.get('X-Amz-Expires') ?? '',
  };
}

/** `20261122T101500Z` */
function instant(date: string | undefined): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date ?? '');
  const moment = parts && new Date(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`);
  return moment && !Number.isNaN(moment.getTime()) ? moment : undefined;
}
