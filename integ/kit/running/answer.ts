import { createServer } from 'node:http';
import { type Listening, listen } from '../../sandbox/process/loopback';
import { findRunning } from './announcement';

/** What a running system can be asked by another process, such as `{ requests: (id) => … }`. */
export type Answers = Readonly<Record<string, (argument: string) => Promise<object>>>;

/** A page of a browser can't set it for another origin. */
const HEADER = 'x-question';

/** Answers questions on a port of this machine: `GET /requests/<id>`. */
export async function answerQuestions(answers: Answers): Promise<Listening> {
  const server = createServer((request, response) => {
    const reply = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const { method, url = '', headers } = request;
    const [, name = '', argument = ''] = url.split('/');
    const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
    if (method !== 'GET' || answer === undefined || headers[HEADER] === undefined) {
      reply(404, { message: 'Not found' });
      return;
    }
    Promise.resolve(argument)
      .then((text) => answer(decodeURIComponent(text)))
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

/** Asks all systems that run. Those that do not know the question are left out. @throws with the message of one that could not answer */
export async function askRunning<Answer extends object>(
  name: string,
  argument: string,
  folder?: string,
): Promise<{ readonly system: string; readonly answer: Answer }[]> {
  const asked = findRunning(folder).map(async ({ system, origin }) => ({ system, answer: await ask<Answer>(origin, name, argument) }));
  return (await Promise.all(asked)).flatMap(({ system, answer }) => (answer === undefined ? [] : [{ system, answer }]));
}

/** Asks a running system; undefined if nobody answers there any more, or not this question. @throws with its message if it could not answer */
async function ask<Answer extends object>(origin: string, name: string, argument: string): Promise<Answer | undefined> {
  const url = `${origin}/${name}/${encodeURIComponent(argument)}`;
  const reply = await fetch(url, { headers: { [HEADER]: '1' } }).catch(() => undefined);
  if (reply === undefined) return undefined;
  const body = (await reply.json()) as Answer & { message?: string };
  if (reply.status === 404) return undefined;
  if (reply.status !== 200) throw new Error(body.message ?? `The system answered with the status ${reply.status}`);
  return body;
}
