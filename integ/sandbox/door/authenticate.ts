import type { Principal } from '../contracts';
import { type Signable, sign } from '../sign';
import type { Session, Sessions } from './sessions';

/** The caller of a request, or why there is none: an error code of the JSON protocols with its message. */
export type Authentication =
  | { readonly service: string; readonly session: Session }
  | { readonly service: string; readonly code: AuthenticationError; readonly message: string };

export type AuthenticationError =
  | 'MissingAuthenticationTokenException'
  | 'IncompleteSignatureException'
  | 'UnrecognizedClientException'
  | 'ExpiredTokenException'
  | 'InvalidSignatureException';

/** Nobody yet: for the shape of an error to a caller who is not known. */
export const NOBODY: Principal = { arn: 'anonymous', tags: {}, accessKeyId: '' };

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([^/, ]+)\/(\d{8})\/([^/, ]+)\/([^/, ]+)\/aws4_request, *SignedHeaders=([^, ]+), *Signature=([0-9a-f]{64})$/;

/** Finds the caller by the access key of the signature, and checks the signature itself. */
export async function authenticate(request: Signable, sessions: Sessions, region: string): Promise<Authentication> {
  const { authorization, 'x-amz-date': date, 'x-amz-security-token': token } = request.headers;
  if (authorization === undefined) {
    return { service: 'unknown', code: 'MissingAuthenticationTokenException', message: 'Request is missing Authentication Token' };
  }
  const [, accessKeyId, day, scopeRegion, service, signedHeaders, signature] = AUTHORIZATION.exec(authorization) ?? [];
  const moment = instant(date);
  if (signature === undefined || moment === undefined || !date?.startsWith(day)) {
    const message = `Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters and an 'X-Amz-Date' of the same day. Authorization=${authorization}`;
    return { service: service ?? 'unknown', code: 'IncompleteSignatureException', message };
  }
  const session = sessions.find(accessKeyId);
  if (!session || session.credentials.sessionToken !== token) {
    return { service, code: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' };
  }
  if ((session.credentials.expiration ?? Number.POSITIVE_INFINITY) <= Date.now()) {
    return { service, code: 'ExpiredTokenException', message: 'The security token included in the request is expired' };
  }
  if (scopeRegion !== region) {
    const message = `Credential should be scoped to a valid region, not '${scopeRegion}'. The sandbox runs '${region}'.`;
    return { service, code: 'InvalidSignatureException', message };
  }
  const expected = await sign(request, session.credentials, { service, region }, moment, new Set(signedHeaders.split(';')));
  if (!expected.authorization.endsWith(`SignedHeaders=${signedHeaders}, Signature=${signature}`)) {
    return { service, code: 'InvalidSignatureException', message: MISMATCH };
  }
  return { service, session };
}

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** `20261122T101500Z` */
function instant(date: string | undefined): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date ?? '');
  const moment = parts && new Date(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`);
  return moment && !Number.isNaN(moment.getTime()) ? moment : undefined;
}
