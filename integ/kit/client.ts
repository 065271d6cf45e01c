import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface ClientResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Client {
  post(url: string, headers: Record<string, string>, body: string | Buffer): Promise<ClientResponse>;
  close(): void;
}

/** An HTTP/1.1 client with keep-alive connections, one per concurrent request. */
export function createClient(connections: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    post: (url, headers, body) =>
      new Promise((resolve, reject) => {
        const call = request(
          url,
          { method: 'POST', agent, headers: { 'content-length': Buffer.byteLength(body), ...headers } },
          (reply) => {
            const chunks: Buffer[] = [];
            reply.on('data', (chunk: Buffer) => chunks.push(chunk));
            reply.on('end', () =>
              resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks).toString('utf8') }),
            );
            reply.on('error', reject);
          },
        );
        call.on('error', reject);
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
}
