import type { Json, JsonObject } from '../../../contracts';

/**
 * Where an execution is, in JSON: an execution that is redriven continues from here. What has succeeded does not run again.
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
  /** The map run of the current state. */
  mapRunArn?: string;
}

export const newProgress = (): Progress => ({ variables: {} });

export function branchesOf(progress: Progress): (Progress | undefined)[] {
  progress.branches ??= [];
  return progress.branches;
}

export function branchOf(branches: (Progress | undefined)[], index: number): Progress {
  const progress = branches[index] ?? newProgress();
  branches[index] = progress;
  return progress;
}
