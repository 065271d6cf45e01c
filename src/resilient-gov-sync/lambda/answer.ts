import type { Headers } from './headers';

/** What became of a call, the same for both transports. */
export type CallResult =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Headers; readonly body: unknown }
  /** The report did not leave: no connection, no token, or (`isLate`) a turn that was over, which says nothing about the API. */
  | { readonly kind: 'notSent'; readonly reason: string; readonly isLate?: boolean }
  /** The call began, and its answer is missing. */
  | { readonly kind: 'noAnswer'; readonly reason: string };

/** The error of a task, as Step Functions passes it to a catcher. */
export interface TaskError {
  readonly Error: string;
  readonly Cause?: string;
}

const HTTP_STATUS = /^States\.Http\.StatusCode\.(\d{3})$/;

/** Reads the result of an HTTP Task. */
export function answerOfHttpTask(result: unknown): CallResult {
  const { StatusCode, Headers: headers, ResponseBody } = objectOf(result);
  if (typeof StatusCode !== 'number') return { kind: 'noAnswer', reason: 'the result of the HTTP Task has no StatusCode' };
  return { kind: 'answer', status: StatusCode, headers: objectOf(headers) as Headers, body: jsonOf(ResponseBody) };
}

/** Reads the error of an HTTP Task. Without headers in its cause, there is no `Retry-After`. */
export function answerOfHttpTaskError({ Error: error, Cause = '' }: TaskError): CallResult {
  const status = HTTP_STATUS.exec(error)?.[1];
  if (status !== undefined) {
    const cause = objectOf(jsonOf(Cause));
    const body = 'ResponseBody' in cause ? jsonOf(cause.ResponseBody) : jsonOf(Cause);
    return { kind: 'answer', status: Number(status), headers: objectOf(cause.Headers) as Headers, body };
  }
  if (error === 'States.Permissions' || error.startsWith('Events.ConnectionResource.')) return { kind: 'notSent', reason: error };
  return { kind: 'noAnswer', reason: error };
}

/** Reads what the user's function returned: an answer, or the reason why nothing was sent. */
export function answerOfFunction(result: unknown): CallResult {
  const { status, headers, body, notSent, late } = objectOf(result);
  if (typeof notSent === 'string') return { kind: 'notSent', reason: notSent, isLate: late === true };
  if (typeof status !== 'number') return { kind: 'noAnswer', reason: 'the function returned neither status nor notSent' };
  return { kind: 'answer', status, headers: objectOf(headers) as Headers, body: jsonOf(body) };
}

/** Errors of Lambda before a function runs. Documented: "Invoke", errors. */
const NOT_INVOKED =
  /^Lambda\.(EC2\w+|EFS\w+|ENI\w+|Invalid\w+|KMS\w+|RequestTooLarge|ResourceConflict|ResourceNotFound|ResourceNotReady|SubnetIP\w+|TooManyRequests|UnsupportedMediaType)Exception$|^States\.Permissions$/;
/** What Lambda says to a role that may not invoke the function. */
const DENIED = 'not authorized to perform: lambda:InvokeFunction';

/** A function that failed may have sent the report. */
export function answerOfFunctionError({ Error: error, Cause = '' }: TaskError): CallResult {
  if (NOT_INVOKED.test(error) || (error === 'Lambda.AWSLambdaException' && Cause.includes(DENIED)))
    return { kind: 'notSent', reason: error };
  return { kind: 'noAnswer', reason: error };
}

/** The value of a JSON text, or the value itself: a text that is no JSON, or what is parsed already. */
function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
