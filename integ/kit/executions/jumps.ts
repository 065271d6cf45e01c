import type { Row } from './rows';

/** An arrow that does not lead to the next row. It runs in a lane beside the rows. */
export interface Jump {
  /** Indexes of rows. */
  readonly from: number;
  readonly to: number;
  /** 0 is the lane next to the rows. */
  readonly lane: number;
}

export interface Jumps {
  /** Loops, on the left. */
  readonly back: readonly Jump[];
  /** Skipped rows, on the right. */
  readonly forward: readonly Jump[];
}

/** The arrows of a group of rows, each in the innermost lane that is free on its way. */
export function jumpsOf(rows: readonly Row[]): Jumps {
  const indexes = new Map(rows.map(({ name }, index) => [name, index]));
  const all = rows.flatMap(({ next }, from) => next.map((name) => ({ from, to: indexes.get(name) ?? from })));
  return { back: inLanes(all.filter(({ from, to }) => to <= from)), forward: inLanes(all.filter(({ from, to }) => to > from + 1)) };
}

export function lanesOf(jumps: readonly Jump[]): number {
  return jumps.reduce((most, { lane }) => Math.max(most, lane + 1), 0);
}

function inLanes(jumps: readonly Omit<Jump, 'lane'>[]): Jump[] {
  const lanes: Omit<Jump, 'lane'>[][] = [];
  const length = ({ from, to }: Omit<Jump, 'lane'>) => Math.abs(from - to);
  return [...jumps]
    .sort((one, other) => length(one) - length(other))
    .map((jump) => {
      const free = lanes.findIndex((lane) => lane.every((other) => !overlaps(jump, other)));
      const lane = free === -1 ? lanes.length : free;
      lanes[lane] = [...(lanes[lane] ?? []), jump];
      return { ...jump, lane };
    });
}

/** Arrows to the same row share their lane. */
function overlaps(one: Omit<Jump, 'lane'>, other: Omit<Jump, 'lane'>): boolean {
  const [low, high] = [Math.min(one.from, one.to), Math.max(one.from, one.to)];
  const [otherLow, otherHigh] = [Math.min(other.from, other.to), Math.max(other.from, other.to)];
  return one.to !== other.to && low <= otherHigh && otherLow <= high;
}
