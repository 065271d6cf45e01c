import type { JsonObject } from '../../sandbox';
import { type ChartLine, drawLines } from './chart';
import type { Draw } from './draw';
import { NO_DATA } from './html';
import type { Range, Source } from './source';

/** A query of a chart, as far as the sandbox runs it. */
interface Query {
  readonly type: string;
  readonly language?: string;
  readonly query: string;
  /** Seconds. */
  readonly step: number;
  readonly label?: string;
}

/** Lines over time of queries in PromQL. */
export const chartWidget: Draw = async ({ properties }, { source, range, width, height }) => {
  const { view, data } = properties;
  if (view !== 'line') throw new Error(`the view ${view} of charts is not supported`);
  const queries = (data as JsonObject).queries as unknown as readonly Query[];
  const lines = (await Promise.all(queries.map((query) => linesOf(source, query, range)))).flat();
  return lines.length === 0 ? NO_DATA : drawLines({ lines, limits: [], range, width, height });
};

async function linesOf(source: Source, { type, language, query, step, label }: Query, range: Range): Promise<ChartLine[]> {
  if (type !== 'cloudwatch-metrics' || language !== 'PromQL') throw new Error(`queries of ${type} in ${language} are not supported`);
  const series = await source.promql(query, range, step);
  return series.map(({ metric, values }) => ({
    label: label ?? (Object.values(metric).join(', ') || query),
    ...{ axis: 'left' as const, period: step },
    points: values.map(([seconds, value]) => [seconds * 1_000, Number(value)] as const),
  }));
}
