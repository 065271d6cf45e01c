import type { JsonObject } from '../../../contracts';
import { type PromqlEngine, PromqlError } from '../../../engines';
import { objectOf, objects } from '../../../protocol/json';
import type { PromqlAlarm } from './alarm';
import type { Contributor } from './contributors';

/** What an alarm's query returns at a time; undefined where it is not evaluated. */
export type Returned = (at: number) => readonly Contributor[] | undefined;

/** Evaluates the queries of alarms. */
export interface AlarmQueries {
  /** What the query returns at the intervals after `from` up to `to`: one call, however far the clock was advanced. */
  between(alarm: PromqlAlarm, from: number, to: number): Promise<Returned>;
}

/** @param report says once that an alarm is not evaluated, and why */
export function alarmQueries(engine: Pick<PromqlEngine, 'queryRange'>, report: (line: string) => void): AlarmQueries {
  const failed = new Set<PromqlAlarm>();
  return {
    async between(alarm, from, to) {
      const { query, intervalMs: step } = alarm;
      const start = (Math.floor(from / step) + 1) * step;
      if (start > to) return () => undefined;
      try {
        const found = await engine.queryRange(query, { start, end: to, step });
        const byTime = contributorsByTime(found);
        failed.delete(alarm);
        return (at) => (at >= start && at % step === 0 ? (byTime.get(at) ?? []) : undefined);
      } catch (error) {
        if (!failed.has(alarm)) report(`${alarm.resource.id} is not evaluated: ${problemOf(error as Error)}`);
        failed.add(alarm);
        return () => undefined;
      }
    },
  };
}

const problemOf = (error: Error): string => (error instanceof PromqlError ? `its query fails: ${error.message}` : error.message);

function contributorsByTime({ data }: JsonObject): Map<number, Contributor[]> {
  const byTime = new Map<number, Contributor[]>();
  for (const { metric, values } of objects(objectOf(data).result)) {
    const attributes = Object.fromEntries(
      Object.entries(objectOf(metric))
        .map(([name, value]) => [name, String(value)] as const)
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
    const id = JSON.stringify(attributes);
    for (const [seconds, value] of (values ?? []) as [number, string][]) {
      const at = Math.round(seconds * 1000);
      const all = byTime.get(at) ?? [];
      all.push({ id, attributes, value });
      byTime.set(at, all);
    }
  }
  return byTime;
}
