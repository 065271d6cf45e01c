import type { Json, JsonObject } from '../../../contracts';

/**
 * Where an execution is, in JSON: an execution continues from here when it is redriven, and after the sandbox was killed. What has succeeded
 * does not run again.
 */
export interface Progress {
  /** The current or the next state with its input; undefined before the first one. */
  state?: string;
  input?: Json;
  /** Set while the state is the current one. */
  entered?: true;
  variables: JsonObject;
  /** The branches or items of the current state. */
  branches?: (Progress | undefined)[];
  /** Set when all states have run. */
  done?: { readonly output: Json };
  /** The id of the last event of these states, which the next one follows. */
  last?: number;
  /** Of an item: its last event. */
  iteration?: 'STARTED' | 'SUCCEEDED';
  /** The map run of the current state. */
  mapRunArn?: string;
  /** How often each retrier of the current state was used. */
  retries?: readonly number[];
  /** When the wait of the current state, or the wait before its next attempt, ends: milliseconds by the clock. */
  until?: number;
  /** The call of the current Task state. Without an answer and a failure, the call has begun, and its answer is not recorded. */
  call?: { readonly answer?: { readonly result: Json }; readonly failure?: { readonly error: string; readonly cause: string } };
}

/** Changed members of a progress; undefined for those that are removed. */
export type Moved = { readonly [Name in keyof Progress]?: Progress[Name] | undefined };

/** What is not known any more when a state is entered or left. */
export const ANOTHER_STATE: Moved = {
  ...{ entered: undefined, branches: undefined, mapRunArn: undefined, retries: undefined, until: undefined, call: undefined },
};

export const newProgress = (): Progress => ({ variables: {} });

export function branchOf(branches: (Progress | undefined)[], index: number): Progress {
  const progress = branches[index] ?? newProgress();
  branches[index] = progress;
  return progress;
}

/** The progress of a branch of a branch. */
export function progressAt(root: Progress, branch: readonly number[]): Progress {
  return branch.reduce((progress, index) => {
    progress.branches ??= [];
    return branchOf(progress.branches, index);
  }, root);
}

/** Documented: "Restarting state machine executions with redrive": retries are counted from 0 again. */
export function withoutAttempts(progress: Progress): Progress {
  const { retries: _, until: _until, call: _call, last: _last, branches, ...rest } = progress;
  return branches === undefined ? rest : { ...rest, branches: branches.map((branch) => branch && withoutAttempts(branch)) };
}
