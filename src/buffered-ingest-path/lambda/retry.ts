/** The clock of calls that are repeated, replaced in tests. */
export interface Pace {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** At least 0 and below 1. */
  readonly random: () => number;
}

export const CALL_TIMEOUT_MS = 3_000;
/** No call is started with less time left. */
export const MIN_CALL_TIME_MS = 50;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Errors of statements, then errors of whole calls. Documented: "BatchStatementError" and "Error handling with DynamoDB". */
const transient = new Set([
  'InternalServerError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'ThrottlingError',
  'TransactionConflict',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceededException',
  'ThrottlingException',
]);

/** Whether the same statement or call may succeed later. */
export function isTransient(code: string): boolean {
  return transient.has(code);
}

/** Whether a call was throttled, failed inside the service, or got no response. A read or an insert can safely be sent again. */
export function isTransientCall(error: unknown): boolean {
  const { $metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: unknown };
  const name = errorCode(error);
  const neverAnswered = name === 'AbortError' || name === 'TimeoutError' || typeof code === 'string';
  return transient.has(name) || neverAnswered || ($metadata?.httpStatusCode ?? 0) >= 500;
}

/** The name of an error. Its message is not logged, because it may contain ARNs of the account. */
export function errorCode(error: unknown): string {
  return error instanceof Error ? error.name : 'Unknown';
}

/**
 * Waits before the next attempt, with full jitter.
 *
 * @returns false if there is no time left for another attempt
 */
export async function pause(attempt: number, deadline: number, { now, sleep, random }: Pace): Promise<boolean> {
  const milliseconds = random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
  if (now() + milliseconds >= deadline) return false;
  await sleep(milliseconds);
  return true;
}
