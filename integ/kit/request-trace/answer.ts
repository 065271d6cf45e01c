import { createServer } from 'node:http';
import { type Listening, listen } from '../../sandbox/process/loopback';
import type { RequestTrace } from './station';

/** A page of a browser can't set it for another origin. */
const HEADER = 'x-request-trace';
const PATH = '/requests/';

/** Answers what a system knows of a request, on a port of this machine. */
export async function answerTraces(trace: (id: string) => Promise<RequestTrace>): Promise<Listening> {
  const server = createServer((request, response) => {
    const reply = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const { method, url = '', headers } = request;
    if (method !== 'GET' || !url.startsWith(PATH) || headers[HEADER] === undefined) {
      reply(404, { message: 'Not found' });
      return;
    }
    Promise.resolve(url.slice(PATH.length))
      .then((id) => trace(decodeURIComponent(id)))
      .then(
        (found) => reply(200, found),
        (error: Error) => reply(500, { message: error.message }),
      );
  });
  const listening = await listen(server);
  // It does not keep the process from ending.
  server.unref();
  return listening;
}

/** Asks a running system; undefined if nobody answers there any more. @throws with its message if it could not look */
export async function askTrace(origin: string, id: string): Promise<RequestTrace | undefined> {
  const url = `${origin}${PATH}${encodeURIComponent(id)}`;
  const reply = await fetch(url, { headers: { [HEADER]: '1' } }).catch(() => undefined);
  if (reply === undefined) return undefined;
  const body = (await reply.json()) as RequestTrace & { message?: string };
  if (reply.status !== 200) throw new Error(body.message ?? `The system answered with the status ${reply.status}`);
  return body;
}
