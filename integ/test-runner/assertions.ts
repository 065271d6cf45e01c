import type { JsonObject, LogLine, Resource } from '../sandbox';
import type { CustomResourceResult } from '../sandbox/services/cloudformation/custom-resources';

/** One assertion of an integration test: a call and its expected response. */
export interface AssertionResult {
  /** `DynamoDB getItem expects {…}`, `POST https://…/readings expects {…}`. */
  readonly name: string;
  readonly passed: boolean;
  /** The expected and the actual response, or why there is no response. */
  readonly problem?: string;
  readonly milliseconds: number;
}

/** The resource types that integ-tests creates for `awsApiCall`, `httpApiCall` and `expect`. */
export const isAssertion = ({ type }: Pick<Resource, 'type'>) => type.startsWith('Custom::DeployAssert@');

/**
 * The result of an assertion in the response of its provider. For a failed assertion, the status of the provider is SUCCESS too: the
 * failure is in its data, which integ-runner reads from the stack outputs.
 */
export function readAssertion(
  { resource, status, reason, data, milliseconds }: CustomResourceResult,
  properties: JsonObject,
  log: readonly LogLine[],
): AssertionResult {
  const named = { name: nameOf(resource, properties), milliseconds };
  if (status === 'FAILED') {
    return { ...named, passed: false, problem: lastMismatch(resource, log) ?? reason };
  }
  if (properties.expected === undefined) {
    return { ...named, passed: true };
  }
  const assertion = verdict(data.assertion);
  return assertion.status === 'success'
    ? { ...named, passed: true }
    : { ...named, passed: false, problem: assertion.message ?? 'the provider returned no result for the assertion' };
}

interface Verdict {
  readonly status?: string;
  readonly message?: string;
}

function verdict(assertion: unknown): Verdict {
  return typeof assertion === 'string' ? (JSON.parse(assertion) as Verdict) : {};
}

function nameOf(resource: Resource, properties: JsonObject): string {
  const expected =
    typeof properties.expected === 'string' ? ` expects ${shortened(properties.expected.replace(/^\{"\$ObjectLike":(.*)\}$/, '$1'))}` : '';
  return `${callOf(resource, properties)}${expected}`;
}

function callOf({ type, logicalId }: Resource, { service, api, parameters }: JsonObject): string {
  if (typeof service === 'string' && typeof api === 'string') {
    return `${service} ${api}`;
  }
  const http = parameters as { url?: string; fetchOptions?: { method?: string } } | undefined;
  return http?.url === undefined ? `${type} ${logicalId}` : `${http.fetchOptions?.method ?? 'GET'} ${http.url}`;
}

const shortened = (text: string) => (text.length > 100 ? `${text.slice(0, 99)}…` : text);

/** Why the last attempt of an assertion with retries failed; only the provider's log has it. */
function lastMismatch({ logicalId }: Resource, log: readonly LogLine[]): string | undefined {
  const attempts = new Set<string>();
  let last: string | undefined;
  for (const { message } of log) {
    const [, requestId = '', , text = ''] = message.split('\t');
    if (text.startsWith('Event: ') && text.includes(`"LogicalResourceId":"${logicalId}"`)) {
      attempts.add(requestId);
    } else if (attempts.has(requestId)) {
      last = mismatch(text) ?? last;
    }
  }
  return last === undefined ? undefined : `after the last attempt: ${last}`;
}

/** The provider logs mismatches and errors of its call. Its own error only repeats the event. */
function mismatch(text: string): string | undefined {
  const failed = /^Assertion Failed: (.*)$/s.exec(text)?.[1];
  if (failed !== undefined) {
    return verdict((JSON.parse(failed) as { assertion?: string }).assertion).message;
  }
  const [first = ''] = text.split('\n');
  return /^\w*(Error|Exception|Denied)\w*: (?!\{"RequestType")/.test(first) ? first : undefined;
}
