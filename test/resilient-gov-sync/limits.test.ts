import { Duration } from 'aws-cdk-lib';
import { Duplicates, Transport } from '../../src';
import { CLOSED, permissionOf } from '../../src/resilient-gov-sync/lambda/breaker';
import { MAX_HOLD_MS } from '../../src/resilient-gov-sync/lambda/retry-after';
import { ATTEMPT_EVERY_MS } from '../../src/resilient-gov-sync/lambda/start/attempts';
import { TRANSPORTS } from '../../src/resilient-gov-sync/lambda/transport';
import {
  FUNCTION_TIMEOUT_SECONDS,
  KEY_MARGIN_MS,
  LEAD_MS,
  LEASE_MARGIN_MS,
  LEASE_MS,
  LONGEST_WAIT_MS,
  MOST_BYTES_IN_FLIGHT,
  MOST_BYTES_OF_REPORT,
  MOST_PASSES,
  MOST_REPORTS_OF_PASS,
  MOST_TURNS,
  MOST_WAITS,
  PASS_MARGIN_MS,
} from '../../src/resilient-gov-sync/limits';
import { templateOf, testStack } from '../synth';
import { definitionOf, mostEvents, type State } from './events-of-states';
import { endpoint, govSync, userFunction } from './fixtures';

/** Documented: "Step Functions service quotas": events in the history of an execution. */
const MOST_EVENTS = 25_000;
/** Nobody knows each event of each error. */
const NEAR = 0.95 * MOST_EVENTS;
const STEPS = {
  decide: 'Plan the next step',
  record: 'Record the request',
  wait: 'Note that data is late',
  list: 'Make the list of reports',
};

/** The states of an attempt, and those of a report with the ones of its branch. */
function synthesized(transport: 'httpTask' | 'function') {
  const stack = testStack();
  const duplicates = Duplicates.lookUp({ path: '/{tenant}/{period}', visibleAfter: Duration.minutes(5) });
  const ofFunction = transport === 'httpTask' ? {} : { transport: Transport.fromFunction(userFunction(stack, 'Send')) };
  govSync(stack, { endpoint: endpoint(stack, { duplicates, ...ofFunction }) });
  const template = templateOf(stack);
  const attempt = definitionOf(template).States;
  const report = Object.values(attempt).find(({ Type }) => Type === 'Map')?.ItemProcessor?.States ?? {};
  const branch = Object.values(report).find(({ Type }) => Type === 'Parallel')?.Branches?.[0].States ?? {};
  return { template, attempt, report, all: { ...attempt, ...report, ...branch } };
}

const TRANSPORT_NAMES = ['httpTask', 'function'] as const;
const found = {} as Record<(typeof TRANSPORT_NAMES)[number], ReturnType<typeof synthesized>>;
beforeAll(() => {
  for (const name of TRANSPORT_NAMES) found[name] = synthesized(name);
});

test('the steps whose limits are checked are there', () => {
  for (const { all } of Object.values(found)) for (const name of Object.values(STEPS)) expect(all).toHaveProperty([name]);
});

describe.each(TRANSPORT_NAMES)('with %s, no execution comes near 25,000 events', (transport) => {
  test('of a report: every turn, with every step tried as often as it can be', () => {
    const { report } = found[transport];
    const perTurn = mostEvents(report, { through: STEPS.decide });
    expect(perTurn).toBeGreaterThan(50);
    // What the comment of the limit says.
    expect(perTurn).toBeLessThanOrEqual(95);
    expect(perTurn * MOST_TURNS + mostEvents(report, { without: [STEPS.decide] })).toBeLessThan(NEAR);
  });

  test('of an attempt: every wait for the data, and every pass over the list', () => {
    const { attempt } = found[transport];
    const perWait = mostEvents(attempt, { through: STEPS.wait });
    const perPass = mostEvents(attempt, { through: STEPS.list, without: [STEPS.wait] });
    expect([perWait, perPass].every((events) => events > 10)).toBe(true);
    expect([perWait <= 50, perPass <= 25]).toEqual([true, true]);
    expect(perWait * MOST_WAITS + perPass * MOST_PASSES + mostEvents(attempt, {})).toBeLessThan(NEAR);
  });
});

