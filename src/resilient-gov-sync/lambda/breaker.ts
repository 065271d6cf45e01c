/** The circuit breaker of the API, as the table has it. All executions share it. Times are milliseconds since the epoch. */
export interface Breaker {
  readonly state: 'CLOSED' | 'OPEN' | 'HALF_OPEN';
  /** Failures in a row while it is closed. */
  readonly failures: number;
  /** How often it opened in a row, without a success in between. */
  readonly openings: number;
  /** Since when no success was seen; kept while it opens again. */
  readonly openedAt: number;
  readonly openUntil: number;
  /** The child execution that may make the one call of a half-open breaker. */
  readonly probeOwner?: string;
  readonly probeUntil: number;
}

/** What a child execution may do. */
export type Permission =
  | { readonly may: 'call' }
  /** It may make the one call, if this state is written before anybody else writes one. */
  | { readonly may: 'probe'; readonly next: Breaker }
  | { readonly may: 'wait'; readonly until: number };

const FAILURES_TO_OPEN = 5;
const FIRST_WAIT_MS = 60_000;
const MAX_WAIT_MS = 15 * 60_000;
/** More than the longest call takes. After it, the owner of a probe counts as stopped. */
const PROBE_MS = 3 * 60_000;

export const CLOSED: Breaker = { state: 'CLOSED', failures: 0, openings: 0, openedAt: 0, openUntil: 0, probeUntil: 0 };

/** Asks before a call. */
export function permissionOf(breaker: Breaker, now: number, caller: string): Permission {
  if (breaker.state === 'CLOSED') return { may: 'call' };
  const until = breaker.state === 'OPEN' ? breaker.openUntil : breaker.probeUntil;
  // Its owner asks again only after it gave the probe up, or got an answer that says nothing about the API.
  const isOwner = breaker.state === 'HALF_OPEN' && breaker.probeOwner === caller;
  if (now < until && !isOwner) return { may: 'wait', until };
  return { may: 'probe', next: { ...breaker, state: 'HALF_OPEN', probeOwner: caller, probeUntil: now + PROBE_MS } };
}

/** Whether the caller may make its call at this moment: the breaker is closed, or the probe is the caller's. */
export function mayCall({ state, probeOwner, probeUntil }: Breaker, now: number, caller: string): boolean {
  return state === 'CLOSED' || (state === 'HALF_OPEN' && probeOwner === caller && now < probeUntil);
}

/**
 * The breaker after a call. The same object if nothing changes: also for results of calls that began before it opened, and of a probe whose
 * time has passed.
 */
export function afterCall(breaker: Breaker, succeeded: boolean, now: number, caller: string): Breaker {
  if (breaker.state === 'OPEN') return breaker;
  if (breaker.state === 'HALF_OPEN') {
    if (!mayCall(breaker, now, caller)) return breaker;
    return succeeded ? CLOSED : opened(breaker, now);
  }
  if (succeeded) return breaker.failures === 0 ? breaker : CLOSED;
  const failures = breaker.failures + 1;
  return failures < FAILURES_TO_OPEN ? { ...breaker, failures } : opened(breaker, now);
}

function opened({ openings, openedAt }: Breaker, now: number): Breaker {
  const wait = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** openings);
  return { ...CLOSED, state: 'OPEN', openings: openings + 1, openedAt: openings === 0 ? now : openedAt, openUntil: now + wait };
}
