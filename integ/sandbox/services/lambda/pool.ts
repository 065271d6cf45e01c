import type { Environment, Outcome } from './environment';
import type { RuntimeEvent } from './runtime-api';

/** Lambda has no room for the event: a caller that waits for the answer gets this, as HTTP 429. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequestsException';
  constructor(readonly reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' | 'ConcurrentInvocationLimitExceeded') {
    super('Rate Exceeded.');
  }
}

/** Events under way in the whole account, against its limit. */
export interface AccountConcurrency {
  readonly limit: number;
  inFlight: number;
}

export interface PoolOptions {
  launch(): Promise<Environment>;
  /** Whether an environment may take a further event: its credentials must outlast it. */
  isFresh(environment: Environment): boolean;
  readonly account: AccountConcurrency;
  readonly reserved?: number;
  /** How many processes this machine gives to one function; further events wait for one, as for a slow start. */
  readonly processes: number;
  /** How long an idle environment is kept, in milliseconds of this machine; the last one of the function longer. @default 1 and 5 minutes */
  readonly keep?: { readonly any: number; readonly last: number };
}

/** The execution environments of one function: one event each, reused when free, ended when idle for long. */
export interface Pool {
  /** @throws TooManyRequests, and an error once the pool is closed */
  run(event: Omit<RuntimeEvent, 'deadline'>): Promise<Outcome>;
  /** Ends all of them; returns how many had an event. */
  kill(): number;
  close(): Promise<void>;
}

const KEEP = { any: 60_000, last: 300_000 };

export function createPool({ launch, isFresh, account, reserved, processes, keep = KEEP }: PoolOptions): Pool {
  /** The one that was used last is at the end, and used next. */
  const idle: { readonly environment: Environment; readonly since: number }[] = [];
  const busy = new Set<Environment>();
  const all = new Set<Environment>();
  const queue: (() => void)[] = [];
  const starting = new Set<Promise<Environment>>();
  let closed = false;
  let places = processes;
  let inFlight = 0;

  async function place(): Promise<void> {
    if (places > 0) {
      places -= 1;
      return;
    }
    await new Promise<void>((resolve) => queue.push(resolve));
  }
  function release(): void {
    const next = queue.shift();
    if (next === undefined) {
      places += 1;
    } else {
      next();
    }
  }

  async function environment(): Promise<Environment> {
    for (let free = idle.pop()?.environment; free !== undefined; free = idle.pop()?.environment) {
      if (free.alive && isFresh(free) && (await free.ready())) {
        return free;
      }
      free.kill();
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
      throw new Error('The sandbox is closing: no function is invoked any more');
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
        await place();
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
