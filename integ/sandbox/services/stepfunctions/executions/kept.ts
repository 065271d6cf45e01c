import type { Json } from '../../../contracts';
import type { States } from '../model';
import { move } from '../run/frame';
import type { HistoryEvent } from '../run/history';
import { type Progress, progressAt } from '../run/progress';
import type { Journal, KeptJournal } from './journal';
import type { Entry, Execution, Keeping, MapRunRecord, Plan } from './record';

type KeptMapRun = Omit<MapRunRecord, 'children'>;

/** The first line of the journal of an execution: the whole execution. */
interface Snapshot {
  readonly execution: Execution;
  readonly plan: Omit<Plan, 'states'>;
  readonly child?: number;
  readonly events: HistoryEvent[];
  readonly progress: Progress;
  readonly mapRuns: readonly KeptMapRun[];
}

/** A further line: what has changed. JSON has no undefined, so that the removed members of a progress are named. */
interface Change {
  readonly event?: HistoryEvent;
  readonly branch?: readonly number[];
  readonly moved?: object;
  readonly removed?: readonly string[];
  readonly execution?: Execution;
  readonly progress?: Progress;
  readonly mapRun?: KeptMapRun;
}

export const NOT_KEPT: Keeping = {
  ...{ step: () => undefined, status: () => undefined, mapRun: () => undefined, compact: () => undefined, remove: () => undefined },
};

/** Writes the first line. */
export function startKeeping(journal: Journal, entry: Entry): Keeping {
  journal.write(snapshotOf(entry, []));
  return keepingOf(journal, entry);
}

function snapshotOf(
  { execution, plan: { states: _, ...plan }, child, events, progress }: Entry,
  mapRuns: readonly MapRunRecord[],
): Snapshot {
  return { execution, plan, child, events, progress, mapRuns: mapRuns.map(withoutChildren) };
}

function keepingOf(journal: Journal, entry: Entry): Keeping {
  const write = (change: Change) => journal.write(change);
  return {
    step({ event, branch, moved }) {
      const removed = Object.entries(moved ?? {}).flatMap(([name, value]) => (value === undefined ? [name] : []));
      write({ event, branch, ...(moved === undefined ? {} : { moved, removed }) });
    },
    status: (event, progress) => write({ event, execution: entry.execution, progress }),
    mapRun: (record) => write({ mapRun: withoutChildren(record) }),
    compact: (mapRuns) => journal.replace([snapshotOf(entry, mapRuns)]),
    remove: () => journal.remove(),
  };
}

function withoutChildren({ children: _, ...record }: MapRunRecord): KeptMapRun {
  return record;
}

/** An execution as its journal has it. The children of its map runs are in journals of their own. */
export interface Kept {
  readonly entry: Entry;
  readonly mapRuns: readonly MapRunRecord[];
}

/** Those of a child execution are set when its map run continues. */
const NO_STATES: States = { startAt: '', states: new Map() };

/** @param statesOf reads a definition */
export function readKept({ journal, lines }: KeptJournal, statesOf: (definition: string) => States): Kept {
  const [first, ...changes] = lines as unknown as [Snapshot, ...Change[]];
  let { execution, progress } = first;
  progress = started(progress);
  const events = [...first.events];
  const mapRuns = new Map(first.mapRuns.map((record) => [record.mapRunArn, record]));
  for (const change of changes) {
    if (change.event !== undefined) events.push(change.event);
    if (change.execution !== undefined) execution = change.execution;
    if (change.progress !== undefined) progress = started(change.progress);
    if (change.mapRun !== undefined) mapRuns.set(change.mapRun.mapRunArn, change.mapRun);
    if (change.moved !== undefined) {
      const removed = Object.fromEntries((change.removed ?? []).map((name) => [name, undefined]));
      move(progressAt(progress, change.branch ?? []), { ...change.moved, ...removed });
    }
    if (change.event !== undefined && change.branch !== undefined) progressAt(progress, change.branch).last = change.event.id;
  }
  const { plan, child } = first;
  const states = plan.definition === undefined ? NO_STATES : statesOf(plan.definition);
  const entry: Entry = {
    ...{ execution, events, progress, child, plan: { ...plan, states } },
    ...{ stop: new AbortController(), ended: Promise.resolve(), keeping: NOT_KEPT },
  };
  entry.keeping = keepingOf(journal, entry);
  // A map run belongs to the execution from its event on.
  const known = new Set(events.map(({ mapRunStartedEventDetails: details }) => (details as { mapRunArn?: Json } | undefined)?.mapRunArn));
  return {
    entry,
    mapRuns: [...mapRuns.values()].filter(({ mapRunArn }) => known.has(mapRunArn)).map((record) => ({ ...record, children: [] })),
  };
}

/** Branches that have not started are null in JSON. */
function started(progress: Progress): Progress {
  const { branches, ...rest } = progress;
  return branches === undefined ? rest : { ...rest, branches: branches.map((branch) => (branch ? started(branch) : undefined)) };
}
