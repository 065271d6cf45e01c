import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** A request and its answer. Times are in milliseconds since the epoch. */
export interface Sent {
  readonly id: string;
  /** 0 if there was no answer. */
  readonly status: number;
  readonly begun: number;
  readonly ended: number;
  /** The version that answered. */
  readonly version?: string;
}

export interface Load {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly perSecond: number;
  /** How long the service takes for each request, in milliseconds: with the rate, how many are in flight. */
  readonly wait: number;
}

/** Requests at a fixed rate from a process of its own, until they are stopped. */
export interface RunningLoad {
  /** The results so far. */
  readonly sent: readonly Sent[];
  /** Stops sending, and waits for all answers. */
  stop(): Promise<readonly Sent[]>;
  close(): void;
}

let started = 0;

export function startLoad(load: Load): RunningLoad {
  const child: ChildProcess = fork(join(__dirname, 'send.mjs'), { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const sent: Sent[] = [];
  const end = new Promise<readonly Sent[]>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the process that sends requests ended before it was stopped')));
    child.on('message', (message: Sent | 'end') => {
      if (message === 'end') resolve(sent);
      else sent.push(message);
    });
  });
  end.catch(() => undefined);
  // Ids differ between loads, because the access log has the requests of all of them.
  started += 1;
  child.send({ ...load, from: started * 1_000_000 });
  return {
    sent,
    stop() {
      child.send('stop');
      return end;
    },
    close: () => void child.kill(),
  };
}
