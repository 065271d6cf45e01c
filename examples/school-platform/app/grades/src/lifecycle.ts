/** Whether the process should get requests, and whether it is about to end. */
export interface Lifecycle {
  readonly isReady: boolean;
  readonly isStopping: boolean;
  /** Everything that a first request needs is there. */
  ready(): void;
  stop(): void;
}

export function createLifecycle(): Lifecycle {
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
    stop: () => {
      isStopping = true;
    },
  };
}