describe.each(TRANSPORT_NAMES)('with %s, times fit to each other', (transport) => {
  const { latenessMs } = TRANSPORTS[transport];
  const seconds = (state: string) => (found[transport].all[state].TimeoutSeconds ?? 60) * 1_000;

  test('a step ends in its function before its state does, and is not tried again after an error that stays', () => {
    const { template, all } = found[transport];
    const [run] = Object.entries(template.findResources('AWS::Lambda::Function')).filter(([id]) => id.includes('RunFunction'));
    expect(run[1].Properties.Timeout).toBe(FUNCTION_TIMEOUT_SECONDS);
    for (const name of Object.values(STEPS)) {
      expect(seconds(name)).toBeGreaterThan(FUNCTION_TIMEOUT_SECONDS * 1_000);
      expect(all[name].Retry?.[0]).toEqual({ ErrorEquals: ['PermanentError'], MaxAttempts: 0 });
    }
  });

  test('no other execution can have the lease while a report is sent', () => {
    expect(LEASE_MARGIN_MS).toBeGreaterThan(FUNCTION_TIMEOUT_SECONDS * 1_000 + latenessMs + seconds('Send the report'));
  });

  test('the lease that a turn is given with is enough for the turn', () => {
    const untilRecorded = seconds(STEPS.decide) + LEAD_MS + LONGEST_WAIT_MS + seconds(STEPS.record);
    expect(LEASE_MS / 2 - LEASE_MARGIN_MS).toBeGreaterThan(untilRecorded);
  });

  test('a key is not used so late that the API could forget it on the way', () => {
    expect(KEY_MARGIN_MS).toBeGreaterThan(triedAgain(found[transport].all[STEPS.decide]) + LONGEST_WAIT_MS + seconds('Send the report'));
  });

  test('a probe has ended before another child makes one', () => {
    const now = 1;
    const permission = permissionOf({ ...CLOSED, state: 'OPEN' }, now, 'child');
    expect(permission.may === 'probe' ? permission.next.probeUntil - now : 0).toBeGreaterThan(
      LEAD_MS + latenessMs + seconds('Send the report'),
    );
  });

  test('a turn is not over before the states in between have passed', () => expect(latenessMs).toBeGreaterThan(LEAD_MS));
});

/** How long a step can take with all tries, in milliseconds. */
function triedAgain({ TimeoutSeconds = 60, Retry = [] }: State): number {
  let seconds = TimeoutSeconds;
  for (const { MaxAttempts, IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY } of Retry) {
    for (let tries = 0; tries < MaxAttempts; tries++)
      seconds += TimeoutSeconds + Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** tries);
  }
  return seconds * 1_000;
}

test('a child that waits as long as it can extends its lease before its margin begins', () => {
  // It extends the lease when less than half is left, and so has at least half of it when it begins to wait.
  expect(LEASE_MS / 2 - LONGEST_WAIT_MS).toBeGreaterThan(LEASE_MARGIN_MS);
  expect(LEASE_MARGIN_MS).toBeGreaterThan(2 * FUNCTION_TIMEOUT_SECONDS * 1_000);
});

test('the longest Retry-After is one wait, and a wait in the map is shorter than the time between attempts', () => {
  expect(MAX_HOLD_MS).toBeLessThanOrEqual(LONGEST_WAIT_MS);
  expect(LONGEST_WAIT_MS).toBeLessThan(ATTEMPT_EVERY_MS);
});

test('a pass over the list has time for what it has begun, and 4,000 reports are few of the passes', () => {
  expect(PASS_MARGIN_MS).toBeLessThanOrEqual((FUNCTION_TIMEOUT_SECONDS * 1_000) / 2);
  // At a megabyte a second.
  expect(PASS_MARGIN_MS).toBeGreaterThan((MOST_BYTES_IN_FLIGHT / 2 ** 20) * 2_000);
  expect(MOST_BYTES_IN_FLIGHT).toBeGreaterThanOrEqual(MOST_BYTES_OF_REPORT);
  expect(4_000 / MOST_REPORTS_OF_PASS).toBeLessThan(MOST_PASSES / 10);
});
