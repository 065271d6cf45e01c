import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HttpPair, pairs } from '../../protocol/http';
import { returnedHeaders } from './forwarded-headers';
import { type RegisteredTarget, requestTo } from './target';

/** Documented: "HTTP 504: Gateway timeout": the load balancer waits 10 seconds for a connection to a target. */
const CONNECT_TIMEOUT_MS = 10_000;

export interface ProxyOptions {
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly headers: readonly HttpPair[];
  /** The part of the body that was read already. */
  readonly head: readonly Buffer[];
  /** Milliseconds without data in either direction. */
  readonly idleTimeout: number;
  /** Headers that the listener adds to the response. */
  readonly responseHeaders: readonly HttpPair[];
}

/** What became of a request: the target answered, or the load balancer must answer with a status of its own. */
export type Outcome =
  | { readonly kind: 'answered'; readonly status: number; readonly firstByteAt: number }
  | { readonly kind: 'failed'; readonly status: 502 | 504; readonly reason: string }
  /** Documented: "HTTP 460": the client closed the connection before an answer. */
  | { readonly kind: 'client gone' };

/** Sends a request on to a target, and its response back, as they come: neither is kept as a whole. */
export function proxy(incoming: IncomingMessage, outgoing: ServerResponse, one: RegisteredTarget, options: ProxyOptions): Promise<Outcome> {
  const { protocol, headers, head, idleTimeout, responseHeaders } = options;
  one.inFlight += 1;
  return new Promise<Outcome>((resolve) => {
    const sent = requestTo(protocol, one.target, {
      ...{ agent: one.agent, method: incoming.method, path: incoming.url, headers: framed(incoming, headers).flat() },
      setHost: false,
    });
    let answered: Outcome | undefined;
    const end = (outcome: Outcome): void => {
      clearTimeout(connecting);
      outgoing.off('close', gone);
      resolve(outcome);
    };
    const fail = (status: 502 | 504, reason: string): void => {
      sent.destroy();
      // After the first byte nothing else can be said: the client sees an incomplete response.
      if (answered) outgoing.destroy();
      end(answered ?? { kind: 'failed', status, reason });
    };
    const gone = (): void => {
      if (outgoing.writableFinished) return;
      sent.destroy();
      end(answered ?? { kind: 'client gone' });
    };
    const connecting = setTimeout(() => fail(504, 'The connection was not established in time'), CONNECT_TIMEOUT_MS);
    outgoing.on('close', gone);
    sent.on('socket', (socket) => {
      const connected = (): void => clearTimeout(connecting);
      if (socket.connecting) socket.once('connect', connected);
      else connected();
    });
    sent.setTimeout(idleTimeout, () => fail(504, 'The target did not respond before the idle timeout'));
    sent.on('error', (error) => fail(502, error.message));
    sent.on('response', (reply) => {
      const status = reply.statusCode ?? 502;
      answered = { kind: 'answered', status, firstByteAt: performance.now() };
      outgoing.writeHead(status, reply.statusMessage, returnedHeaders(pairs(reply.rawHeaders), responseHeaders).flat());
      reply.on('error', () => fail(502, 'The target closed the connection within its response'));
      outgoing.on('finish', () => answered && end(answered));
      reply.pipe(outgoing);
    });
    for (const chunk of head) sent.write(chunk);
    incoming.on('error', () => sent.destroy());
    incoming.pipe(sent);
  }).finally(() => {
    one.inFlight -= 1;
    one.ended();
  });
}

/** A body of unknown length stays one: without a length, a request with a body is chunked. */
function framed(incoming: IncomingMessage, headers: readonly HttpPair[]): HttpPair[] {
  const chunked: HttpPair[] = incoming.headers['transfer-encoding'] === undefined ? [] : [['Transfer-Encoding', 'chunked']];
  return [...headers, ...chunked];
}
