import { randomBytes } from 'node:crypto';
import type { ServiceReply, ServiceRequest } from '../../contracts';
import { element } from '../../protocol/xml';

/**
 * S3's codes by those of the JSON protocols, with the status, and with the message if S3 has its own. Documented: "Error responses" (Amazon
 * S3 API Reference), list of error codes.
 */
const CODES: Readonly<Record<string, readonly [code: string, status: number, message?: string]>> = {
  AccessDeniedException: ['AccessDenied', 403],
  MissingAuthenticationTokenException: ['AccessDenied', 403, 'Access Denied'],
  HeadersNotSigned: ['AccessDenied', 403],
  RequestExpired: ['AccessDenied', 403],
  UnrecognizedClientException: ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
  ExpiredTokenException: ['ExpiredToken', 400, 'The provided token has expired.'],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  IncompleteSignatureException: ['AuthorizationHeaderMalformed', 400],
  InternalFailure: ['InternalError', 500],
};

/** An error in S3's format; the response to a HEAD request has no body. */
export function s3Error({ method, url }: ServiceRequest, given: string, message: string, status: number): ServiceReply {
  const [code, http, own = message] = CODES[given] ?? [given, status];
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  const content = [
    element('Code', code),
    element('Message', own),
    element('Resource', url.replace(/\?.*$/s, '')),
    element('RequestId', requestId),
  ];
  return {
    status: http,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: method === 'HEAD' ? '' : `<?xml version="1.0" encoding="UTF-8"?>${element('Error', content).xml}`,
    error: code,
  };
}
