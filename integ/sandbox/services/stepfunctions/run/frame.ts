import type { Json } from '../../../contracts';
import type { Frame } from '../model';
import { Ended } from './ended';
import { TIMEOUT } from './failure';
import type { Moved, Progress } from './progress';

export interface FrameOptions extends Pick<Frame, 'run' | 'progress' | 'branch' | 'signal' | 'context' | 'outer'> {
  readonly previousEventId: number;
}

export function createFrame({ previousEventId, ...options }: FrameOptions): Frame {
  const { run, signal } = options;
  let last = options.progress.last ?? previousEventId;
  return {
    ...options,
    now: run.now,
    async sleep(milliseconds) {
      const left = run.deadline - run.now();
      await run.sleep(Math.max(0, Math.min(milliseconds, left)), signal);
      if (milliseconds > left) throw timedOut();
    },
    event(type, details, moved) {
      last = run.history.add(type, last, details, { branch: options.branch, moved });
      move(options.progress, { ...moved, last });
    },
    moved(moved) {
      run.history.moved({ branch: options.branch, moved });
      move(options.progress, moved);
    },
    async reached(phase, state, details) {
      const listener = run.listener();
      if (listener === undefined) return;
      const { stateMachineArn, executionArn, child } = run;
      const transition = { phase, state, stateMachineArn, executionArn, child, branch: options.branch, at: run.now(), ...details };
      await abortable(listener(transition), signal);
    },
    fork(index, progress, inner, item) {
      const outer = { ...options.outer, ...options.progress.variables };
      const context = item === undefined ? options.context : { ...options.context, Map: { Item: item } };
      const branch = [...options.branch, index];
      return createFrame({ run, progress, branch, signal: inner, context, outer, previousEventId: last });
    },
  };
}

/** Changes where states are. */
export function move(progress: Progress, moved: Moved = {}): void {
  Object.assign(progress, moved);
}

export function timedOut(): Ended {
  return new Ended('TIMED_OUT', TIMEOUT, 'The execution took longer than TimeoutSeconds');
}

/** Rejects with the reason of the signal as soon as it is aborted. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The size of a value as JSON, in bytes. */
export function sizeOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}
