/** Seconds. Long enough for the end of a burst, short enough for a person to wait. */
export const RETRY_AFTER = '5';

const REJECTED = 'Request rejected';
const LATER = 'Try again later';

/**
 * What SQS finds wrong with a request itself: no body, because the request template rejected it, or a body that it does not carry.
 * Documented: "SendMessage" and "Common Error Types" in the SQS API reference.
 */
const CALLERS_OWN = ['MissingParameter', 'InvalidMessageContents', 'InvalidParameterValue'];

/**
 * An error of the query protocol as the text that it is: API Gateway asks for JSON (`{"Error":{"Code":"…"}}`), but SQS has been seen to
 * answer XML. In both, SQS escapes quotes and brackets in what it repeats, so no request can forge an error code.
 */
const CALLERS_FAULT = `("Code":"|<Code>)(AWS[.]SimpleQueueService[.])?(${CALLERS_OWN.join('|')})("|</Code>)`;

// No client can choose it. Escaped all the same, because its alphabet is not documented: escapeJavaScript escapes the single quote too, which JSON does
// not know.
const correlationId = `"correlationId":"$util.escapeJavaScript($context.extendedRequestId).replaceAll("\\\\'","'")"`;

/** The request is in the queue. */
export function acceptedTemplate(): string {
  return `{${correlationId}}`;
}

/** SQS did not take the request. */
export function failedTemplate(): string {
  return answer(LATER);
}

/**
 * SQS rejected the request with 400, which is its status for a key that is disabled, denied or throttled and for a queue that is gone, too
 * (the errors of its service model): only a code that is known to be the caller's own is answered so, anything else as a failure.
 */
export function rejectedTemplate(): string {
  return [
    `#set($message = '${REJECTED}')`,
    `#set($answer = $input.body.replaceAll('\\s', ''))`,
    // Looked for by taking it away: a pattern with .* before and behind would try each place that it is at against the whole rest.
    `#if($answer == $answer.replaceAll('${CALLERS_FAULT}', ''))`,
    `#set($message = '${LATER}')`,
    '#set($context.responseOverride.status = 503)',
    `#set($context.responseOverride.header.Retry-After = '${RETRY_AFTER}')`,
    '#end',
    answer('$message'),
  ].join('\n');
}

function answer(message: string): string {
  return `{"message":"${message}",${correlationId}}`;
}
