import type { Json, JsonObject } from '../../../contracts';
import { Ended } from './ended';
import { RUNTIME } from './failure';

/** Documented: "Step Functions service quotas", events in an execution history. */
const MAX_EVENTS = 25_000;

export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly type: string;
  /** Such as `stateEnteredEventDetails`. */
  readonly [details: string]: Json;
}

/** The events of an execution, oldest first. */
export interface History {
  readonly events: readonly HistoryEvent[];
  /** @returns the id of the event. @throws Ended at the quota */
  add(type: string, previousEventId: number, details?: Readonly<Record<string, Json | undefined>>): number;
}

/** @param now in milliseconds */
export function createHistory(now: () => number, events: HistoryEvent[] = []): History {
  return {
    events,
    add(type, previousEventId, details) {
      // The last event says why the execution ended.
      if (events.length >= MAX_EVENTS - 1 && !type.startsWith('Execution')) {
        throw new Ended('FAILED', RUNTIME, `The execution reached the maximum number of history events (${MAX_EVENTS}).`);
      }
      const id = events.length + 1;
      const named = details === undefined ? {} : { [detailsOf(type)]: details as JsonObject };
      events.push({ id, previousEventId, timestamp: now() / 1000, type, ...named });
      return id;
    },
  };
}

/** `PassStateEntered` has `stateEnteredEventDetails`, `TaskFailed` has `taskFailedEventDetails`. */
function detailsOf(type: string): string {
  const [name] = /State(Entered|Exited)$/.exec(type) ?? [type];
  return `${name[0].toLowerCase()}${name.slice(1)}EventDetails`;
}
