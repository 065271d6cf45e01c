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
}

/** The execution environments of one function: one event each, reused when free. */
export interface Pool {
  /** @throws TooManyRequests */
  run(event: Omit<RuntimeEvent, 'deadline'>): Promise<Outcome>;
  /** Ends all of them; returns how many had an event. */
  kill(): number;
  close(): Promise<void>;
}

export function createPool({ launch, isFresh, account, reserved, processes }: PoolOptions): Pool {
  const idle: Environment[] = [];
  const busy = new Set<Environment>();
  const all = new Set<Environment>();
  const queue: (() => void)[] = [];
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
    for (let free = idle.pop(); free !== undefined; free = idle.pop()) {
      if (free.alive && isFresh(free) && (await free.ready())) {
        return free;
      }
      free.kill();
    }
    const fresh = await launch();
    all.add(fresh);
    void fresh.ended.then(() => all.delete(fresh));
    return fresh;
  }

  function giveBack(used: Environment): void {
    if (used.alive) {
      idle.push(used);
    }
    release();
  }

  return {
    async run(event) {
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
      const ends = [...all].map((one) => one.ended);
      for (const one of all) {
        one.kill();
      }
      await Promise.all(ends);
    },
  };
}
