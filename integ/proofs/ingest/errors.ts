/**
 * Errors of single statements, as BatchStatementError documents them (Amazon DynamoDB API Reference, BatchStatementError). DuplicateItem is
 * not in the list: the engine returns it for every repeat, and injecting it without a stored item would be wrong.
 */
export const STATEMENT_ERRORS = [
  'ConditionalCheckFailed',
  'ItemCollectionSizeLimitExceeded',
  'RequestLimitExceeded',
  'ValidationError',
  'ProvisionedThroughputExceeded',
  'TransactionConflict',
  'ThrottlingError',
  'InternalServerError',
  'ResourceNotFound',
  'AccessDenied',
];

/** Errors of whole calls (Amazon DynamoDB Developer Guide, Error handling with DynamoDB: error messages and codes). */
export const CALL_ERRORS: readonly (readonly [code: string, status: number])[] = [
  ['AccessDeniedException', 400],
  ['ConditionalCheckFailedException', 400],
  ['IncompleteSignatureException', 400],
  ['ItemCollectionSizeLimitExceededException', 400],
  ['LimitExceededException', 400],
  ['MissingAuthenticationTokenException', 400],
  ['ProvisionedThroughputExceededException', 400],
  ['ReplicatedWriteConflictException', 400],
  ['RequestLimitExceeded', 400],
  ['ResourceInUseException', 400],
  ['ResourceNotFoundException', 400],
  ['ThrottlingException', 400],
  ['UnrecognizedClientException', 400],
  ['ValidationException', 400],
  ['InternalServerError', 500],
  ['ServiceUnavailable', 503],
];
