import type { ServerResponse } from 'node:http';
import { type ApiClock, httpDate } from './clock';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is if it is a text. The content type is JSON unless a header says otherwise. */
  readonly body: object | string;
}

/** What the client gets for a request. */
export type Delivery =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly afterMs?: number }
  /** The connection stays open without an answer. */
  | { readonly kind: 'silence' }
  /** The connection is closed before the first byte of an answer. */
  | { readonly kind: 'reset' }
  /** The connection is closed in the middle of the answer. */
  | { readonly kind: 'cut'; readonly answer: Answer };

/** After this time, a connection without an answer is closed. It is longer than clients wait: an HTTP Task waits for 60 seconds. */
const SILENCE_MS = 150_000;

/** A page for browsers, as proxies and web servers send it. */
export function page(status: number, title: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body: `<!doctype html><title>${title}</title>` };
}

export function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body };
}

/** Every error that the API reports has a code and says whether the same request can succeed later. */
export function problem(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return json(status, { error: { code, message, retryable: status === 401 || status === 429 || status >= 500 } }, headers);
}

/** Sends what was decided. It returns when the client has the answer or has closed the connection. */
export async function deliver(response: ServerResponse, delivery: Delivery, clock: ApiClock): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const wait = (milliseconds: number) => clock.sleep(milliseconds, gone.signal).catch(() => undefined);
  switch (delivery.kind) {
    case 'silence':
      await wait(SILENCE_MS);
      response.destroy();
      return;
    case 'reset':
      response.destroy();
      return;
    case 'cut': {
      const bytes = head(response, delivery.answer, clock);
      await new Promise<void>((flushed) => response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => flushed()));
      response.destroy();
      return;
    }
    case 'answer': {
      if (delivery.afterMs !== undefined) await wait(delivery.afterMs);
      if (response.destroyed) return;
      response.end(head(response, delivery.answer, clock));
    }
  }
}

/** Writes status and headers, and returns the body. `Date` is that of the API's clock: a client compares `Retry-After` with it. */
function head(response: ServerResponse, { status, headers, body }: Answer, clock: ApiClock): Buffer {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  response.sendDate = false;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    date: httpDate(clock.now()),
    ...headers,
  });
  return bytes;
}
