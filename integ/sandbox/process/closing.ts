const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

interface Part {
  close(): Promise<void>;
}

export interface Closing {
  /** Throws, after closing the part, when everything was closed meanwhile. */
  add<T extends Part>(part: T): Promise<T>;
  /** Closes the parts, the last that was added first. Rejects when one cannot be closed, after the others were. */
  close(): Promise<void>;
}

/**
 * Closes what was started, once: when it is asked to, and when the process is told to end, which then ends. Told a second time it ends
 * at once: engines and functions end with it, and the next run removes what they leave.
 */
export function closing(): Closing {
  const parts: Part[] = [];
  let closed: Promise<void> | undefined;
  let told = false;

  const closeAll = async () => {
    const failures: Error[] = [];
    // Engines do not keep the process up, so that it may end without closing: while it does close, it has to stay for them.
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
    if (told) {
      process.exit(128 + SIGNALS[signal]);
    }
    told = true;
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
        throw new Error('The sandbox was told to end while it started');
      }
      parts.push(part);
      return part;
    },
  };
}
