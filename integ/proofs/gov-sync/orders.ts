import type { Mode } from '../../systems/gov-sync/names';
import type { Run } from './run';

/** What a process with a sandbox does. */
export interface Orders {
  /** The cloud assembly. */
  readonly folder: string;
  readonly modes: readonly Mode[];
  readonly maxPerSecond: number;
  readonly speed: number;
  readonly schools: number;
  /** The seeds that it runs in each mode, one after the other. */
  readonly seeds: readonly number[];
}

/** What the process says: each run as it ends, and what it has seen at its own end. */
export type Said = { readonly mode: Mode; readonly seed: number; readonly run: Run } | { readonly step: string } | { readonly seen: Seen };

export interface Seen {
  /** Grades that the platform accepted. */
  readonly grades: number;
  /** Reports of a period that the API does not accept. */
  readonly invalid: number;
  /** How often two executions of a period sent at once. */
  readonly sendingAtOnce: number;
  readonly clockMoves: number;
}
