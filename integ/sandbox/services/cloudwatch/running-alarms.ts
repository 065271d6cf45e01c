import type { AlarmChange, AlarmState } from '../../contracts';
import type { MetricAlarm } from './alarm';
import type { CompositeAlarm } from './composite';
import { alarmsOf, holds } from './composite-rule';
import type { Transition } from './notice';
import type { PromqlAlarm } from './promql/alarm';
import { type Alarming, type Contributors, createContributors } from './promql/contributors';
import type { AlarmQueries, Returned } from './promql/queries';
import { valuesOfQueries } from './query-values';
import { reasonDataOf, reasonOf } from './reason';
import { type Datapoint, evaluateRange, rangeOf } from './states';
import { type MetricStore, MINUTE_MS } from './store';
import { createSuppression, type Suppression } from './suppression';

/** Changes that are remembered. */
const REMEMBERED = 10_000;

/** An alarm with its state. */
export interface Running {
  readonly alarm: MetricAlarm | PromqlAlarm | CompositeAlarm;
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonData?: string;
  readonly changedAt: number;
  readonly suppression: Suppression;
  /** The contributors in alarm, of an alarm on a query in PromQL. */
  alarming(): readonly Alarming[];
}

type Own = { -readonly [Name in keyof Running]: Running[Name] } & {
  /** Until then an evaluation cannot change anything: there was no data, and there is none until then. */
  quietUntil: number;
  /** The last change, until its actions are taken or not needed any more. */
  pending?: Transition;
  /** Whether the last change is still to be recorded. */
  changed: boolean;
  readonly contributors?: Contributors;
};

/** An alarm on a query, and what the query returns. */
interface Queried {
  readonly one: Own;
  readonly contributors: Contributors;
  readonly returned: Returned;
}

/** The alarms of the assembly with their states. */
export interface RunningAlarms {
  readonly all: readonly Running[];
  /** Evaluates all alarms at the ends of the minutes after `from` up to `to`, in order. */
  evaluate(from: number, to: number): Promise<void>;
  /** Sets a state until the next evaluation. @throws if there is no such alarm */
  set(name: string, state: AlarmState, reason: string, at: number): void;
  find(name: string): Running | undefined;
  history(): readonly AlarmChange[];
  onChange(listener: (change: AlarmChange) => void): () => void;
}

/** How many minutes are evaluated before others continue. */
const AT_ONCE = 500;

/** What the alarms evaluate. */
export interface AlarmData {
  readonly store: MetricStore;
  readonly queries: AlarmQueries;
}

