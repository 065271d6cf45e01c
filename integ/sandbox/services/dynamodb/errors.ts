import type { ServiceReply } from '../../contracts';

/** Errors that all services with this protocol share; the others are DynamoDB's own. */
const SHARED = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SerializationException',
  'ServiceUnavailable',
  'ThrottlingException',
  'UnknownOperationException',
  'UnrecognizedClientException',
  'ValidationException',
]);

/** An error in DynamoDB's format: AWS JSON 1.0 with the name of the shape in `__type`. */
export function dynamodbError(code: string, message: string, status = 400): ServiceReply {
  const shared = code === 'ValidationException' ? 'com.amazon.coral.validate' : 'com.amazon.coral.service';
  const namespace = SHARED.has(code) ? shared : 'com.amazonaws.dynamodb.v20120810';
  const field = code === 'AccessDeniedException' ? 'Message' : 'message';
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ __type: `${namespace}#${code}`, [field]: message }),
    error: code,
  };
}
