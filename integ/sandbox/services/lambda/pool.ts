import type { Environment, Outcome } from './environment';
import type { RuntimeEvent } from './runtime-api';

/** The concurrency limit is reached. A synchronous Invoke returns this error with status 429. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequestsException';
  constructor(readonly reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' | 'ConcurrentInvocationLimitExceeded') {
    super('Rate Exceeded.');
  }
}

/** The concurrent events of the account, and its limit. */
export interface AccountConcurrency {
  readonly limit: number;
  inFlight: number;
}

export interface PoolOptions {
  launch(): Promise<Environment>;
  /** Whether an environment may handle another event: its credentials must be valid until the event ends. */
  isFresh(environment: Environment): boolean;
  readonly account: AccountConcurrency;
  readonly reserved?: number;
  /** The maximum number of processes of the function; further events wait for one, as for a slow cold start. */
  readonly processes: number;
  /**
   * How long idle environments live, in milliseconds of this machine; the last one of the function lives longer. @default 1 and 5 minutes
   */
  readonly keep?: { readonly any: number; readonly last: number };
}

/** The execution environments of one function. Each handles one event at a time, is reused, and ends after a long idle time. */
export interface Pool {
  /** @throws TooManyRequests, or another error once the pool is closed */
  run(event: Omit<RuntimeEvent, 'deadline' | 'clock'>): Promise<Outcome>;
  /** The events that do nothing but wait for a time of the sandbox's clock, or for an environment whose event waits so. */
  readonly waiting: number;
  /** Kills all environments; returns how many had an event. */
  kill(): number;
  close(): Promise<void>;
}

const KEEP = { any: 60_000, last: 300_000 };

export function createPool({ launch, isFresh, account, reserved, processes, keep = KEEP }: PoolOptions): Pool {
  /** Ordered by last use; the last one is used next. */
  const idle: { readonly environment: Environment; readonly since: number }[] = [];
  const busy = new Set<Environment>();
  const all = new Set<Environment>();
  const queue: (() => void)[] = [];
  const starting = new Set<Promise<Environment>>();
  let closed = false;
  let free = processes;
  let inFlight = 0;

  async function acquire(): Promise<void> {
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve) => queue.push(resolve));
  }
  function release(): void {
    const next = queue.shift();
    if (next === undefined) {
      free += 1;
    } else {
      next();
    }
  }

  async function environment(): Promise<Environment> {
    for (let one = idle.pop()?.environment; one !== undefined; one = idle.pop()?.environment) {
      if (one.alive && isFresh(one) && (await one.ready())) {
        return one;
      }
      one.kill();
    }
    throwWhenClosed();
    const start = launch();
    starting.add(start);
    const fresh = await start.finally(() => starting.delete(start));
    all.add(fresh);
    void fresh.ended.then(() => all.delete(fresh));
    if (closed) {
      fresh.kill();
    }
    throwWhenClosed();
    return fresh;
  }

  function giveBack(used: Environment): void {
    if (used.alive) {
      idle.push({ environment: used, since: performance.now() });
    }
    release();
  }

  function throwWhenClosed(): void {
    if (closed) {
      throw new Error('The sandbox is closing and no longer invokes functions');
    }
  }

  const sweeping = setInterval(
    () => {
      const now = performance.now();
      const alive = () => [...all].filter((one) => one.alive).length;
      while (idle[0] !== undefined && now - idle[0].since > (alive() > 1 ? keep.any : keep.last)) {
        idle.shift()?.environment.kill();
      }
    },
    Math.max(50, keep.any / 4),
  ).unref();

  return {
    async run(event) {
      throwWhenClosed();
      if (reserved !== undefined && inFlight >= reserved) {
        throw new TooManyRequests('ReservedFunctionConcurrentInvocationLimitExceeded');
      }
      if (account.inFlight >= account.limit) {
        throw new TooManyRequests('ConcurrentInvocationLimitExceeded');
      }
      inFlight += 1;
      account.inFlight += 1;
      try {
        await acquire();
        let used: Environment | undefined;
        try {
          used = await environment();
          busy.add(used);
          return await used.run(event);
        } finally {
          if (used === undefined) {
            release();
          } else {
            busy.delete(used);
            giveBack(used);
          }
        }
      } finally {
        inFlight -= 1;
        account.inFlight -= 1;
      }
    },
    get waiting() {
      let waiting = 0;
      for (const one of busy) if (one.waiting) waiting += 1;
      return waiting === processes ? waiting + queue.length : waiting;
    },
    kill() {
      const interrupted = busy.size;
      for (const one of all) {
        one.kill();
      }
      return interrupted;
    },
    async close() {
      closed = true;
      clearInterval(sweeping);
      await Promise.allSettled(starting);
      const ends = [...all].map((one) => one.ended);
      for (const one of all) {
        one.kill();
      }
      await Promise.all(ends);
    },
  };
}
