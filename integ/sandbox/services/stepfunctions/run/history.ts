import type { Json, JsonObject } from '../../../contracts';
import { Ended } from './ended';
import { RUNTIME } from './failure';
import type { Moved } from './progress';

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

/** What an execution has done: an event, where its states are then, or both. */
export interface Step {
  readonly event?: HistoryEvent;
  /** The branches that lead to the states, the outermost first. */
  readonly branch?: readonly number[];
  readonly moved?: Moved;
}

/** The events of an execution, oldest first. */
export interface History {
  readonly events: readonly HistoryEvent[];
  /** @returns the id of the event. @throws Ended at the quota */
  add(
    type: string,
    previousEventId: number,
    details?: Readonly<Record<string, Json | undefined>>,
    step?: Pick<Step, 'branch' | 'moved'>,
  ): number;
  /** Records where states are without an event. */
  moved(step: Pick<Step, 'branch' | 'moved'>): void;
}

/**
 * @param now in milliseconds
 * @param keep called with each step, before anything follows from it
 */
export function createHistory(now: () => number, events: HistoryEvent[] = [], keep: (step: Step) => void = () => undefined): History {
  return {
    events,
    moved: keep,
    add(type, previousEventId, details, step) {
      // The last event says why the execution ended.
      if (events.length >= MAX_EVENTS - 1 && !type.startsWith('Execution')) {
        throw new Ended('FAILED', RUNTIME, `The execution reached the maximum number of history events (${MAX_EVENTS}).`);
      }
      const id = events.length + 1;
      const named = details === undefined ? {} : { [detailsOf(type)]: details as JsonObject };
      const event = { id, previousEventId, timestamp: now() / 1000, type, ...named };
      events.push(event);
      keep({ event, ...step });
      return id;
    },
  };
}

/** `PassStateEntered` has `stateEnteredEventDetails`, `TaskFailed` has `taskFailedEventDetails`. */
function detailsOf(type: string): string {
  const [name] = /State(Entered|Exited)$/.exec(type) ?? [type];
  return `${name[0].toLowerCase()}${name.slice(1)}EventDetails`;
}
