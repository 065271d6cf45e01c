import { createServer, request as forward } from 'node:http';
import { type GovernmentApi, idempotencyKey, laterClock, STABLE, startGovernmentApi } from '../../../government-api';
import type { Clock } from '../../../sandbox';
import { listen } from '../../../sandbox/process/loopback';

/** What the government's API does with reports: it answers, has no connection, or rejects each of them. */
export type GovernmentMode = 'answers' | 'is down' | 'rejects reports';

/** The government's API, behind something that an operator of it would switch. */
export interface GovernmentFront {
  readonly api: GovernmentApi;
  readonly origin: string;
  be(mode: GovernmentMode): void;
  follow(clock: Clock): void;
  close(): Promise<void>;
}

const REJECTED = JSON.stringify({ error: { code: 'UNKNOWN_SCHOOL', message: 'the school is not registered', retryable: false } });

export async function startGovernmentFront(): Promise<GovernmentFront> {
  const { clock, follow } = laterClock();
  const api = await startGovernmentApi({ seed: 1, behaviour: STABLE, duplicates: idempotencyKey(), clock });
  let mode: GovernmentMode = 'answers';
  const server = createServer((request, response) => {
    if (mode === 'is down') {
      request.socket.destroy();
      return;
    }
    if (mode === 'rejects reports' && request.url?.startsWith('/reports')) {
      request.resume();
      response.writeHead(422, { 'content-type': 'application/json' }).end(REJECTED);
      return;
    }
    const { method, url, headers } = request;
    const onwards = forward(`${api.origin}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    request.pipe(onwards);
  });
  const { origin, close } = await listen(server);
  return {
    ...{ api, origin, follow },
    be(next) {
      mode = next;
    },
    async close() {
      await close();
      await api.close();
    },
  };
}
