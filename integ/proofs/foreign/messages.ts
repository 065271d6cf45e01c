import type { Observation } from './verdict';

/** The parts of an app's run. Each has a time limit. */
export type Phase = 'synthesis' | 'start' | 'question' | 'end';

/** What the process of an app reports to the proof. */
export type Message =
  | { readonly phase: Phase; readonly what: string }
  | { readonly error: string }
  | { readonly ended: Omit<Observation, 'stopped'> };
