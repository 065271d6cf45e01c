import { request } from 'node:http';

/** Sends a GET request with exactly these headers, repeated names included; returns status and body. */
export function rawGet(
  origin: string,
  path: string,
  headers: readonly (readonly [name: string, value: string])[],
): Promise<{ readonly status: number; readonly body: string }> {
  const { hostname, port, host, pathname } = new URL(origin);
  return new Promise((resolve, reject) => {
    const call = request(
      { hostname, port, path: `${pathname}${path}`, headers: ['Host', host, ...headers.flat()], agent: false, timeout: 60_000 },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
        reply.on('error', reject);
      },
    );
    call.on('timeout', () => call.destroy(new Error(`no response from ${path} within a minute`)));
    call.on('error', reject);
    call.end();
  });
}
