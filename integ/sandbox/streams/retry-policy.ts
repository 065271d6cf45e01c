import type { Properties } from '../assembly/properties';
import type { Clock } from '../contracts';

/** AWS documents exponential backoff, and no figures. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 3_600_000;

/** How often and how long a target of a rule or of a schedule is tried. */
export interface RetryPolicy {
  readonly maximumAttempts: number;
  readonly maximumAgeSeconds: number;
}

/** As dead letters name it. */
export type Exhausted = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

/** Of a target, the maximum by default. @throws if AWS would reject it */
export function readRetryPolicy(target: Properties): RetryPolicy {
  const given = target.object('RetryPolicy');
  const read = (name: string, least: number, most: number) => (given?.has(name) ? whole(given, name, least, most) : most);
  return {
    maximumAttempts: read('MaximumRetryAttempts', 0, 185),
    maximumAgeSeconds: read('MaximumEventAgeInSeconds', 60, 86_400),
  };
}

/** The dead-letter queue of a target. @throws if AWS would reject it */
export function readDeadLetterArn(target: Properties): string | undefined {
  const arn = target.object('DeadLetterConfig')?.text('Arn');
  if (arn !== undefined && (arn.split(':')[2] !== 'sqs' || arn.endsWith('.fifo'))) {
    throw target.invalid('DeadLetterConfig.Arn', `${arn} is not a standard queue`);
  }
  return arn;
}

/** @throws if it is missing or out of range */
export function whole(of: Properties, name: string, least: number, most: number): number {
  const value = of.number(name);
  if (value === undefined) throw of.invalid(name, 'is missing');
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw of.invalid(name, `is ${value}: it must be a whole number from ${least} to ${most}`);
}

/** Waits after a failed attempt, of which the first is 1. Returns why there is no other attempt. The age begins with this call. */
export function retriesOf(
  { maximumAttempts, maximumAgeSeconds }: RetryPolicy,
  clock: Clock,
  signal: AbortSignal,
): (attempt: number) => Promise<Exhausted | undefined> {
  const expires = clock.now() + maximumAgeSeconds * 1000;
  return async (attempt) => {
    if (attempt > maximumAttempts) return 'MaximumRetryAttempts';
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1));
    await clock.sleep(Math.min(wait, expires - clock.now()), signal);
    return clock.now() < expires ? undefined : 'MaximumEventAgeInSeconds';
  };
}
