import { createServer } from 'node:http';
import { listen } from '../../sandbox/process/loopback';

/** A service behind the API that returns the tenant headers of each request, repeated ones included. */
export interface Service {
  readonly url: string;
  close(): Promise<void>;
}

export async function startService(): Promise<Service> {
  const server = createServer((request, response) => {
    const named = request.rawHeaders.filter((_, position) => position % 2 === 1 && /^x-tenant-id$/i.test(request.rawHeaders[position - 1]));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ tenantId: named.join(' and ') }));
  });
  const { origin, close } = await listen(server);
  return {
    url: origin,
    close,
  };
}
