import type { StateCounts } from '../../../contracts';
import type { HistoryEvent } from '../run/history';
import type { Progress } from '../run/progress';
import type { Entry } from './record';

type Counts = { -readonly [Name in keyof StateCounts]: number };

/** What executions have done in each state, from their histories. */
export function countStates(entries: readonly Entry[]): Readonly<Record<string, StateCounts>> {
  const all = new Map<string, Counts>();
  const of = (name: string): Counts => {
    const counts = all.get(name) ?? { entered: 0, exited: 0, calls: 0, failedCalls: 0, inside: 0 };
    all.set(name, counts);
    return counts;
  };
  for (const { events, execution, progress } of entries) {
    countEvents(events, of);
    if (execution.status === 'RUNNING') countInside(progress, of);
  }
  return Object.fromEntries(all);
}

function countEvents(events: readonly HistoryEvent[], of: (name: string) => Counts): void {
  /** The state of each event, by its id: an event belongs to the state of the event before it. */
  const states: (string | undefined)[] = [];
  for (const { id, previousEventId, type, stateEnteredEventDetails, stateExitedEventDetails } of events) {
    const entered = nameOf(stateEnteredEventDetails);
    const exited = nameOf(stateExitedEventDetails);
    const state = entered ?? exited ?? states[previousEventId];
    states[id] = state;
    if (entered !== undefined) of(entered).entered += 1;
    if (exited !== undefined) of(exited).exited += 1;
    if (state === undefined) continue;
    if (/^(Task|LambdaFunction)Scheduled$/.test(type)) of(state).calls += 1;
    if (/^(Task|LambdaFunction)(Failed|TimedOut)$/.test(type)) of(state).failedCalls += 1;
  }
}

function nameOf(details: HistoryEvent[string]): string | undefined {
  return (details as { readonly name?: string } | undefined)?.name;
}

function countInside({ state, entered, branches = [] }: Progress, of: (name: string) => Counts): void {
  if (state !== undefined && entered) of(state).inside += 1;
  for (const branch of branches) if (branch !== undefined) countInside(branch, of);
}
