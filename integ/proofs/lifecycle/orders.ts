import type { Run } from './figures';

/** What a process with a sandbox does. */
export interface Orders {
  /** The cloud assembly. */
  readonly folder: string;
  readonly speed: number;
  readonly checksTenants: boolean;
  /** The sequences that it runs, one after the other. */
  readonly seeds: readonly number[];
}

/** What the process says: its steps, and each sequence as it ends. */
export type Said = { readonly step: string } | { readonly seed: number; readonly run: Run };
