import type { StateCounts } from '../../sandbox';
import { type Column, columnsOf, NO_COUNTS } from './columns';
import { type Jump, jumpsOf, lanesOf } from './jumps';
import type { Row } from './rows';

const [ROW, SHAPE, LANE, PADDING, COLUMN, BAR] = [44, 28, 14, 12, 84, 60];
/** The innermost states have room for their names. */
const SHAPES = 560;
const HEADER = 72;
const MARGIN = 24;

const STYLE = `
  svg { background: #fff; font: 13px system-ui, sans-serif; }
  text { fill: #1b2733; } .muted { fill: #66727f; font-size: 11px; } .figure { text-anchor: end; font-variant-numeric: tabular-nums; }
  .title { font-size: 17px; font-weight: 600; }
  .state { fill: #f4f7fa; stroke: #8fa1b3; } .group { fill: none; stroke: #c3cfda; } .reached { fill: #e3f0fd; stroke: #2f74b5; }
  .ended { fill: #b3261e; font-weight: 600; } .inside { fill: #8a5a00; font-weight: 600; }
  .arrow { fill: none; stroke: #66727f; } .bar { fill: #9cc4ea; } .line { stroke: #e6ebf0; } .tip { fill: #66727f; }
  @media (prefers-color-scheme: dark) {
    svg { background: #14181d; } text { fill: #e6ebf0; } .muted { fill: #98a6b4; } .state { fill: #1d242c; stroke: #55636f; }
    .group { stroke: #3a4650; } .reached { fill: #16304a; stroke: #5aa0e0; } .ended { fill: #ff8a80; } .inside { fill: #ffcb6b; }
    .arrow { stroke: #98a6b4; } .tip { fill: #98a6b4; } .bar { fill: #2f6da8; } .line { stroke: #262e36; }
  }`;

type Counts = Readonly<Record<string, StateCounts>>;

/** A picture for a browser: a state in a row, states of a branch in a frame, loops on the left, and skipped states on the right. */
export function svgOf(rows: readonly Row[], counts: Counts, title: string): string {
  const columns = columnsOf(rows, counts);
  const drawn = drawGroup(
    rows,
    { counts, columns, most: Math.max(1, ...Object.values(counts).map(({ entered }) => entered)) },
    MARGIN,
    MARGIN + SHAPES,
    HEADER,
  );
  const columnsAt = MARGIN + SHAPES + PADDING;
  const width = columnsAt + BAR + columns.length * COLUMN + MARGIN;
  const titles = columns.map(
    ({ title: one }, index) => `<text class="muted figure" x="${figureAt(index)}" y="${HEADER - 12}">${one}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${drawn.bottom + MARGIN}" viewBox="0 0 ${width} ${drawn.bottom + MARGIN}" role="img">`,
    `<title>${escaped(title)}</title><style>${STYLE}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>',
    `<text class="title" x="${MARGIN}" y="34">${escaped(title)}</text>`,
    ...titles,
    ...drawn.parts,
    '</svg>\n',
  ].join('\n');
}

function figureAt(column: number): number {
  return MARGIN + SHAPES + PADDING + BAR + (column + 1) * COLUMN - PADDING;
}

interface Drawing {
  readonly counts: Counts;
  readonly columns: readonly Column[];
  /** The most executions that entered a state. */
  readonly most: number;
}

interface Drawn {
  readonly parts: readonly string[];
  readonly bottom: number;
}

/** Draws rows between two edges, from the top down. */
function drawGroup(rows: readonly Row[], drawing: Drawing, left: number, right: number, top: number): Drawn {
  const { back, forward } = jumpsOf(rows);
  const [innerLeft, innerRight] = [left + lanesOf(back) * LANE, right - lanesOf(forward) * LANE];
  const parts: string[] = [];
  const places: { readonly top: number; readonly bottom: number }[] = [];
  let y = top;
  for (const row of rows) {
    const drawn = drawRow(row, drawing, innerLeft, innerRight, y);
    parts.push(...drawn.parts);
    places.push({ top: y, bottom: drawn.bottom });
    y = drawn.bottom + ROW - SHAPE;
  }
  const middle = (innerLeft + innerRight) / 2;
  rows.forEach(({ next }, index) => {
    if (next.includes(rows[index + 1]?.name)) parts.push(arrow(`M${middle} ${places[index].bottom}V${places[index + 1].top}`));
  });
  const center = (index: number) => places[index].top + SHAPE / 2;
  const around = ({ from, to, lane }: Jump, edge: number, direction: 1 | -1) => {
    const x = edge + direction * (lane + 1) * LANE;
    // It leaves a little lower than it arrives, so that both can be seen.
    return arrow(`M${edge} ${center(from) + 6}H${x}V${center(to) - 6}H${edge}`);
  };
  parts.push(...back.map((jump) => around(jump, innerLeft, -1)), ...forward.map((jump) => around(jump, innerRight, 1)));
  return { parts, bottom: places.at(-1)?.bottom ?? top };
}

function drawRow(row: Row, drawing: Drawing, left: number, right: number, top: number): Drawn {
  const { name, type, groups, isDistributed } = row;
  const counts = drawing.counts[name] ?? NO_COUNTS;
  const inner: string[] = [];
  let bottom = top + SHAPE;
  for (const group of groups) {
    const drawn = drawGroup(group, drawing, left + PADDING, right - PADDING, bottom + PADDING);
    inner.push(...drawn.parts);
    bottom = drawn.bottom + PADDING;
  }
  const text = top + SHAPE / 2 + 4;
  const kind = isDistributed ? 'each in a child execution' : type;
  const frame =
    groups.length === 0 ? [] : [`<rect class="group" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" rx="6"/>`];
  const shape = `<rect class="state${counts.entered > 0 ? ' reached' : ''}" x="${left}" y="${top}" width="${right - left}" height="${SHAPE}" rx="6"/>`;
  const label = `<text x="${left + 10}" y="${text}">${escaped(name)}</text><text class="muted figure" x="${right - 10}" y="${text}">${kind}</text>`;
  return { parts: [...frame, shape, label, ...figures(row, counts, drawing, top), ...inner], bottom };
}

function figures({ type }: Row, counts: StateCounts, { columns, most }: Drawing, top: number): string[] {
  const from = MARGIN + SHAPES + PADDING;
  const y = top + SHAPE / 2 + 4;
  const bar = `<rect class="bar" x="${from}" y="${top + SHAPE / 2 - 4}" width="${((counts.entered / most) * BAR).toFixed(1)}" height="8" rx="2"/>`;
  const line = `<path class="line" d="M${from} ${top + SHAPE + 8}H${figureAt(columns.length - 1)}"/>`;
  const cells = columns.map(({ title, value }, index) => {
    const text = value(counts, type);
    const mark = text === '–' ? ' muted' : title === 'stopped here' ? ' ended' : title === 'in it now' ? ' inside' : '';
    return text === '' ? '' : `<text class="figure${mark}" x="${figureAt(index)}" y="${y}">${text}</text>`;
  });
  return [line, bar, ...cells.filter((cell) => cell !== '')];
}

function arrow(path: string): string {
  return `<path class="arrow" d="${path}" marker-end="url(#tip)"/>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
