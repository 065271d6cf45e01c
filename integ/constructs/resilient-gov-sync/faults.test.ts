import { UNSTABLE } from '../../government-api';
import { type RunningSync, startSync } from './start-sync';

// An API that does everything wrong, in each mode of duplicates and with both transports. Reports of `bad-…` are invalid for ever.
const GOOD = Array.from({ length: 4 }, (_, index) => `school-${index}`);
const TENANTS = [...GOOD, 'bad-school'];
const MOST_ATTEMPTS = 12;
let sync: RunningSync | undefined;
afterEach(() => sync?.close());

/** Starts attempts until the period is complete, as the schedule does. */
async function complete(running: RunningSync): Promise<number> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const { status } = await running.end(await running.start(attempt));
    if (status === 'SUCCEEDED') return attempt;
    running.sandbox.clock.advance(6 * 3_600_000);
  }
  return Number.POSITIVE_INFINITY;
}

test.each([
  ['idempotencyKey', 'httpTask', 1],
  ['lookUp', 'function', 2],
  ['neither', 'httpTask', 3],
] as const)(
  'with %s by %s, no report is lost, doubled or rejected wrongly',
  async (mode, transport, seed) => {
    sync = await startSync({ mode, transport, tenants: TENANTS, maxPerSecond: 20, api: { seed, behaviour: UNSTABLE } });
    expect(await complete(sync)).toBeLessThanOrEqual(MOST_ATTEMPTS);
    const reports = await sync.reports();
    const { figures, reports: arrived } = sync.api.record();
    const acceptedOf = (tenant: string) => arrived.find(({ reference }) => reference.startsWith(`${tenant}-`))?.acceptances.length ?? 0;
    const ends = Object.values(reports).map(({ tenant, status, reason }) => ({ tenant: String(tenant), status, reason }));
    expect(figures.doubled).toBe(0);
    for (const { tenant, status, reason } of ends) {
      const isGood = GOOD.includes(tenant);
      if (status === 'CONFIRMED') expect([tenant, acceptedOf(tenant), isGood]).toEqual([tenant, 1, true]);
      else if (status === 'REJECTED') expect([tenant, acceptedOf(tenant), isGood, reason]).toEqual([tenant, 0, false, 'HTTP 422']);
      else expect([tenant, status, mode]).toEqual([tenant, 'OUTCOME_UNKNOWN', 'neither']);
    }
    expect(figures.maxRate).toBeLessThanOrEqual(20);
  },
  400_000,
);