/** @param act takes the actions of a state */
export function runAlarms(
  alarms: readonly Running['alarm'][],
  { store, queries }: AlarmData,
  createdAt: number,
  act: (transition: Transition, actions: readonly string[]) => void,
): RunningAlarms {
  const all = alarms.map((alarm): Own => {
    const contributors = alarm.kind === 'promql' ? createContributors(alarm) : undefined;
    return {
      ...{ alarm, state: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation', changedAt: createdAt },
      ...{ quietUntil: 0, changed: false, contributors },
      suppression: createSuppression(alarm.kind === 'composite' ? alarm.suppressor : undefined),
      alarming: () => contributors?.alarming() ?? [],
    };
  });
  const byName = new Map(all.map((one) => [one.alarm.name, one]));
  const composites = all.filter(({ alarm }) => alarm.kind === 'composite');
  const changes: AlarmChange[] = [];
  const listeners = new Set<(change: AlarmChange) => void>();
  const stateOf = (name: string): AlarmState => byName.get(name)?.state ?? 'INSUFFICIENT_DATA';

  async function evaluate(from: number, to: number): Promise<void> {
    // What was put since then can be of any minute.
    for (const one of all) one.quietUntil = 0;
    for (let start = from; start < to; start += AT_ONCE * MINUTE_MS) {
      const end = Math.min(to, start + AT_ONCE * MINUTE_MS);
      const returned = await queried(start, end);
      for (let at = start + MINUTE_MS; at <= end; at += MINUTE_MS) {
        for (const one of all) if (at >= one.quietUntil && one.alarm.kind === 'metric') evaluateMetric(one, one.alarm, at);
        for (const one of returned) evaluateContributors(one, at);
        settle(at);
      }
      if (end < to) await new Promise(setImmediate);
    }
  }

  async function queried(from: number, to: number): Promise<Queried[]> {
    return Promise.all(
      all.flatMap((one) => {
        const { alarm, contributors } = one;
        if (alarm.kind !== 'promql' || contributors === undefined) return [];
        return [queries.between(alarm, from, to).then((returned) => ({ one, contributors, returned }))];
      }),
    );
  }

  function evaluateContributors({ one, contributors, returned }: Queried, at: number): void {
    const found = returned(at);
    if (found === undefined) return;
    const { state, reason } = contributors.evaluate(found, at);
    if (state !== one.state) change(one, state, reason, at);
  }

  function evaluateMetric(one: Own, alarm: MetricAlarm, at: number): void {
    const periodMs = alarm.period * 1000;
    const range = rangeOf(alarm.rule);
    const from = at - range * periodMs;
    const values = valuesOfQueries(store, alarm.queries, alarm.period, from, at)(alarm.returned);
    const points = values.map((value, index): Datapoint | undefined =>
      value === undefined ? undefined : { at: from + index * periodMs, value },
    );
    const evaluation = evaluateRange(alarm.rule, points, one.state);
    if (evaluation.state !== one.state) {
      change(one, evaluation.state, reasonOf(alarm, evaluation), at, reasonDataOf(alarm, evaluation, at));
    }
    const first = Math.min(...alarm.queries.metrics.map(({ metric }) => store.firstFrom(metric, from) ?? Number.POSITIVE_INFINITY));
    if (first >= at) one.quietUntil = first + MINUTE_MS;
  }

  /** Evaluates composite alarms until none changes, and takes actions. */
  function settle(at: number): void {
    // A rule depends on other rules at most as often as there are alarms: those that depend on themselves are rejected.
    for (let round = 0; round < composites.length; round += 1) {
      if (composites.filter((one) => evaluateComposite(one, at)).length === 0) break;
    }
    for (const one of all) takeActions(one, at);
  }

  function evaluateComposite(one: Own, at: number): boolean {
    const { alarm } = one;
    if (alarm.kind !== 'composite') return false;
    const state = holds(alarm.rule, stateOf) ? 'ALARM' : 'OK';
    if (state === one.state) return false;
    const children = alarmsOf(alarm.rule).flatMap((name) => byName.get(name) ?? []);
    const latest = children.reduce<Own | undefined>((last, child) => (last && last.changedAt >= child.changedAt ? last : child), undefined);
    const reason =
      latest === undefined || latest.changedAt === createdAt
        ? `${alarm.arn} was created and its alarm rule evaluates to ${state}`
        : `${latest.alarm.arn} transitioned to ${latest.state} at ${longTime(latest.changedAt)}`;
    change(one, state, reason, at, undefined, children);
    return true;
  }

  function change(one: Own, to: AlarmState, reason: string, at: number, reasonData?: string, children: readonly Own[] = []): void {
    const triggering = children.filter(({ changedAt }) => changedAt === at);
    one.pending = {
      ...{ alarm: one.alarm, from: one.state, to, reason, at },
      children: triggering.map(({ alarm, state, changedAt }) => ({ arn: alarm.arn, state, at: changedAt })),
    };
    Object.assign(one, { state: to, reason, reasonData, changedAt: at, changed: true });
  }

  function takeActions(one: Own, at: number): void {
    const { alarm, changed, pending, suppression, state } = one;
    one.changed = false;
    const suppressor = alarm.kind === 'composite' ? alarm.suppressor : undefined;
    const takes = suppression.decide(at, state, changed, suppressor !== undefined && stateOf(suppressor.alarm) === 'ALARM');
    if (suppression.by === undefined) one.pending = undefined;
    if (pending === undefined || !(changed || takes)) return;
    const actions = takes && alarm.actionsEnabled ? alarm.actions[state] : [];
    record({
      ...{ at, alarm: alarm.name, from: changed ? pending.from : state, to: state, reason: pending.reason, actions },
      suppressed: suppression.by !== undefined,
    });
    if (actions.length > 0) act(pending, actions);
  }

  function record(entry: AlarmChange): void {
    changes.push(entry);
    if (changes.length > REMEMBERED) changes.shift();
    for (const listener of listeners) listener(entry);
  }

  return {
    ...{ all, evaluate },
    set(name, state, reason, at) {
      const one = byName.get(name);
      if (one === undefined) throw new Error(`There is no alarm ${name}`);
      one.quietUntil = 0;
      if (one.state !== state) change(one, state, reason, at);
      settle(at);
    },
    find: (name) => byName.get(name),
    history: () => changes,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** `Wednesday 10 November, 2021 02:45:55 UTC` */
function longTime(at: number): string {
  const date = new Date(at);
  const part = (options: Intl.DateTimeFormatOptions) => date.toLocaleDateString('en-US', { timeZone: 'UTC', ...options });
  const day = `${part({ weekday: 'long' })} ${date.toISOString().slice(8, 10)} ${part({ month: 'long' })}`;
  return `${day}, ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} UTC`;
}
