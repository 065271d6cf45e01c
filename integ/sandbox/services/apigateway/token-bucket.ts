/** A limit of requests: `rate` per second on average, at most `burst` at once. */
export interface RateLimit {
  readonly rate: number;
  readonly burst: number;
}

/**
 * A bucket of at most `burst` tokens that starts full and gets `rate` tokens per second; each request takes one. Documented:
 * "Throttle requests to your REST APIs": "API Gateway throttles requests using the token bucket algorithm, where a token counts for a
 * request", and "the burst is the maximum bucket size".
 */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  /** @param now in milliseconds of the clock, as in all methods */
  constructor(
    private readonly limit: RateLimit,
    now: number,
  ) {
    this.tokens = limit.burst;
    this.filledAt = now;
  }

  /** Fills the bucket, and returns whether it has a token. */
  public holds(now: number): boolean {
    // A clock that went back changes nothing.
    if (now > this.filledAt) {
      this.tokens = Math.min(this.limit.burst, this.tokens + ((now - this.filledAt) * this.limit.rate) / 1000);
      this.filledAt = now;
    }
    return this.tokens >= 1 - ROUNDING;
  }

  public take(): void {
    this.tokens -= 1;
  }
}

/** Ten tenths of a token are a token, although their floating-point sum is slightly less. */
const ROUNDING = 1e-9;

/** Takes a token from each bucket, or from none if one is empty. Returns whether it did. */
export function takeFromAll(buckets: readonly TokenBucket[], now: number): boolean {
  if (!buckets.every((bucket) => bucket.holds(now))) return false;
  for (const bucket of buckets) bucket.take();
  return true;
}
