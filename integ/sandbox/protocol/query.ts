import { randomUUID } from 'node:crypto';
import type { ServiceReply } from '../contracts';
import { element, type Xml, xmlDocument } from './xml';

/** Error codes that differ from the JSON protocols, with their status. */
export const QUERY_CODES: Readonly<Record<string, readonly [code: string, status?: number]>> = {
  AccessDeniedException: ['AccessDenied', 403],
  UnrecognizedClientException: ['InvalidClientTokenId', 403],
  MissingAuthenticationTokenException: ['MissingAuthenticationToken', 403],
  ExpiredTokenException: ['ExpiredToken', 403],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  IncompleteSignatureException: ['IncompleteSignature'],
};

/** The response of an operation of the query protocol. */
export function queryReply(namespace: string, operation: string, result: readonly Xml[] | undefined): ServiceReply {
  const body = xmlDocument(`${operation}Response`, namespace, [
    ...(result ? [element(`${operation}Result`, result)] : []),
    element('ResponseMetadata', [element('RequestId', randomUUID())]),
  ]);
  return { status: 200, headers: XML, body };
}

/** An error of the query protocol. @param more additional elements of the error */
export function queryError(namespace: string, code: string, message: string, status: number, more: readonly Xml[] = []): ServiceReply {
  const body = xmlDocument('ErrorResponse', namespace, [
    element('Error', [element('Type', senderOf(status)), element('Code', code), element('Message', message), ...more]),
    element('RequestId', randomUUID()),
  ]);
  return { status, headers: XML, body, error: code };
}

/** Whether the sender or the service caused the error. */
export function senderOf(status: number): 'Sender' | 'Receiver' {
  return status < 500 ? 'Sender' : 'Receiver';
}

const XML = { 'content-type': 'text/xml' };
