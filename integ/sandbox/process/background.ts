/** Work in the background of a service. */
export interface Background {
  /** Aborts when the sandbox is closed. */
  readonly signal: AbortSignal;
  /** Keeps work until it has ended. An error is reported, unless the sandbox is closed. */
  keep(work: Promise<void>): void;
  /** Ends waits; work in progress ends first. */
  close(): Promise<void>;
}

export function createBackground(report: (message: string) => void): Background {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();
  return {
    signal,
    keep(work) {
      const kept = work
        .catch((error: unknown) => {
          if (!signal.aborted) report((error as Error).message);
        })
        .finally(() => running.delete(kept));
      running.add(kept);
    },
    async close() {
      stopping.abort(new Error('the sandbox is closed'));
      await Promise.all(running);
    },
  };
}
