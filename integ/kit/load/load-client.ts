import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** A request of a load. */
export interface PlannedRequest {
  /** When it is to be sent, in milliseconds from the start of the load. */
  readonly dueMs: number;
  readonly method: string;
  /** The path after the origin. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** @default - no body */
  readonly body?: string;
  /** A text that the response must contain. @default - any body */
  readonly expected?: string;
  /** A regular expression whose first group, found in the response, becomes part of the answer. @default - nothing of the response is kept */
  readonly capture?: string;
}

/** An open-loop load: requests are sent when they are due, whether or not earlier ones have been answered. */
export interface Load {
  /** The beginning of every URL: `http://127.0.0.1:8000/prod`. */
  readonly origin: string;
  /** In the order in which they are due. */
  readonly requests: readonly PlannedRequest[];
  /** How long a request may take from when it is sent. @default 10000 */
  readonly timeoutMs?: number;
}

/** The end of one request. */
export interface Answer {
  /** The position of the request in the load. */
  readonly index: number;
  /** 0 if there was no response. */
  readonly status: number;
  /** Measured from the time at which the request was due, not from when it was sent. */
  readonly milliseconds: number;
  /** How much later than due the generator sent it. */
  readonly lateMs: number;
  /** Why it counts as failed, whatever its status: `timeout`, `ECONNRESET`, `unexpected body`, … */
  readonly error?: string;
  readonly retryAfter?: string;
  /** What `capture` found. */
  readonly captured?: string;
}

/** A load generator in a separate process, so that the load of this process does not delay it. */
export interface LoadClient {
  /**
   * Several loads may run at once.
   *
   * @param onAnswer called with each answer, a fraction of a second later
   */
  send(load: Load, onAnswer?: (answer: Answer) => void): Promise<Answer[]>;
  /** Ends the load early: no further request is sent, and `send` resolves when those under way are answered. */
  stop(): void;
  close(): void;
}

const TIMEOUT_MS = 10_000;

export function startLoadClient(): LoadClient {
  const child = start('generator.mjs').setMaxListeners(0);
  let loads = 0;
  return {
    send: ({ origin, requests, timeoutMs = TIMEOUT_MS }, onAnswer = () => undefined) =>
      new Promise((resolve, reject) => {
        const all: Answer[] = [];
        const load = loads++;
        const ended = () => reject(new Error('the load generator process ended early'));
        const received = (message: { readonly load: number; readonly answers: readonly Answer[]; readonly done: boolean }) => {
          if (message.load !== load) return;
          all.push(...message.answers);
          message.answers.forEach(onAnswer);
          if (!message.done) return;
          child.off('exit', ended).off('message', received);
          resolve(all.sort((a, b) => a.index - b.index));
        };
        child.once('exit', ended).on('message', received);
        child.send({ load, origin, requests, timeoutMs });
      }),
    stop: () => void child.send({ stop: true }),
    close: () => void child.kill(),
  };
}

/** A server that answers at once, in a separate process: what a load costs without a system under test. */
export async function startBareServer(): Promise<{ readonly origin: string; close(): void }> {
  const child = start('bare-server.mjs');
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(message as number)).once('exit', () => reject(new Error('the bare server ended early')));
  });
  return { origin: `http://127.0.0.1:${port}`, close: () => void child.kill() };
}

function start(module: string): ChildProcess {
  return fork(join(__dirname, module), { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}
