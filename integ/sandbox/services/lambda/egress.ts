import { createServer, type ServerResponse } from 'node:http';
import { forward } from '../../process/forward';
import { listen } from '../../process/loopback';

/**
 * A proxy for requests of functions to AWS host names and to mapped hosts, which runtime/network.cjs sends here. It forwards them by their
 * Host header (or x-sandbox-host, because fetch does not allow setting Host): to the origin registered for that name, or else to the
 * endpoint.
 */
export interface Egress {
  readonly url: string;
  /** The names that `forward` knows. */
  hosts(): readonly string[];
  /** Forwards requests for a host to an origin, `http://127.0.0.1:port`. */
  forward(host: string, origin: string): void;
  close(): Promise<void>;
}

export async function openEgress(endpointUrl: string): Promise<Egress> {
  const origins = new Map<string, string>();
  const server = createServer((incoming, outgoing) => {
    const name = String(incoming.headers['x-sandbox-host'] ?? incoming.headers.host ?? '');
    const host = name.split(':')[0] ?? '';
    const origin = origins.get(host) ?? (/\.execute-api\.|\.amazoncognito\.com$/.test(host) ? undefined : endpointUrl);
    if (origin === undefined) {
      fail(outgoing, `No API and no user pool of this assembly has the host ${host}`);
      return;
    }
    const { 'x-sandbox-host': _, ...headers } = incoming.headers;
    const sent = { path: incoming.url, headers: { ...headers, host: name } };
    forward(incoming, outgoing, new URL(origin), sent).catch((error: Error) => fail(outgoing, error.message));
  });
  const { origin, close } = await listen(server);
  return {
    url: origin,
    hosts: () => [...origins.keys()],
    forward: (host, origin) => void origins.set(host, origin),
    close,
  };
}

function fail(outgoing: ServerResponse, message: string): void {
  if (!outgoing.headersSent) {
    outgoing.writeHead(502, { 'Content-Type': 'application/json' });
  }
  outgoing.end(JSON.stringify({ message }));
}
