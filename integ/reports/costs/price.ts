/** Hours of a month, as AWS counts them. */
export const HOURS = 730;

/** What AWS charges for one unit. */
export interface Price {
  /** What is counted: `request`, `GB`, `hour`, `GB-second`, … */
  readonly unit: string;
  /** USD for one unit: one number, or tiers of a month. Unknown if no source was found: an unknown price is never counted as zero. */
  readonly usd: number | readonly Tier[] | 'unknown';
  /** The Region of the price. */
  readonly region: string;
  /** Where the price was read. */
  readonly source: string;
  /** The day on which it was read. */
  readonly read: string;
}

/** A price for the units of a month up to a number of them; the last tier has no end. */
export interface Tier {
  readonly upTo?: number;
  readonly usd: number;
}

/** What a quantity costs in a month, in USD; undefined if the price is not known. */
export function costOf({ usd }: Price, quantity: number): number | undefined {
  if (usd === 'unknown') return undefined;
  if (typeof usd === 'number') return usd * quantity;
  let left = quantity;
  let below = 0;
  let sum = 0;
  for (const { upTo = Number.POSITIVE_INFINITY, usd: each } of usd) {
    const inTier = Math.min(left, upTo - below);
    sum += inTier * each;
    left -= inTier;
    below = upTo;
    if (left <= 0) break;
  }
  return sum;
}
