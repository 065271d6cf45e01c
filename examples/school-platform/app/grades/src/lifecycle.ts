import { setTimeout } from 'node:timers/promises';

/** Whether the process should get requests, and whether it is about to end. */
export interface Lifecycle {
  readonly isReady: boolean;
  readonly isStopping: boolean;
  /** Everything that a first request needs is there. */
  ready(): void;
  /**
   * Ends the server without losing a request: for a while it goes on accepting connections, whose clients don't know yet, then accepts none,
   * and resolves when the last answer is sent.
   */
  stop(server: { close(): PromiseLike<unknown> }): Promise<void>;
}

/** How long requests are still accepted after SIGTERM: those that were sent before the load balancer knew. */
const GRACE_MS = 2_000;

/** How long to wait before what a first request needs is tried again. */
const RETRY_MS = 500;

export interface Preparation {
  prepare(): Promise<unknown>;
  onFailure(error: Error): void;
  /** @default 500 */
  readonly retryMs?: number;
}

/**
 * Prepares what a first request needs, until it succeeds or the process is about to end.
 *
 * @returns whether the process is ready
 */
export async function becomeReady(lifecycle: Lifecycle, { prepare, onFailure, retryMs = RETRY_MS }: Preparation): Promise<boolean> {
  while (!lifecycle.isReady && !lifecycle.isStopping) {
    try {
      await prepare();
      lifecycle.ready();
    } catch (error) {
      onFailure(error as Error);
      await setTimeout(retryMs);
    }
  }
  return lifecycle.isReady;
}

export function createLifecycle(graceMs = GRACE_MS): Lifecycle {
  let [isReady, isStopping] = [false, false];
  return {
    get isReady() {
      return isReady && !isStopping;
    },
    get isStopping() {
      return isStopping;
    },
    ready: () => {
      isReady = true;
    },
    async stop(server) {
      isStopping = true;
      await setTimeout(graceMs);
      await server.close();
    },
  };
}
