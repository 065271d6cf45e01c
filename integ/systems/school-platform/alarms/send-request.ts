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
