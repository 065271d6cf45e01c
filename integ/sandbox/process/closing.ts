const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

interface Part {
  close(): Promise<void>;
}

export interface Closing {
  /** Adds a part. If everything is closed already, it closes the part and throws. */
  add<T extends Part>(part: T): Promise<T>;
  /** Closes the parts in reverse order. If one cannot be closed, it closes the others and then rejects. */
  close(): Promise<void>;
}

/**
 * Closes what was started, once: when `close` is called, or when the process gets a signal to end. A second signal ends the process at
 * once. Engines and functions end with it, and the next run removes their leftovers.
 */
export function closing(): Closing {
  const parts: Part[] = [];
  let closed: Promise<void> | undefined;
  let signaled = false;

  const closeAll = async () => {
    const failures: Error[] = [];
    // Engines do not keep the process alive, so that it can end without closing. While it closes, it must stay alive.
    const awake = setInterval(() => {}, 60_000);
    for (const part of parts.splice(0).reverse()) {
      await part.close().catch((error: Error) => failures.push(error));
    }
    clearInterval(awake);
    for (const signal of Object.keys(SIGNALS)) {
      process.off(signal, end);
    }
    if (failures.length > 0) {
      throw new AggregateError(failures, `Not everything could be closed: ${failures.map(({ message }) => message).join('; ')}`);
    }
  };
  const close = () => {
    closed ??= closeAll();
    return closed;
  };
  const end = (signal: keyof typeof SIGNALS) => {
    if (signaled) {
      process.exit(128 + SIGNALS[signal]);
    }
    signaled = true;
    const status = process.exitCode ?? 128 + SIGNALS[signal];
    close().then(
      () => process.exit(status),
      (error: Error) => {
        console.error(error.message);
        process.exit(1);
      },
    );
  };
  for (const signal of Object.keys(SIGNALS)) {
    process.on(signal, end);
  }

  return {
    close,
    async add(part) {
      if (closed !== undefined) {
        await part.close();
        throw new Error('The sandbox got a signal to end while it was starting');
      }
      parts.push(part);
      return part;
    },
  };
}
