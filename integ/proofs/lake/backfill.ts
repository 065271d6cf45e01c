import { setTimeout as pause } from 'node:timers/promises';
import type { Observer } from '../../kit/observer';
import type { Sandbox } from '../../sandbox';
import type { LakeParts } from './parts';

/** In milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Changes of the lost hours are an hour apart, so that a window has each item once. */
const WINDOW_MINUTES = 60;

/** Starts a backfill as an operator does, and waits until its last step is done. @returns the number of exports */
export async function backfill({ functions }: Sandbox, parts: LakeParts, { depth }: Observer, { from, to }: Span): Promise<number> {
  const request = { from: iso(from), to: iso(to), windowMinutes: WINDOW_MINUTES };
  const { payload, functionError } = await functions.invoke(parts.startBackfillArn, request);
  if (functionError !== undefined) throw new Error(`The backfill did not start: ${JSON.stringify(payload)}`);
  // A step is removed from the queue after it has sent the next one.
  for (let empty = 0; empty < 3; await pause(300)) empty = (await depth(parts.backfillQueueUrl)) === 0 ? empty + 1 : 0;
  return Number((payload as { readonly exports?: number }).exports);
}

const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
