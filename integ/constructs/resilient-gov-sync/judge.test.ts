import { answerOfFunction, answerOfFunctionError } from '../../../src/resilient-gov-sync/lambda/answer';
import { type Judgement, judge } from '../../../src/resilient-gov-sync/lambda/judge';
import { type Duplicates, FAULTS, type FaultName, idempotencyKey, lookUp, neither, STABLE, UNSTABLE } from '../../government-api';
import { report, type Seen, startTestApi, type TestApi } from '../../government-api/testing';

// What ADR-105 says about answers and duplicates, against an API that does everything wrong. The client sends one report after the other,
// without rate and breaker.
const CONFIRMATION = { receipt: 'receipt', error: 'error', retryable: 'error.retryable' };
const VISIBLE_AFTER_MS = 5 * 60_000;
/** Shorter than a busy machine may need: a report whose answer comes too late is unknown, as with any other timeout. */
const TIMEOUT_MS = 200;
const LONGEST_CALL_MS = 60_000;

const judged = ({ status, headers, text }: Seen, now: number): Judgement =>
  judge(
    typeof status === 'number'
      ? answerOfFunction({ status, headers: Object.fromEntries(headers), body: text })
      : answerOfFunctionError({ Error: status }),
    CONFIRMATION,
    now,
  );

let api: TestApi;
afterEach(() => api?.close());

test.each(Object.keys(FAULTS) as FaultName[])('the answer of %s is not taken for another one', async (fault) => {
  api = await startTestApi({ behaviour: { ...STABLE, sending: { [fault]: 1 } }, timeoutMs: TIMEOUT_MS });
  const { outcome } = judged(await api.send(report('one')), api.clock.now());
  const { accepted } = api.figures();
  if (outcome === 'CONFIRMED') expect(accepted).toBe(1);
  else if (outcome !== 'UNKNOWN') expect([outcome, accepted]).toEqual(['TRY_LATER', 0]);
});

type End = 'confirmed' | 'rejected' | 'unknown' | 'given up';

/** Sends a report until it is clear what became of it. */
async function end(mode: Duplicates['mode'], reference: string, grade: number): Promise<End> {
  const { clock } = api;
  for (let attempt = 0; attempt < 50; attempt++) {
    const judgement = judged(await api.send(report(reference, grade), { 'idempotency-key': reference }), clock.now());
    if (judgement.outcome === 'CONFIRMED') return 'confirmed';
    if (judgement.outcome === 'REJECTED') return 'rejected';
    if (judgement.outcome === 'TRY_LATER') clock.pass(judgement.holdMs ?? 2_000);
    else if (mode === 'neither') return 'unknown';
    else if (mode === 'lookUp' && (await isFound(reference))) return 'confirmed';
  }
  return 'given up';
}

/** Looks a report up until there is an answer: found, or 404. */
async function isFound(reference: string): Promise<boolean> {
  api.clock.pass(VISIBLE_AFTER_MS + LONGEST_CALL_MS);
  for (;;) {
    const seen = await api.find(reference);
    if (seen.status === 404) return false;
    if (judged(seen, api.clock.now()).outcome === 'CONFIRMED') return true;
    api.clock.pass(2_000);
  }
}

const MODES = [idempotencyKey(), lookUp(VISIBLE_AFTER_MS), neither()];
const SEEDS = [1, 2, 3, 4, 5, 6];
/** One of five is invalid. */
const REPORTS = Array.from({ length: 15 }, (_, place) => ({ reference: `report-${place}`, grade: place % 5 === 4 ? 11 : 7 }));

test.each(MODES)('with $mode, no report is lost, doubled, or rejected wrongly', async (duplicates) => {
  const ends: End[] = [];
  for (const seed of SEEDS) {
    api = await startTestApi({ seed, duplicates, behaviour: UNSTABLE, timeoutMs: TIMEOUT_MS });
    for (const { reference, grade } of REPORTS) {
      const found = await end(duplicates.mode, reference, grade);
      const accepted = api.record().reports.find((one) => one.reference === reference)?.acceptances.length ?? 0;
      if (found === 'confirmed') expect([reference, accepted]).toEqual([reference, 1]);
      if (found === 'rejected') expect([reference, accepted, grade]).toEqual([reference, 0, 11]);
      ends.push(found);
    }
    expect(api.figures().doubled).toBe(0);
    await api.close();
  }
  const count = (one: End) => ends.filter((found) => found === one).length;
  const invalid = REPORTS.filter(({ grade }) => grade > 10).length * SEEDS.length;
  expect(count('given up')).toBe(0);
  if (duplicates.mode === 'neither') expect(count('unknown')).toBeGreaterThan(0);
  else expect([count('unknown'), count('rejected')]).toEqual([0, invalid]);
});

test.each(MODES)('with $mode, a 503 without Retry-After after the report was accepted doubles nothing', async (duplicates) => {
  const behaviour = { ...STABLE, sending: { unavailableAfter: 0.4, unavailable: 0.3 } };
  api = await startTestApi({ seed: 3, duplicates, behaviour, timeoutMs: TIMEOUT_MS });
  const ends = await Promise.all(REPORTS.map(({ reference, grade }) => end(duplicates.mode, reference, grade)));
  const { arrivals } = api.record();
  expect(arrivals.filter(({ outcome }) => outcome === 'unavailableAfter').length).toBeGreaterThan(3);
  expect(api.figures().doubled).toBe(0);
  expect(ends).not.toContain('given up');
  if (duplicates.mode !== 'neither') expect(ends).not.toContain('unknown');
});
