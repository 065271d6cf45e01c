import { invalid } from '../core/private/base/invalid';
import { NUMBER } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';

/** Limits of each tenant of a tier. */
export interface TierLimits {
  /** Requests per second, sustained. */
  readonly rate: number;
  /** Requests that a tenant may send at once after it was idle. */
  readonly burst: number;
  /**
   * Requests per day (UTC).
   *
   * @default - no limit
   */
  readonly quotaPerDay?: number;
}

/** A level of service with limits for each of its tenants. */
export class Tier {
  /**
   * A tier with its name and limits.
   *
   * @param name lower-case words with hyphens, at most 32 characters
   * @param limits the limits of each tenant of the tier
   * @throws when the name or a limit is invalid
   */
  public static of(name: string, limits: TierLimits): Tier {
    if (!/^[a-z][a-z0-9-]{0,31}$/.test(name))
      invalid('Tier', 'name', name, 'lower-case letters, digits and hyphens, at most 32, known at synthesis');
    const where = `Tier ${name}`;
    checkProps(where, limits, LIMITS);
    if (!Number.isFinite(limits.rate) || limits.rate <= 0) invalid(where, 'rate', limits.rate, 'requests per second, more than 0');
    if (!Number.isInteger(limits.burst) || limits.burst < 1)
      invalid(where, 'burst', limits.burst, 'a whole number of requests, at least 1');
    const quota = limits.quotaPerDay;
    if (quota !== undefined && (!Number.isInteger(quota) || quota < 1)) {
      invalid(where, 'quotaPerDay', quota, 'a whole number of requests, at least 1, or absent for no limit');
    }
    return new Tier(name, limits.rate, limits.burst, quota);
  }

  private constructor(
    /** The name of the tier. */
    public readonly name: string,
    /** Requests per second, sustained. */
    public readonly rate: number,
    /** Requests that a tenant may send at once after it was idle. */
    public readonly burst: number,
    /** Requests per day (UTC); undefined for no limit. */
    public readonly quotaPerDay?: number,
  ) {}
}

const LIMITS: PropKinds<TierLimits> = { rate: required(NUMBER), burst: required(NUMBER), quotaPerDay: NUMBER };
