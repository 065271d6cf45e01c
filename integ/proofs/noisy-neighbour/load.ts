import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export interface Sender {
  readonly school: string;
  readonly token: string;
}

export interface Load {
  readonly url: string;
  readonly senders: readonly Sender[];
  readonly perSecond: number;
  readonly seconds: number;
  /** The prefix of the idempotency keys, unique for each load. */
  readonly name: string;
}

export interface Sent {
  readonly school: string;
  /** 0 if there was no answer. */
  readonly status: number;
  /** Measured from the time at which the request was due. */
  readonly milliseconds: number;
  readonly retryAfter?: string;
}

/** A client in a separate process, so that the load of the sandbox does not delay it. */
export interface LoadClient {
  send(load: Load): Promise<Sent[]>;
  close(): void;
}

export function startLoadClient(): LoadClient {
  const child: ChildProcess = fork(join(__dirname, 'send.mjs'), { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return {
    send: (load) =>
      new Promise((resolve, reject) => {
        const ended = () => reject(new Error('the load generator process ended early'));
        child.once('exit', ended);
        child.once('message', (sent: Sent[]) => {
          child.off('exit', ended);
          resolve(sent);
        });
        child.send(load);
      }),
    close: () => void child.kill(),
  };
}
