import { type Behaviour, FAULTS, type FaultName, STABLE } from './index';
import { report, type Seen, startTestApi, type TestApi } from './testing';

let api: TestApi;
afterEach(() => api?.close());

const always = (fault: FaultName): Behaviour => ({ ...STABLE, sending: { [fault]: 1 } });
const parsed = ({ text }: Seen) => JSON.parse(text) as { status?: string; error?: { code: string; retryable: boolean } };

interface Expected {
  readonly status: Seen['status'];
  readonly accepted: 0 | 1;
  check?(seen: Seen): void;
}

const retryAfter = ({ headers }: Seen) => headers.get('retry-after');

const EXPECTED: Record<FaultName, Expected> = {
  rateLimited: { status: 429, accepted: 0, check: (seen) => expect(retryAfter(seen)).toBeNull() },
  rateLimitedSeconds: { status: 429, accepted: 0, check: (seen) => expect(retryAfter(seen)).toMatch(/^\d{1,3}$/) },
  rateLimitedDate: {
    ...{ status: 429, accepted: 0 },
    check: (seen) => {
      expect(retryAfter(seen)).toMatch(/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/);
      const seconds = (Date.parse(retryAfter(seen) ?? '') - Date.parse(seen.headers.get('date') ?? '')) / 1_000;
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(120);
    },
  },
  serverError: { status: 500, accepted: 0 },
  unavailable: { status: 503, accepted: 0 },
  errorInside: { status: 200, accepted: 0, check: (seen) => expect(parsed(seen).error).toMatchObject({ retryable: true }) },
  timeoutBefore: { status: 'timeout', accepted: 0 },
  resetBefore: { status: 'no answer', accepted: 0 },
  timeoutAfter: { status: 'timeout', accepted: 1 },
  gatewayTimeoutAfter: { status: 504, accepted: 1, check: (seen) => expect(seen.text).toContain('<title>') },
  unavailableAfter: { status: 503, accepted: 1, check: (seen) => expect(retryAfter(seen)).toBeNull() },
  cutAnswer: { status: 'no answer', accepted: 1 },
  truncatedJson: {
    ...{ status: 201, accepted: 1 },
    check: (seen) => {
      expect(seen.text).toMatch(/^\{"status"/);
      expect(() => parsed(seen)).toThrow(SyntaxError);
    },
  },
  slowAnswer: { status: 201, accepted: 1, check: (seen) => expect(parsed(seen).status).toBe('accepted') },
};

test('every fault has an expectation', () => expect(Object.keys(EXPECTED).sort()).toEqual(Object.keys(FAULTS).sort()));

test.each(Object.entries(EXPECTED) as [FaultName, Expected][])('%s', async (fault, { status, accepted, check }) => {
  api = await startTestApi({ behaviour: always(fault) });
  const before = api.clock.now();
  const seen = await api.send(report('one'));
  expect(seen.status).toBe(status);
  check?.(seen);
  expect(api.figures()).toMatchObject({ sent: 1, accepted, doubled: 0, rows: accepted });
  expect(api.record().arrivals.at(-1)).toMatchObject({ request: 'report', reference: 'one', outcome: fault });
  if (fault === 'slowAnswer') expect(api.clock.now() - before).toBeGreaterThanOrEqual(2_000);
});

test('a cut answer has a status and half of its body', async () => {
  api = await startTestApi({ behaviour: always('cutAnswer') });
  const { text, status } = await half(api, await api.token());
  expect(status).toBe(201);
  expect(text).toMatch(/^\{"status":"acc/);
});

test('an invalid report is rejected for ever, whatever fault hides the answer', async () => {
  api = await startTestApi({ behaviour: always('truncatedJson') });
  expect((await api.send(report('one', 11))).status).toBe(422);
  expect(api.figures()).toMatchObject({ sent: 1, accepted: 0 });
});

/** The status and what arrives of a body before the connection is closed. */
async function half({ origin }: TestApi, token: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${origin}/reports`, {
    ...{ method: 'POST', headers: { authorization: `Bearer ${token}` } },
    body: JSON.stringify(report('one')),
  });
  let text = '';
  const read = async () => {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(chunk).toString();
  };
  await expect(read()).rejects.toThrow();
  return { status: response.status, text };
}
