import { type Answer, type PlannedRequest, startLoadClient } from '../../kit/load/load-client';
import { errorCount } from '../../kit/load/summary';

/** A request and its answer. */
export interface Sent {
  /** Part of its path. */
  readonly id: string;
  readonly request: Request;
  readonly answer: Answer;
  readonly isFailed: boolean;
}

export type Request = Omit<PlannedRequest, 'dueMs'>;

export interface Load {
  readonly origin: string;
  readonly perSecond: number;
  /** The request with an id, which has to be part of its path. */
  request(id: string, number: number): Request;
}

/** Requests at a fixed rate until they are stopped, whatever the answers. */
export interface RunningLoad {
  /** The requests that were answered so far. */
  readonly sent: readonly Sent[];
  /** Stops sending, and waits for all answers. */
  stop(): Promise<readonly Sent[]>;
  close(): void;
}

/** Longer than the longest time that API Gateway waits for an integration. */
const TIMEOUT_MS = 30_000;

let loads = 0;

/** Sends the first requests of a load to each task in turn, before anything is measured: functions start, and caches fill. */
export async function warmUp({ origin, request }: Load, count: number, tasks: number): Promise<void> {
  const client = startLoadClient();
  try {
    for (let turn = 0; turn < count * tasks; turn++) {
      const planned = request(`warm-${++loads}`, Math.floor(turn / tasks));
      await client.send({ origin, requests: [{ dueMs: 0, ...planned }], timeoutMs: TIMEOUT_MS });
    }
  } finally {
    client.close();
  }
}

export function startLoad({ origin, perSecond, request }: Load): RunningLoad {
  const client = startLoadClient();
  const sent: Sent[] = [];
  const name = `load${++loads}`;
  let [running, number] = [true, 0];

  /** One second after the other, each sent when it begins, so that the load can be stopped. */
  async function run(): Promise<void> {
    const began = performance.now();
    const seconds: Promise<unknown>[] = [];
    while (running) {
      const planned = Array.from({ length: perSecond }, (_, at) => {
        const id = `${name}-${number++}`;
        return { id, request: { dueMs: (at / perSecond) * 1000, ...request(id, number) } };
      });
      const received = (answer: Answer) => {
        const one = planned[answer.index];
        sent.push({ ...one, answer, isFailed: errorCount([answer]) > 0 });
      };
      const second = client.send({ origin, requests: planned.map((one) => one.request), timeoutMs: TIMEOUT_MS }, received);
      // Awaited at the end: a load that is closed before rejects.
      second.catch(() => undefined);
      seconds.push(second);
      await new Promise((resolve) => setTimeout(resolve, began + seconds.length * 1000 - performance.now()));
    }
    await Promise.all(seconds);
  }
  const ended = run();
  ended.catch(() => undefined);
  return {
    sent,
    async stop() {
      running = false;
      await ended;
      return sent;
    },
    close() {
      running = false;
      client.close();
    },
  };
}
