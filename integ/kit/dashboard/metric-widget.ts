import type { JsonObject } from '../../sandbox';
import { type ChartLine, drawLines } from './chart';
import { contributorLines } from './contributors';
import type { Draw } from './draw';
import { escaped, NO_DATA } from './html';
import { linesOf, type MetricLine } from './metric-queries';
import type { Range, Source } from './source';

/** Lines over time, or the newest value of each. */
export const metricWidget: Draw = async ({ properties }, { source, range, width, height }) => {
  const { view = 'timeSeries', metrics = [], annotations, yAxis, insightRule } = properties;
  const lines =
    insightRule === undefined ? await readLines(source, linesOf(metrics), range) : await contributorLines(source, properties, range);
  if (lines.every(({ points }) => points.length === 0)) return NO_DATA;
  if (view === 'singleValue') return singleValues(lines);
  if (view !== 'timeSeries') throw new Error(`the view ${view} is not supported`);
  const limits = (((annotations as JsonObject | undefined)?.horizontal ?? []) as unknown as Horizontal[]).map(
    ({ value, label = '', color }) => ({
      ...{ value, label, colour: color ?? '#d62728' },
    }),
  );
  const left = (yAxis as JsonObject | undefined)?.left as JsonObject | undefined;
  return drawLines({ lines, limits, unit: left?.label as string | undefined, range, width, height });
};

interface Horizontal {
  readonly value: number;
  readonly label?: string;
  readonly color?: string;
}

async function readLines(source: Source, lines: readonly MetricLine[], { from, to }: Range): Promise<ChartLine[]> {
  const { MetricDataResults } = await source.cloudWatch('GetMetricData', {
    ...{ StartTime: from / 1_000, EndTime: to / 1_000, ScanBy: 'TimestampAscending' },
    MetricDataQueries: lines.map(({ query }) => query),
  });
  const results = MetricDataResults as unknown as { Id: string; Label: string; Timestamps: number[]; Values: number[] }[];
  return lines
    .filter(({ visible }) => visible)
    .map(({ id, label, axis, period }) => {
      const { Label = id, Timestamps = [], Values = [] } = results.find(({ Id }) => Id === id) ?? {};
      return {
        label: label ?? Label,
        axis,
        period, // A period that began earlier is shown at the beginning.
        points: Timestamps.map((at, index) => [Math.max(from, at * 1_000), Values[index]] as const),
      };
    });
}

function singleValues(lines: readonly ChartLine[]): string {
  return lines
    .map(({ label, points }) => `<p class="value"><b>${points.at(-1)?.[1].toLocaleString('en-US') ?? '–'}</b> ${escaped(label)}</p>`)
    .join('');
}
