import type { JsonObject } from './json';

/** A state of a state machine. Names are unique within a state machine, also those of branches and of Map states. */
export interface StateDescription {
  readonly name: string;
  readonly type: 'Task' | 'Pass' | 'Wait' | 'Choice' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';
  /** The Parallel or Map state that it is part of. */
  readonly within?: string;
}

/**
 * - `ENTERED`: before a state does anything;
 * - `ANSWERED`: what a Task state called has answered or failed, and the execution has not recorded it;
 * - `RETRIES`: an attempt failed, before the wait for the next one;
 * - `EXITED`: after a state, before the next one;
 * - `FAILED`: after a state whose error nothing caught. Each state that was entered is exited or fails, unless it is stopped.
 */
export type TransitionPhase = 'ENTERED' | 'ANSWERED' | 'RETRIES' | 'EXITED' | 'FAILED';

/** What an execution of a state machine does at a moment. */
export interface Transition {
  readonly phase: TransitionPhase;
  readonly state: string;
  readonly stateMachineArn: string;
  /** Of the child execution, for states of a Distributed Map. */
  readonly executionArn: string;
  /** The number of the child execution in its map run, from 0. */
  readonly child?: number;
  /** The branches of Parallel states and the items of Map states that lead to the state, from 0, the outermost first. */
  readonly branch: readonly number[];
  /** Milliseconds by the clock. */
  readonly at: number;
  /** Of `FAILED` and `RETRIES`. */
  readonly error?: string;
  /** The chosen wait of `RETRIES`. */
  readonly retry?: RetryWait;
}

/** The wait before an attempt of a state. */
export interface RetryWait {
  /** The number of the retry, from 1. */
  readonly retry: number;
  readonly delaySeconds: number;
  /** The wait before jitter; `delaySeconds` is equal to it with the strategy NONE, and from 0 up to it with FULL. */
  readonly delayBeforeJitterSeconds: number;
}

/** What the executions of a state machine have done in a state, those of its map runs included. */
export interface StateCounts {
  readonly entered: number;
  readonly exited: number;
  /** Calls of a Task state, those of retries included. */
  readonly calls: number;
  /** Calls that failed, timed out, or had no answer. */
  readonly failedCalls: number;
  /** How many executions, branches and items are in it now. */
  readonly inside: number;
}

/** The state machines of the assembly, by ARN. */
export interface StateMachines {
  /** The definition, with resolved references. */
  definition(stateMachineArn: string): JsonObject;
  /** Figures of each state that was entered, from the histories of the executions. */
  counts(stateMachineArn: string): Readonly<Record<string, StateCounts>>;
  /** All states in the order of the definition: a Parallel or Map state comes before its own states. */
  states(stateMachineArn: string): readonly StateDescription[];
  /**
   * Calls the listener with each transition of every execution. The state waits until the listener has returned or the execution is stopped:
   * a listener may stop the execution, or kill the process. An error of the listener fails the execution.
   *
   * @returns removes the listener
   */
  onTransition(listener: (transition: Transition) => void | Promise<void>): () => void;
}
