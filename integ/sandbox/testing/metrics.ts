import type { Metrics } from '../contracts';
import { createMetricStore } from '../services/cloudwatch/store';

const START = Date.UTC(2026, 10, 30, 8);

export interface TestMetrics {
  readonly metrics: Metrics;
  readonly now: number;
  /** `Name[Dimension=value,…]: sum` of everything that was put, in order. */
  sums(): string[];
  sum(name: string, dimensions: Readonly<Record<string, string>>): number | undefined;
  /** Reads the gauges for a number of minutes from the start. */
  sample(minutes?: number): Promise<void>;
}

/** Metrics on a clock that stands still. */
export function testMetrics(): TestMetrics {
  const store = createMetricStore({ now: () => START }, () => undefined);
  const of = (id: Parameters<Metrics['values']>[0]) => store.values(id, 'Sum', 86_400, START, START + 86_400_000)[0];
  return {
    ...{ metrics: store, now: START },
    sums: () =>
      store.list().map((id) => {
        const dimensions = Object.entries(id.dimensions).map(([name, value]) => `${name}=${value}`);
        return `${id.name}[${dimensions.join(',')}]: ${of(id)}`;
      }),
    sum(name, dimensions) {
      const found = store.list().find((id) => id.name === name && JSON.stringify(id.dimensions) === JSON.stringify(dimensions));
      return found === undefined ? undefined : of(found);
    },
    sample: (minutes = 1) => store.sample(START, START + minutes * 60_000),
  };
}
