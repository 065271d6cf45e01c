/** In seconds: long enough for a burst to end, and short enough for a user to wait. */
export const RETRY_AFTER = '5';

const REJECTED_MESSAGE = 'Request rejected';
const RETRY_MESSAGE = 'Try again later';

/**
 * SQS error codes that the caller causes: a missing body, because the request template rejected the request, or a body that SQS does not
 * accept. Documented: "SendMessage" and "Common Error Types" in the SQS API reference.
 */
const CALLER_ERROR_CODES = ['MissingParameter', 'InvalidMessageContents', 'InvalidParameterValue'];

/**
 * Matches these codes in the text of an error response. API Gateway requests JSON (`{"Error":{"Code":"…"}}`), but SQS has been observed to
 * return XML. In both, SQS escapes quotes and brackets in text that it repeats, so no request can forge an error code.
 */
const CALLER_ERROR = `("Code":"|<Code>)(AWS[.]SimpleQueueService[.])?(${CALLER_ERROR_CODES.join('|')})("|</Code>)`;

// Clients cannot choose it, but its characters are not documented, so it is escaped. escapeJavaScript also escapes single quotes, which is
// not valid JSON.
const correlationId = `"correlationId":"$util.escapeJavaScript($context.extendedRequestId).replaceAll("\\\\'","'")"`;

/** The response if the message is in the queue. */
export function acceptedTemplate(): string {
  return `{${correlationId}}`;
}

/** The response if SQS is not available or rejects the call for a reason that the caller did not cause. */
export function failedTemplate(): string {
  return body(RETRY_MESSAGE);
}

/**
 * The response if SQS rejects the call with 400. SQS uses that status also if the key is disabled, denied or throttled and if the queue
 * does not exist (the errors of its service model). Only error codes that the caller causes result in a 400, all others in a 503.
 */
export function rejectedTemplate(): string {
  return [
    `#set($message = '${REJECTED_MESSAGE}')`,
    `#set($answer = $input.body.replaceAll('\\s', ''))`,
    // replaceAll searches in linear time. matches() would need a pattern with .* on both sides, which could take quadratic time.
    `#if($answer == $answer.replaceAll('${CALLER_ERROR}', ''))`,
    `#set($message = '${RETRY_MESSAGE}')`,
    '#set($context.responseOverride.status = 503)',
    `#set($context.responseOverride.header.Retry-After = '${RETRY_AFTER}')`,
    '#end',
    body('$message'),
  ].join('\n');
}

function body(message: string): string {
  return `{"message":"${message}",${correlationId}}`;
}
