import { createServer } from 'node:http';
import { listen } from '../../sandbox/process/loopback';

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
  const { origin, close } = await listen(server);
  return {
    url: origin,
    close,
  };
}
