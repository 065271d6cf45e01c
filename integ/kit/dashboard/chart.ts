import type { EChartsOption } from 'echarts';
import type { Range } from './source';

/** A line of a chart: values with their times in milliseconds, the oldest first. */
export interface ChartLine {
  readonly label: string;
  readonly axis: 'left' | 'right';
  /** Seconds. A longer time without a value is a gap. */
  readonly period: number;
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** A horizontal line, such as the threshold of an alarm. */
export interface Limit {
  readonly value: number;
  readonly label: string;
  readonly colour: string;
}

export interface Chart {
  readonly lines: readonly ChartLine[];
  readonly limits: readonly Limit[];
  /** The name of the left axis. @default - none */
  readonly unit?: string;
  readonly range: Range;
  readonly width: number;
  readonly height: number;
}

/** The first colours of CloudWatch. */
const COLOURS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f', '#bcbd22', '#17becf'];
const GREY = '#687078';
const FONT = 11;
/** Pixels of a row of the legend, and about those of a character and of what is around a label. */
const [ROW, CHARACTER, AROUND] = [19, 6, 27];

/** Draws lines over time as SVG. */
export async function drawLines({ lines, limits, unit, range, width, height }: Chart): Promise<string> {
  const hasRight = lines.some(({ axis }) => axis === 'right');
  const axis = (name: string | undefined, split: boolean) => ({
    ...{
      type: 'value' as const,
      min: 0,
      splitNumber: 3,
      axisLabel: { fontSize: FONT, color: GREY },
      splitLine: { show: split, lineStyle: { color: '#eaeded' } },
    },
    ...{
      name,
      nameLocation: 'end' as const,
      nameTextStyle: { fontSize: FONT, color: GREY, align: split ? ('left' as const) : ('right' as const) },
    },
  });
  const option: EChartsOption = {
    animation: false,
    color: COLOURS,
    textStyle: { fontFamily: 'Helvetica, Arial, sans-serif' },
    grid: {
      left: 8,
      right: hasRight ? 8 : 14,
      top: unit === undefined ? 10 : 26,
      bottom: 10 + ROW * legendRows(lines, width),
      containLabel: true,
    },
    legend: {
      bottom: 0,
      left: 0,
      itemWidth: 10,
      itemHeight: 8,
      itemGap: 8,
      icon: 'roundRect',
      textStyle: { fontSize: FONT },
      type: 'plain',
    },
    xAxis: { type: 'time', min: range.from, max: range.to, splitNumber: 4, splitLine: { show: false }, axisLabel: timeLabel },
    yAxis: [axis(unit, true), ...(hasRight ? [axis(undefined, false)] : [])],
    series: lines.map(({ label, axis: side, period, points }, position) => ({
      ...{ type: 'line' as const, name: label, yAxisIndex: side === 'right' ? 1 : 0, data: withGaps(points, period) },
      ...{ showAllSymbol: true, lineStyle: { width: 1.5, type: side === 'right' ? ('dashed' as const) : ('solid' as const) } },
      ...(position === 0 ? { markLine: limitLines(limits) } : {}),
    })),
  };
  // Systems that nobody draws need not load it.
  const { init } = await import('echarts');
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption(option);
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

const timeLabel = { fontSize: FONT, color: GREY, hideOverlap: true, formatter: (at: number) => new Date(at).toISOString().slice(11, 16) };

function limitLines(limits: readonly Limit[]) {
  return {
    ...{ symbol: 'none', silent: true },
    data: limits.map(({ value, label, colour }) => ({
      ...{ yAxis: value, lineStyle: { color: colour, type: 'dashed' as const } },
      label: { formatter: label, color: colour, fontSize: FONT, position: 'insideEndTop' as const },
    })),
  };
}

/** A line ends where a value is missing. A value without neighbours is a dot, which would not be visible as a line. */
function withGaps(points: Chart['lines'][number]['points'], period: number) {
  const follows = (one: number | undefined, other: number | undefined) =>
    one !== undefined && other !== undefined && other - one <= period * 1_000;
  return points.flatMap(([at, value], index) => {
    const [before, after] = [points[index - 1]?.[0], points[index + 1]?.[0]];
    const alone = !follows(before, at) && !follows(at, after);
    const point = { value: [at, value], symbol: alone ? 'circle' : 'none', symbolSize: 5 };
    return follows(at, after) || after === undefined ? [point] : [point, { value: [at + period * 1_000, null as unknown as number] }];
  });
}

/** The chart leaves no room for a legend itself. */
function legendRows(lines: readonly ChartLine[], width: number): number {
  let [rows, used] = [1, 0];
  for (const { label } of lines) {
    const room = label.length * CHARACTER + AROUND;
    if (used > 0 && used + room > width) [rows, used] = [rows + 1, 0];
    used += room;
  }
  return rows;
}
