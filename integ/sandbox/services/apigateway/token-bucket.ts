/** A limit of requests: `rate` a second in the long run, at most `burst` at once. */
export interface RateLimit {
  readonly rate: number;
  readonly burst: number;
}

/**
 * A bucket that holds at most `burst` tokens, is full at the beginning and gets `rate` tokens a second; each request takes one. Documented:
 * "Throttle requests to your REST APIs": "API Gateway throttles requests using the token bucket algorithm, where a token counts for a
 * request", and "the burst is the maximum bucket size".
 */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  /** @param now milliseconds of the clock, as everywhere here */
  constructor(
    private readonly limit: RateLimit,
    now: number,
  ) {
    this.tokens = limit.burst;
    this.filledAt = now;
  }

  /** Whether there is a token to take. */
  public holds(now: number): boolean {
    // A clock that went back fills nothing, and takes nothing away.
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

/** A tenth of a token that comes ten times is a token, though the sum of the numbers is a little less. */
const ROUNDING = 1e-9;

/** Takes a token of each bucket; of none where one is empty. */
export function takeFromAll(buckets: readonly TokenBucket[], now: number): boolean {
  if (!buckets.every((bucket) => bucket.holds(now))) return false;
  for (const bucket of buckets) bucket.take();
  return true;
}
