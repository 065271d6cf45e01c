/** The part of a command's context in the AWS SDK that becomes its user agent, as names and values. */
interface UserAgentContext {
  userAgent?: [name: string, value?: string][];
}

/** What the API or a service gives a request, with at most one equals sign at its end. Anything else could be the id of another request, or two. */
const CORRELATION_ID = /^[\w-]{1,64}=?$/;

/**
 * Most characters of ids in one user agent: CloudTrail cuts it off after 1 KB, and the SDK's own part is shorter than 300. Ids of the API
 * have 16, so that those of 25 statements fit.
 */
const MOST_CHARACTERS = 700;

/** Ids as one value: SDKs would replace the equals sign, and no id contains a full stop. What does not fit is left out. */
function userAgentValue(correlationIds: Iterable<string>): string {
  let value = '';
  for (const id of new Set(correlationIds)) {
    if (!CORRELATION_ID.test(id)) continue;
    const next = `${value === '' ? '' : '.'}${id.endsWith('=') ? id.slice(0, -1) : id}`;
    if (value.length + next.length > MOST_CHARACTERS) break;
    value += next;
  }
  return value;
}

/**
 * Middleware that adds the correlation ids of requests to the user agent of a call to AWS, as `md/correlation-id#GwI-EFXvjoEEP_w`, so that
 * an AuditTrail finds the call: `client.middlewareStack.add(addCorrelationIds(() => ids), { step: 'initialize' })`. An id with characters
 * that no id of the API has is left out, because a caller could have chosen it.
 *
 * @param current the ids of the requests that the call is made for
 */
export function addCorrelationIds(current: () => Iterable<string>) {
  return <Next extends (input: never) => unknown>(next: Next, context: UserAgentContext): Next => {
    const value = userAgentValue(current());
    if (value !== '') context.userAgent = [...(context.userAgent ?? []), ['md/correlation-id', value]];
    return next;
  };
}
