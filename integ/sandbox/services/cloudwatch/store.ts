import type { Clock, Datum, MetricId, MetricSource, Metrics, PutValues, Reading, Statistic } from '../../contracts';
import { type StatisticSet, statisticOf } from './bucket';
import { createSeries, KEPT_MINUTES, type Series } from './series';

/** Metrics that are kept, so that memory is bounded whatever programs put. */
export const METRICS_KEPT = 10_000;
export const MINUTE_MS = 60_000;

/** A metric has too many neighbours. */
export class TooManyMetrics extends Error {
  public constructor({ namespace, name }: MetricId) {
    super(`The sandbox keeps ${METRICS_KEPT} metrics, and ${namespace} ${name} would be one more`);
  }
}

/** The metrics, with what CloudWatch itself needs of them. */
export interface MetricStore extends Metrics {
  /** @throws TooManyMetrics */
  putSet(id: MetricId, unit: string, at: number, set: StatisticSet): void;
  /** @throws TooManyMetrics */
  putValue(datum: Datum): void;
  /** Reads the gauges for the minutes from `from` to `to`, which is exclusive. */
  sample(from: number, to: number): Promise<void>;
  /** The start of the first minute from `from` on in which a metric has data. */
  firstFrom(id: MetricId, from: number): number | undefined;
  /** Whether a service fills metrics of the namespace, and whether this is one of them. */
  filled(id: MetricId): 'filled' | 'never filled' | 'unknown';
}

interface Entry {
  readonly id: MetricId;
  readonly units: Map<string, Series>;
}

interface Gauge {
  readonly id: MetricId;
  readonly unit: string;
  read(): Reading | Promise<Reading>;
}

/** Metrics in memory: sums, counts and values of each minute, for 15 days of the clock. */
export function createMetricStore(clock: Pick<Clock, 'now'>, report: (line: string) => void, kept = METRICS_KEPT): MetricStore {
  const entries = new Map<string, Entry>();
  const gauges = new Set<Gauge>();
  const sources = new Map<string, Set<string>>();
  let full = false;

  function seriesOf(id: MetricId, unit: string): Series {
    const key = keyOf(id);
    const entry = entries.get(key) ?? created(key, id);
    const series = entry.units.get(unit) ?? createSeries();
    entry.units.set(unit, series);
    return series;
  }

  function created(key: string, { namespace, name, dimensions }: MetricId): Entry {
    if (entries.size >= kept) throw new TooManyMetrics({ namespace, name, dimensions });
    const entry = { id: { namespace, name, dimensions: { ...dimensions } }, units: new Map<string, Series>() };
    entries.set(key, entry);
    return entry;
  }

  function putValue({ at, value, unit = 'None', count = 1, ...id }: Datum): void {
    seriesOf(id, unit).add(minuteOf(at), value, count);
  }

  /** A service that runs does not fail because its metrics are too many. @returns undefined if they are */
  function roomFor(id: MetricId, unit: string): Series | undefined {
    try {
      return seriesOf(id, unit);
    } catch (error) {
      if (!(error instanceof TooManyMetrics)) throw error;
      if (!full) report(`${error.message}: further metrics are not recorded`);
      full = true;
      return undefined;
    }
  }

  function put({ at, value, unit = 'None', count = 1, ...id }: Datum): void {
    roomFor(id, unit)?.add(minuteOf(at), value, count);
  }

  function seriesWith(id: MetricId, unit: string | undefined): readonly Series[] {
    const entry = entries.get(keyOf(id));
    if (entry === undefined) return [];
    if (unit === undefined) return [...entry.units.values()];
    const only = entry.units.get(unit);
    return only === undefined ? [] : [only];
  }

  return {
    put,
    putValue,
    putSet: (id, unit, at, set) => seriesOf(id, unit).addSet(minuteOf(at), set),
    source: <Name extends string>(source: MetricSource<Name>) => {
      declare(sources, source);
      return putter(source, roomFor, clock);
    },
    observe(id, unit, read) {
      const gauge = { id, unit, read };
      gauges.add(gauge);
      return () => gauges.delete(gauge);
    },
    async sample(from, to) {
      // What is older than a metric is kept would be removed again.
      const first = Math.max(from, to - KEPT_MINUTES * MINUTE_MS);
      await Promise.all(
        [...gauges].map(async ({ id, unit, read }) => {
          const reading = await read();
          for (let at = first; at < to; at += MINUTE_MS) {
            const value = typeof reading === 'function' ? reading(at + MINUTE_MS) : reading;
            if (value !== undefined) put({ ...id, at, value, unit });
          }
        }),
      );
    },
    values: (id, statistic, period, from, to, unit) => valuesOf(seriesWith(id, unit), statistic, period, from, to),
    firstFrom(id, from) {
      const minutes = seriesWith(id, undefined).flatMap((series) => series.firstFrom(minuteOf(from)) ?? []);
      return minutes.length === 0 ? undefined : Math.min(...minutes) * MINUTE_MS;
    },
    list: () => [...entries.values()].map(({ id }) => id),
    filled({ namespace, name, dimensions }) {
      if (!namespace.startsWith('AWS/')) return 'unknown';
      return sources.get(namespace)?.has(shapeOf(name, Object.keys(dimensions))) ? 'filled' : 'never filled';
    },
  };
}

