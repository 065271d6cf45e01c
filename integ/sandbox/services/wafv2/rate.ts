import type { Inspected, Matcher } from './definition';

/** A window is counted in parts, so that no list of requests is needed. */
const PARTS = 60;
/** Documented: a rule "can rate limit up to 10,000" values of its key at a time. */
const MAXIMUM_KEYS = 10_000;

/** Counts the requests in the window that ends now, with a resolution of a sixtieth of the window. */
export class RateWindow {
  private readonly parts = new Uint32Array(PARTS);
  private total = 0;
  private last = Number.NEGATIVE_INFINITY;

  /** @param part the length of a part in milliseconds */
  constructor(private readonly part: number) {}

  /** Counts a request, and returns the number of requests in the window. */
  public count(now: number): number {
    const current = Math.floor(now / this.part);
    const passed = Math.min(current - this.last, PARTS);
    for (let step = 0; step < passed; step += 1) {
      const at = (current - step) % PARTS;
      this.total -= this.parts[at];
      this.parts[at] = 0;
    }
    this.last = Math.max(this.last, current);
    this.parts[this.last % PARTS] += 1;
    this.total += 1;
    return this.total;
  }
}

/**
 * Matches requests over the limit of a rate-based rule. Every request counts, also a blocked one.
 *
 * Documented: "Rate-based rule caveats in AWS WAF": AWS estimates the rate every few seconds and "does not guarantee an exact limit match";
 * in the sandbox the first request over the limit matches.
 *
 * @param window in seconds
 * @param keyOf the aggregation key; the rule does not apply to a request without one
 */
export function overLimit(limit: number, window: number, keyOf: (request: Inspected) => string | undefined): Matcher {
  const windows = new Map<string, RateWindow>();
  return (request) => {
    const key = keyOf(request);
    if (key === undefined) return false;
    let counted = windows.get(key);
    if (!counted) {
      const [oldest] = windows.keys();
      if (windows.size >= MAXIMUM_KEYS) windows.delete(oldest);
      counted = new RateWindow((window * 1000) / PARTS);
      windows.set(key, counted);
    }
    return counted.count(request.now) > limit;
  };
}
