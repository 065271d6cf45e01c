import type { TimedRequest } from './latency';

/** A request of a user. */
export interface UserRequest {
  readonly method: string;
  /** With the address of the API. */
  readonly url: string;
  readonly token: string;
  readonly body?: object;
  /** The idempotency key of a request with a body. */
  readonly key: string;
}

const TIMEOUT_MS = 30_000;

/**
 * Sends a request of a school once, and remembers how long the grades service took. Returns its status. Visits are not answered by it.
 *
 * @throws if there is no answer
 */
export async function sendTimed(requests: TimedRequest[], school: string, request: UserRequest): Promise<number> {
  const from = performance.now();
  const status = await sendRequest(request);
  const at = performance.now();
  if (!request.url.endsWith('/visits')) requests.push({ school, at, milliseconds: at - from });
  return status;
}

/** Sends a request once. Returns its status. @throws if there is no answer */
export async function sendRequest({ method, url, token, body, key }: UserRequest): Promise<number> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': key }),
  };
  const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS), body: body && JSON.stringify(body) });
  await response.arrayBuffer();
  return response.status;
}