function valuesOf(all: readonly Series[], statistic: Statistic, period: number, from: number, to: number): (number | undefined)[] {
  const minutes = Math.max(1, Math.round(period / 60));
  const [start, end] = [minuteOf(from), Math.ceil(to / MINUTE_MS)];
  const values: (number | undefined)[] = [];
  for (let minute = start; minute < end; minute += minutes) {
    const buckets = all.flatMap((series) => series.between(minute, Math.min(end, minute + minutes)));
    values.push(statisticOf(buckets, statistic));
  }
  return values;
}

function declare(sources: Map<string, Set<string>>, { namespace, units, dimensions }: MetricSource): void {
  const shapes = sources.get(namespace) ?? new Set();
  sources.set(namespace, shapes);
  for (const name of Object.keys(units)) for (const names of dimensions) shapes.add(shapeOf(name, names));
}

/** Puts the values of a source. The series of a combination of dimensions is looked up once: this runs for every request. */
function putter<Name extends string>(
  { namespace, units, dimensions: combinations }: MetricSource<Name>,
  seriesOf: (id: MetricId, unit: string) => Series | undefined,
  clock: Pick<Clock, 'now'>,
): PutValues<Name> {
  const known = combinations.map(() => new Map<string, Map<Name, Series>>());
  const seriesFor = (position: number, dimensions: Readonly<Record<string, string>>): Map<Name, Series> => {
    let key = '';
    for (const name of combinations[position]) key += `\u0001${dimensions[name]}`;
    const found = known[position].get(key) ?? new Map<Name, Series>();
    known[position].set(key, found);
    return found;
  };
  return (dimensions, values, at = clock.now()) => {
    const minute = minuteOf(at);
    for (const [position, names] of combinations.entries()) {
      // A table without an index has no value for the combination with one.
      if (names.some((name) => dimensions[name] === undefined)) continue;
      const all = seriesFor(position, dimensions);
      for (const name in values) {
        const value = values[name];
        if (value === undefined) continue;
        const series = all.get(name) ?? seriesOf({ namespace, name, dimensions: chosen(dimensions, names) }, units[name]);
        if (series === undefined) continue;
        all.set(name, series);
        series.add(minute, value, 1);
      }
    }
  };
}

function chosen(dimensions: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, dimensions[name]]));
}

const minuteOf = (at: number) => Math.floor(at / MINUTE_MS);
const shapeOf = (name: string, dimensions: readonly string[]) => [name, ...[...dimensions].sort()].join(' ');

function keyOf({ namespace, name, dimensions }: MetricId): string {
  let key = `${namespace}\u0001${name}`;
  for (const dimension of Object.keys(dimensions).sort()) key += `\u0001${dimension}\u0002${dimensions[dimension]}`;
  return key;
}
