import { shuffled } from '../../kit/random';
import { median, round } from '../../kit/statistics';

/** What a window of the load measures: the service with tenant isolation, the same once more, or with one role for all schools. */
export type Arm = 'isolated' | 'again' | 'oneRole';

/** The 95th percentile of each window of a round, in milliseconds. */
export type Round = Readonly<Record<Arm, number>>;

export interface Comparison {
  /** The median over the rounds of the ratio of the two percentiles. */
  readonly p95Ratio: number;
  /** The median over the rounds of their difference. */
  readonly p95MoreMs: number;
  /** The lowest and the highest ratio, to judge the median by. */
  readonly ratios: readonly [number, number];
}

/** The order of the windows in each round: random, so that no arm is always the first, and the same for the same seed. */
export function rounds(count: number, random: () => number): readonly (readonly Arm[])[] {
  return Array.from({ length: count }, () => shuffled<Arm>(['isolated', 'again', 'oneRole'], random));
}

/** How much slower one arm is than another. */
export function compare(all: readonly Round[], arm: Arm, base: Arm): Comparison {
  const ratios = all.map((one) => one[arm] / one[base]);
  return {
    p95Ratio: round(median(ratios)),
    p95MoreMs: round(median(all.map((one) => one[arm] - one[base]))),
    ratios: [round(Math.min(...ratios)), round(Math.max(...ratios))],
  };
}

/** Up to a tenth more, or 3 ms where a tenth is less than a timer can tell. */
export function isAsFast({ p95Ratio, p95MoreMs }: Comparison): boolean {
  return p95Ratio <= 1.1 || p95MoreMs <= 3;
}
