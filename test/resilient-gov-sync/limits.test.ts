import { FUNCTION_TIMEOUT_SECONDS, LEAD_MS, LEASE_MARGIN_MS, LEASE_MS, LONGEST_WAIT_MS } from '../../src/resilient-gov-sync/lambda/limits';
import { MAX_HOLD_MS } from '../../src/resilient-gov-sync/lambda/retry-after';
import { ATTEMPT_EVERY_MS } from '../../src/resilient-gov-sync/lambda/start/attempts';
import { TRANSPORTS } from '../../src/resilient-gov-sync/lambda/transport';

// The times of the sync depend on each other (ADR-105).
test('a report is not recorded with less of the lease left than the function can run', () => {
  expect(LEASE_MARGIN_MS).toBeGreaterThan(2 * FUNCTION_TIMEOUT_SECONDS * 1_000);
});

test('a child that waits as long as it can extends its lease before its margin begins', () => {
  // It extends the lease when less than half is left, and so has at least half of it when it begins to wait.
  expect(LEASE_MS / 2 - LONGEST_WAIT_MS).toBeGreaterThan(LEASE_MARGIN_MS);
});

test('the longest Retry-After is one wait, and a wait in the map is shorter than the time between attempts', () => {
  expect(MAX_HOLD_MS).toBeLessThanOrEqual(LONGEST_WAIT_MS);
  expect(LONGEST_WAIT_MS).toBeLessThan(ATTEMPT_EVERY_MS);
});

test('a turn is reserved before it begins, and a call can be late', () => {
  for (const { latenessMs } of Object.values(TRANSPORTS)) expect(latenessMs).toBeGreaterThan(LEAD_MS);
});
