import type { Action } from './operations';

/** What a sequence showed. All but `findings` and `pairs` are counted. */
export interface Figures {
  /** Operations, without those that were repeated after an interruption. */
  readonly steps: number;
  /** Operations that ran at the same time as others. */
  readonly concurrent: number;
  /** Operations that were interrupted, and repeated until they ended. */
  readonly interrupted: number;
  readonly requests: number;
  /** Sign-ins and refreshes. */
  readonly refreshes: number;
  /** Sessions that a service asked for, and calls in them. */
  readonly sessions: number;
  /** Messages that the API accepted, and that services wrote in sessions. */
  readonly messages: number;
  /** Data, tokens or sessions of one customer that reached another one. */
  readonly crossings: number;
  /** Access of a tenant that is not active, later than the README states. */
  readonly afterSuspension: number;
  /** Access, or messages written, after a tenant was offboarded. */
  readonly afterOffboarding: number;
  /** Accepted messages of tenants that did not leave, which are not stored. */
  readonly lost: number;
  /** Messages that are stored more than once. */
  readonly doubled: number;
  /** Whatever else the model does not explain: a valid token that is denied, an operation with another outcome, another record or key. */
  readonly unexpected: number;
}

export type Count = keyof Figures;

/** What a sequence showed, with a line for each thing that must not happen. */
export interface Run extends Figures {
  readonly pairs: readonly (readonly [before: Action, after: Action])[];
  readonly findings: readonly string[];
}

export const NONE: Figures = {
  ...{ steps: 0, concurrent: 0, interrupted: 0, requests: 0, refreshes: 0, sessions: 0, messages: 0 },
  ...{ crossings: 0, afterSuspension: 0, afterOffboarding: 0, lost: 0, doubled: 0, unexpected: 0 },
};

export function sumOf(all: readonly Figures[]): Figures {
  const names = Object.keys(NONE) as Count[];
  return Object.fromEntries(names.map((name) => [name, all.reduce((sum, one) => sum + one[name], 0)])) as unknown as Figures;
}
