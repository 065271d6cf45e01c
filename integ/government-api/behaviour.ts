import type { Shares } from './faults';

/** How the API behaves apart from maintenance. Every number is drawn from the seed. */
export interface Behaviour {
  /** Faults of a request that sends a report, by the reference of the report and the number of the attempt. */
  readonly sending: Shares;
  /** Faults of a look-up, by the reference and the number of the look-up. */
  readonly lookingUp: Shares;
  /** Faults of a request for a token, by its number. */
  readonly signingIn: Shares;
  /** Bursts of 500 and 503: so many requests in a row fail, once in so many requests. @default - none */
  readonly bursts?: { readonly length: readonly [number, number]; readonly every: number };
  /** A token is valid for so many requests, although its `expires_in` says an hour. @default - the hour */
  readonly tokenUses?: readonly [number, number];
  /** Milliseconds until an answer. */
  readonly answerMs: readonly [number, number];
  /** Requests above this number in any second get a 429. @default - unlimited */
  readonly perSecond?: number;
}

/** Does everything wrong: about two of five requests with a report fail, one of eight after the report was accepted. */
export const UNSTABLE: Behaviour = {
  sending: {
    rateLimited: 0.03,
    rateLimitedSeconds: 0.03,
    rateLimitedDate: 0.03,
    serverError: 0.04,
    unavailable: 0.04,
    errorInside: 0.03,
    timeoutBefore: 0.03,
    resetBefore: 0.03,
    timeoutAfter: 0.03,
    gatewayTimeoutAfter: 0.02,
    cutAnswer: 0.03,
    truncatedJson: 0.03,
    slowAnswer: 0.04,
    unavailableAfter: 0.02,
  },
  lookingUp: { rateLimitedSeconds: 0.05, serverError: 0.05, unavailable: 0.05, timeoutBefore: 0.02, cutAnswer: 0.03, truncatedJson: 0.03 },
  signingIn: { unavailable: 0.05, resetBefore: 0.03 },
  bursts: { length: [5, 30], every: 200 },
  tokenUses: [5, 80],
  answerMs: [20, 400],
};

/** Answers every request in 5 ms, to measure the rate of a client. */
export const STABLE: Behaviour = { sending: {}, lookingUp: {}, signingIn: {}, answerMs: [5, 5] };
