import type { JsonObject, LogLine, Resource } from '../sandbox/contracts';
import type { CustomResourceResult } from '../sandbox/functions';

/** One step of an integration test: a call, and what was expected of its answer. */
export interface AssertionResult {
  /** `DynamoDB getItem`, `POST https://…/readings`. */
  readonly name: string;
  readonly passed: boolean;
  /** What was expected and what came instead, or why there is no answer. */
  readonly problem?: string;
  readonly milliseconds: number;
}

/** Resources that integ-tests makes of `awsApiCall`, `httpApiCall` and `expect`. */
export const isAssertion = ({ type }: Pick<Resource, 'type'>) => type.startsWith('Custom::DeployAssert@');

/**
 * What a provider's answer says of the assertion. A wrong expectation fails although the provider's own status is SUCCESS: it says so in
 * its data, which integ-runner reads from the stack's outputs.
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
    : { ...named, passed: false, problem: assertion.message ?? 'the provider gave no result of the assertion' };
}

interface Verdict {
  readonly status?: string;
  readonly message?: string;
}

function verdict(assertion: unknown): Verdict {
  return typeof assertion === 'string' ? (JSON.parse(assertion) as Verdict) : {};
}

function nameOf({ type, logicalId }: Resource, { service, api, parameters, expected }: JsonObject): string {
  if (typeof service === 'string' && typeof api === 'string') {
    return `${service} ${api}`;
  }
  const http = parameters as { url?: string; fetchOptions?: { method?: string } } | undefined;
  if (http?.url !== undefined) {
    return `${http.fetchOptions?.method ?? 'GET'} ${http.url}`;
  }
  return expected === undefined ? `${type} ${logicalId}` : `expect ${logicalId}`;
}

/** Why the last attempt of an assertion that was waited for failed: only the provider's log has it. */
function lastMismatch({ logicalId }: Resource, log: readonly LogLine[]): string | undefined {
  const attempts = new Set<string>();
  let last: string | undefined;
  for (const { message } of log) {
    const [, requestId, , text = ''] = message.split('\t');
    if (requestId !== undefined && text.startsWith('Event: ') && text.includes(`"LogicalResourceId":"${logicalId}"`)) {
      attempts.add(requestId);
    }
    const failed = /^Assertion Failed: (.*)$/s.exec(text)?.[1];
    if (requestId !== undefined && attempts.has(requestId) && failed !== undefined) {
      last = verdict((JSON.parse(failed) as { assertion?: string }).assertion).message;
    }
  }
  return last === undefined ? undefined : `after the last attempt: ${last}`;
}
