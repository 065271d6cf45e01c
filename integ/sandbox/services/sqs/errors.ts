import { randomUUID } from 'node:crypto';
import type { ServiceReply } from '../../contracts';
import { QUERY_CODES, queryError, senderOf } from '../../protocol/query';
import { ServiceError } from '../../protocol/service-error';
import { element } from '../../protocol/xml';

export const NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';

/**
 * The format of a response: AWS JSON 1.0, the query protocol's XML, or its JSON for `Accept: application/json`, which API Gateway sends.
 */
export type Format = 'json' | 'xml' | 'query-json';

/**
 * The codes of the query protocol by the names of the JSON protocol (the `awsQueryError` traits of the service's model), with the HTTP
 * status if it differs.
 */
const CODES: typeof QUERY_CODES = {
  ...QUERY_CODES,
  InvalidParameterValueException: ['InvalidParameterValue'],
  KmsAccessDenied: ['KMS.AccessDeniedException'],
  KmsDisabled: ['KMS.DisabledException'],
  KmsInvalidKeyUsage: ['KMS.InvalidKeyUsageException'],
  KmsInvalidState: ['KMS.InvalidStateException'],
  KmsNotFound: ['KMS.NotFoundException'],
  KmsOptInRequired: ['KMS.OptInRequired', 403],
  KmsThrottled: ['KMS.ThrottlingException'],
  QueueDoesNotExist: ['AWS.SimpleQueueService.NonExistentQueue'],
  QueueNameExists: ['QueueAlreadyExists'],
  ReceiptHandleIsInvalid: ['ReceiptHandleIsInvalid', 404],
  RequestThrottled: ['RequestThrottled', 403],
  OverLimit: ['OverLimit', 403],
  ResourceNotFoundException: ['ResourceNotFoundException', 404],
};

const PREFIXED = new Set([
  'BatchEntryIdsNotDistinct',
  'BatchRequestTooLong',
  'EmptyBatchRequest',
  'InvalidBatchEntryId',
  'MessageNotInflight',
  'PurgeQueueInProgress',
  'QueueDeletedRecently',
  'TooManyEntriesInBatchRequest',
  'UnsupportedOperation',
]);

/** An error of the engine, with its name in the service's model. */
export function engineError(code: string, message: string, status?: number): ServiceError {
  return new ServiceError(code === 'InvalidParameterValue' ? 'InvalidParameterValueException' : code, message, status);
}

/** The code of the query protocol, which batch entries and old clients use. */
export function queryCode(code: string): string {
  return CODES[code]?.[0] ?? (PREFIXED.has(code) ? `AWS.SimpleQueueService.${code}` : code);
}

/** An error in the caller's protocol. */
export function sqsError(format: Format, code: string, message: string, status: number): ServiceReply {
  const legacy = queryCode(code);
  const http = status >= 500 ? status : (CODES[code]?.[1] ?? status);
  const type = senderOf(http);
  if (format === 'json') {
    const shared = code.endsWith('Exception') && code !== 'ResourceNotFoundException';
    return {
      status: http,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-query-error': `${legacy};${type}` },
      body: JSON.stringify({ __type: `${shared ? 'com.amazon.coral.service' : 'com.amazonaws.sqs'}#${code}`, message }),
      error: code,
    };
  }
  if (format === 'query-json') {
    const body = JSON.stringify({ Error: { Code: legacy, Message: message, Type: type }, RequestId: randomUUID() });
    return { status: http, headers: { 'content-type': 'application/json' }, body, error: legacy };
  }
  return queryError(NAMESPACE, legacy, message, http, [element('Detail', '')]);
}
