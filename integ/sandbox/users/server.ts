import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pool } from './pools';

/** What a pool's domain and its issuer serve. */
const PATHS =
  /^\/(?:oauth2\/(?:authorize|token|revoke|userInfo)|login|logout|[\w-]+_\w+\/\.well-known\/(?:jwks\.json|openid-configuration))(?:\?|$)/;

export interface UsersServer {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Serves sign-in pages, token endpoints and keys of all pools on one port: a request names its client or its pool. Calls of the SDK that come to the
 * same host name go to the door.
 */
export async function serveUsers(pools: readonly Pool[], engineUrl: string, doorUrl: string): Promise<UsersServer> {
  const server = createServer((incoming, outgoing) => {
    answer(pools, engineUrl, doorUrl, incoming, outgoing).catch((error: Error) => plain(outgoing, 502, error.message));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  pools: readonly Pool[],
  engineUrl: string,
  doorUrl: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  if (incoming.headers['x-amz-target'] !== undefined) return pass(doorUrl, incoming, body, outgoing);
  const path = incoming.url ?? '/';
  if (!PATHS.test(path)) return plain(outgoing, 404, 'Not found');
  if (path.startsWith('/login') && incoming.method === 'POST' && !isCallback(pools, new URLSearchParams(body.toString()))) {
    return plain(outgoing, 400, 'redirect_mismatch');
  }
  return pass(engineUrl, incoming, body, outgoing);
}

/** The form repeats what was checked when it was asked for, and anybody can post another one: the engine does not look again. */
function isCallback(pools: readonly Pool[], form: URLSearchParams): boolean {
  const [clientId, redirectUri] = [form.get('client_id'), form.get('redirect_uri')];
  if (clientId === null) return true;
  const client = pools.flatMap(({ clients }) => clients).find(({ id }) => id === clientId);
  return ((client?.properties.CallbackURLs ?? []) as string[]).includes(redirectUri ?? '');
}

function pass(origin: string, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): Promise<void> {
  const { hostname, port } = new URL(origin);
  const { 'transfer-encoding': _, connection: __, ...headers } = incoming.headers;
  return new Promise((resolve, reject) => {
    const onward = request(
      { hostname, port, method: incoming.method, path: incoming.url, headers: { ...headers, 'content-length': body.length } },
      (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
        reply.pipe(outgoing);
        reply.on('end', resolve);
        reply.on('error', reject);
      },
    );
    onward.on('error', reject);
    onward.end(body);
  });
}

function plain(outgoing: ServerResponse, status: number, text: string): void {
  if (!outgoing.headersSent) outgoing.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  outgoing.end(text);
}
