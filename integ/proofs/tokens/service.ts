import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service behind the API that answers whose request it took a request for: by the headers that it gets, each as often as it came. */
export interface Service {
  readonly url: string;
  close(): Promise<void>;
}

export async function startService(): Promise<Service> {
  const server = createServer((request, response) => {
    const named = request.rawHeaders.filter((_, position) => position % 2 === 1 && /^x-tenant-id$/i.test(request.rawHeaders[position - 1]));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ tenantId: named.join(' and ') }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
