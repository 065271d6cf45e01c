import type { JsonObject } from '../../contracts';
import { objectOf } from '../../protocol/json';

/** The seconds before each retry of a delivery. */
export type Delays = Iterable<number>;

/** How messages reach an HTTP(S) endpoint. */
export interface HttpPolicy {
  readonly delays: Delays;
  readonly contentType: string;
}

/** Documented: "Amazon SNS message delivery retries": queues and functions. The pages have no formula for the backoff. */
export const AWS_MANAGED: Delays = {
  *[Symbol.iterator]() {
    yield* [0, 0, 0, 1, 1];
    yield* exponential(1, 20, 10);
    for (let retry = 0; retry < 100_000; retry += 1) yield 20;
  },
};

const DEFAULTS = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  numMaxDelayRetries: 0,
};
const CONTENT_TYPE = 'text/plain; charset=UTF-8';
const MEMBERS = [...Object.keys(DEFAULTS), 'backoffFunction'];

/** Of topics that have none. Documented: GetTopicAttributes. */
export const EFFECTIVE_POLICY = {
  http: {
    defaultHealthyRetryPolicy: { ...DEFAULTS, backoffFunction: 'linear' },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: CONTENT_TYPE },
  },
};

/**
 * The delivery policy of a subscription. Documented: "Creating an HTTP/S delivery policy". AWS documents no formula for the arithmetic and
 * geometric backoff, so they are not supported.
 *
 * @throws if AWS would reject it or the sandbox does not support it
 */
export function httpPolicy(policy: JsonObject = {}): HttpPolicy {
  const { healthyRetryPolicy, requestPolicy, ...others } = policy;
  const [other] = Object.keys(others);
  if (other !== undefined) throw new Error(`${other} is not supported`);
  return {
    delays: retriesOf(objectOf(healthyRetryPolicy)),
    contentType: String(objectOf(requestPolicy).headerContentType ?? CONTENT_TYPE),
  };
}

function retriesOf(given: JsonObject): Delays {
  const unknown = Object.keys(given).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) throw new Error(`healthyRetryPolicy.${unknown} is not supported`);
  const value = (name: keyof typeof DEFAULTS, least: number, most: number): number => {
    const number = Number(given[name] ?? DEFAULTS[name]);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new Error(`healthyRetryPolicy.${name} is ${given[name]}: it must be a whole number from ${least} to ${most}`);
  };
  const longest = value('maxDelayTarget', 1, 3600);
  const shortest = value('minDelayTarget', 1, longest);
  const retries = value('numRetries', 0, 100);
  const [atOnce, before, after] = (['numNoDelayRetries', 'numMinDelayRetries', 'numMaxDelayRetries'] as const).map((name) =>
    value(name, 0, 100),
  );
  const backoff = retries - atOnce - before - after;
  if (backoff < 0) throw new Error(`healthyRetryPolicy.numRetries is ${retries}, less than the retries of its phases`);
  const delays = [
    ...Array<number>(atOnce).fill(0),
    ...Array<number>(before).fill(shortest),
    ...backoffOf(String(given.backoffFunction ?? 'linear'))(shortest, longest, backoff),
    ...Array<number>(after).fill(longest),
  ];
  if (delays.reduce((sum, delay) => sum + delay, 0) > 3600) throw new Error('healthyRetryPolicy takes more than 3,600 seconds');
  return delays;
}

type Backoff = (shortest: number, longest: number, retries: number) => number[];

function backoffOf(name: string): Backoff {
  if (name === 'linear') return linear;
  if (name === 'exponential') return exponential;
  throw new Error(`healthyRetryPolicy.backoffFunction ${name} is not supported: linear and exponential are`);
}

/** The delays grow by the same time. */
function linear(shortest: number, longest: number, retries: number): number[] {
  return Array.from({ length: retries }, (_, retry) => shortest + (retries < 2 ? 0 : ((longest - shortest) * retry) / (retries - 1)));
}

/** The delays double, up to the longest one. */
function exponential(shortest: number, longest: number, retries: number): number[] {
  return Array.from({ length: retries }, (_, retry) => Math.min(longest, shortest * 2 ** retry));
}
