import { createServer, type IncomingMessage } from 'node:http';
import { listen } from '../sandbox/process/loopback';
import type { Port } from '../sandbox/process/ports';
import { type Behaviour, UNSTABLE } from './behaviour';
import type { ApiClock, Maintenance } from './clock';
import { deliver } from './delivery';
import type { Duplicates } from './duplicates';
import { type ApiRecord, recordOf } from './record';
import { Requests } from './requests';
import type { ClientCredentials } from './tokens';

export interface GovernmentApiOptions {
  /** Decides every fault. The same seed and the same requests give the same faults. */
  readonly seed: number;
  readonly duplicates: Duplicates;
  /** The clock of dates, delays and maintenance windows. */
  readonly clock: ApiClock;
  /** @default UNSTABLE */
  readonly behaviour?: Behaviour;
  /** @default - none */
  readonly maintenance?: readonly Maintenance[];
  /** @default - a client for tests */
  readonly client?: ClientCredentials;
  /** @default - a free port */
  readonly port?: Port;
}

/** A government API that runs on this machine. */
export interface GovernmentApi {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  readonly client: ClientCredentials;
  /** Requests that have arrived, and are not answered yet. */
  readonly open: number;
  /** What arrived and what was accepted until now. */
  record(): ApiRecord;
  close(): Promise<void>;
}

const TEST_CLIENT: ClientCredentials = { clientId: 'ministry-client', clientSecret: 'ministry-secret' };

/** The longest body that is read. */
const LONGEST_BODY_BYTES = 1_048_576;

export async function startGovernmentApi(options: GovernmentApiOptions): Promise<GovernmentApi> {
  const { behaviour = UNSTABLE, maintenance = [], client = TEST_CLIENT, clock, port } = options;
  const requests = new Requests({ ...options, behaviour, maintenance, client });
  const record = () => recordOf(requests.arrivals, requests.acceptances);
  let open = 0;
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/record') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(record()));
      return;
    }
    bodyOf(request).then(
      async (body) => {
        open += 1;
        const delivery = requests.decide({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
        await deliver(response, delivery, clock).finally(() => {
          open -= 1;
        });
      },
      () => response.destroy(),
    );
  });
  const { origin, close } = await listen(server, port);
  return {
    ...{ origin, client, record, close },
    get open() {
      return open;
    },
  };
}

/** @throws when the client closes the connection, or the body is too long */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY_BYTES) throw new Error('the body is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
