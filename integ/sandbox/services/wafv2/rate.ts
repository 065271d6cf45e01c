import type { Inspected, Matcher } from './definition';

/** A window is counted in parts of it, so that no request is searched for. */
const PARTS = 60;
/** Documented: a rule "can rate limit up to 10,000" values of its key at a time. */
const MAXIMUM_KEYS = 10_000;

/** How many requests came in the window that ends now, to a sixtieth of it. */
export class RateWindow {
  private readonly parts = new Uint32Array(PARTS);
  private total = 0;
  private last = Number.NEGATIVE_INFINITY;

  constructor(private readonly part: number) {}

  /** Counts a request, and says how many there are with it. */
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
 * Matches what is over the limit of a rate-based rule: every request counts, those that are blocked too.
 *
 * Documented: "Rate-based rule caveats in AWS WAF": AWS estimates the rate every few seconds and "does not guarantee an exact limit match";
 * here the request after the last of the limit matches.
 *
 * @param window seconds
 * @param keyOf what requests are counted by; the rule is not applied to a request without one
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
