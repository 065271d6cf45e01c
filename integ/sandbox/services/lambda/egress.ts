import { createServer, type IncomingMessage, request as plainRequest, type ServerResponse } from 'node:http';
import { request as secureRequest } from 'node:https';
import { listen } from '../../process/loopback';

/**
 * Where the requests of functions to host names of AWS arrive (runtime/network.cjs sends them). They go on by their Host header
 * (fetch lets nobody set it, so that it comes as x-sandbox-host): to what was published under that name, else to the endpoint.
 */
export interface Egress {
  readonly url: string;
  /** Sends requests for a host on to an origin, `http://127.0.0.1:port`. */
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
    pass(incoming, outgoing, new URL(origin), name);
  });
  const { origin, close } = await listen(server);
  return {
    url: origin,
    forward: (host, origin) => void origins.set(host, origin),
    close,
  };
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, origin: URL, host: string): void {
  const { 'x-sandbox-host': _, ...headers } = incoming.headers;
  const request = origin.protocol === 'https:' ? secureRequest : plainRequest;
  const onward = request(
    { hostname: origin.hostname, port: origin.port, method: incoming.method, path: incoming.url, headers: { ...headers, host } },
    (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.rawHeaders);
      response.pipe(outgoing);
    },
  );
  onward.on('error', (error) => fail(outgoing, error.message));
  incoming.pipe(onward);
}

function fail(outgoing: ServerResponse, message: string): void {
  if (!outgoing.headersSent) {
    outgoing.writeHead(502, { 'Content-Type': 'application/json' });
  }
  outgoing.end(JSON.stringify({ message }));
}
