import { setTimeout as pause } from 'node:timers/promises';
import type { Observer } from '../../kit/observer';
import type { Sandbox } from '../../sandbox';
import type { LakeParts } from './parts';

/** In milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const WINDOW_MINUTES = 60;
const WINDOW_MS = WINDOW_MINUTES * 60_000;

/** Windows of an hour that have all of the span, in whole seconds. */
export function windowsOf({ from, to }: Span): Span[] {
  const start = Math.floor(from / 1000) * 1000;
  const count = Math.ceil((to - start) / WINDOW_MS);
  return Array.from({ length: count }, (_, index) => ({ from: start + index * WINDOW_MS, to: start + (index + 1) * WINDOW_MS }));
}

/**
 * Starts a backfill as an operator does, and waits until its last step is done.
 *
 * @param windows of equal length, one after the other: each is one export
 */
export async function backfill({ functions }: Sandbox, parts: LakeParts, { depth }: Observer, windows: readonly Span[]): Promise<void> {
  const request = { from: iso(windows[0].from), to: iso(windows[windows.length - 1].to), windowMinutes: WINDOW_MINUTES };
  const { payload, functionError } = await functions.invoke(parts.startBackfillArn, request);
  if (functionError !== undefined) throw new Error(`The backfill did not start: ${JSON.stringify(payload)}`);
  const { exports } = payload as { readonly exports?: number };
  if (exports !== windows.length) throw new Error(`The backfill has ${exports} exports, expected ${windows.length}`);
  // A step is removed from the queue after it has sent the next one.
  for (let empty = 0; empty < 3; await pause(300)) empty = (await depth(parts.backfillQueueUrl)) === 0 ? empty + 1 : 0;
}

const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
