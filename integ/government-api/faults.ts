import { httpDate } from './clock';
import { type Answer, type Delivery, page, problem } from './delivery';
import { between } from './draws';

/** What a fault can use. */
export interface FaultContext {
  /** Processes the request and returns the answer that a reliable API would send. A fault that does not call it happens before. */
  process(): Answer;
  /** Of this attempt. */
  readonly random: () => number;
  readonly now: number;
}

export type Fault = (context: FaultContext) => Delivery;

const answer = (answered: Answer, afterMs?: number): Delivery => ({ kind: 'answer', answer: answered, afterMs });
const tooMany = (headers = {}) => answer(problem(429, 'RATE_EXCEEDED', 'Too many requests.', headers));
const textOf = ({ body }: Answer) => (typeof body === 'string' ? body : JSON.stringify(body));

/** The faults of one request, one a row. Those that call `process` happen after the report was accepted. */
export const FAULTS = {
  rateLimited: () => tooMany(),
  rateLimitedSeconds: ({ random }) => tooMany({ 'retry-after': String(between([1, 120], random)) }),
  rateLimitedDate: ({ random, now }) => tooMany({ 'retry-after': httpDate(now + between([1, 120], random) * 1_000) }),
  serverError: () => answer(problem(500, 'INTERNAL', 'An internal error occurred.')),
  unavailable: () => answer(problem(503, 'UNAVAILABLE', 'The service is not available.')),
  errorInside: () => answer({ ...problem(503, 'UNAVAILABLE', 'The service is not available.'), status: 200 }),
  timeoutBefore: () => ({ kind: 'silence' }),
  resetBefore: () => ({ kind: 'reset' }),
  timeoutAfter: ({ process }) => {
    process();
    return { kind: 'silence' };
  },
  gatewayTimeoutAfter: ({ process }) => {
    process();
    return answer(page(504, '504 Gateway Time-out'));
  },
  /** A proxy says that the service is not available, after it passed the request on. */
  unavailableAfter: ({ process }) => {
    process();
    return answer(page(503, '503 Service Temporarily Unavailable'));
  },
  cutAnswer: ({ process }) => ({ kind: 'cut', answer: process() }),
  truncatedJson: ({ process }) => {
    const whole = process();
    const text = textOf(whole);
    return answer({ ...whole, body: text.slice(0, Math.floor(text.length / 2)) });
  },
  slowAnswer: ({ process, random }) => answer(process(), between([2_000, 40_000], random)),
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

/** The share of requests that each fault has. */
export type Shares = Readonly<Partial<Record<FaultName, number>>>;

/** The fault of an attempt, or none: the first number decides. */
export function faultOf(shares: Shares, random: () => number): FaultName | undefined {
  let left = random();
  for (const [name, share] of Object.entries(shares) as [FaultName, number][]) {
    left -= share;
    if (left < 0) return name;
  }
  return undefined;
}
