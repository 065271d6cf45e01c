import { burstAt } from './bursts';
import { drawsOf } from './draws';
import { type Behaviour, highestRate, idempotencyKey, lookUp, neither, STABLE, twoDaysFrom, UNSTABLE } from './index';
import { report, startTestApi, type TestApi, testClock } from './testing';

const MINUTE_MS = 60_000;

let api: TestApi;
afterEach(() => api?.close());

/** Without connections that stay silent, for which a test would wait in real time. */
const FAST: Behaviour = {
  ...UNSTABLE,
  sending: { ...UNSTABLE.sending, timeoutBefore: 0, timeoutAfter: 0 },
  bursts: { length: [5, 15], every: 100 },
};

async function outcomes(seed: number, references: readonly string[], behaviour = FAST): Promise<string[]> {
  const started = await startTestApi({ seed, behaviour });
  for (const reference of references) await started.send(report(reference));
  const { arrivals } = started.record();
  await started.close();
  return arrivals.filter(({ request }) => request === 'report').map(({ reference, outcome }) => `${reference} ${outcome}`);
}

const REFERENCES = Array.from({ length: 160 }, (_, number) => `report-${number % 40}`);

describe('a seed', () => {
  test('gives the same faults in each run, and another seed gives other ones', async () => {
    const [first, second, other] = [await outcomes(7, REFERENCES), await outcomes(7, REFERENCES), await outcomes(8, REFERENCES)];
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
    const kinds = new Set(first.map((line) => line.split(' ')[1]));
    expect(kinds).toContain('burst');
    expect(kinds).toContain('unauthorized');
    expect(kinds.size).toBeGreaterThan(9);
  });

  test('decides the fault of each attempt, in whatever order the reports arrive', async () => {
    const behaviour = { ...FAST, bursts: undefined, tokenUses: undefined };
    const sorted = (lines: readonly string[]) => [...lines].sort();
    const forwards = await outcomes(7, REFERENCES, behaviour);
    expect(sorted(await outcomes(7, [...REFERENCES].reverse(), behaviour))).toEqual(sorted(forwards));
  });

  test('spreads faults as declared', async () => {
    const lines = await outcomes(3, REFERENCES, { ...FAST, bursts: undefined, tokenUses: undefined });
    const processed = lines.filter((line) => line.endsWith(' processed')).length / lines.length;
    expect(processed).toBeGreaterThan(0.5);
    expect(processed).toBeLessThan(0.75);
  });
});

describe('duplicates', () => {
  test('with a key, a report that is sent again gets the same receipt and is accepted once', async () => {
    api = await startTestApi({ behaviour: STABLE, duplicates: idempotencyKey('X-Request-Key') });
    const headers = { 'x-request-key': 'k1' };
    const [first, second] = [await api.send(report('one'), headers), await api.send(report('one'), headers)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.text).toBe(first.text);
    expect(api.figures()).toMatchObject({ sent: 2, accepted: 1, doubled: 0 });
  });

  test('without its key, or with the key of another body, a report is rejected', async () => {
    api = await startTestApi({ behaviour: STABLE, duplicates: idempotencyKey() });
    expect((await api.send(report('one'))).status).toBe(400);
    await api.send(report('one'), { 'idempotency-key': 'k1' });
    expect((await api.send(report('two'), { 'idempotency-key': 'k1' })).status).toBe(422);
    expect(api.figures()).toMatchObject({ accepted: 1, doubled: 0 });
  });

  test('a key is forgotten after its retention', async () => {
    api = await startTestApi({ behaviour: STABLE, duplicates: idempotencyKey('Idempotency-Key', MINUTE_MS) });
    const headers = { 'idempotency-key': 'k1' };
    await api.send(report('one'), headers);
    api.clock.pass(MINUTE_MS);
    await api.send(report('one'), headers);
    expect(api.figures()).toMatchObject({ accepted: 1, doubled: 1 });
  });

  test('a report can be looked up, but only after a delay', async () => {
    api = await startTestApi({ behaviour: STABLE, duplicates: lookUp(10 * MINUTE_MS) });
    const { text } = await api.send(report('north/1 é'));
    expect((await api.find('north/1 é')).status).toBe(404);
    api.clock.pass(10 * MINUTE_MS);
    const found = await api.find('north/1 é');
    expect(found.status).toBe(200);
    expect(JSON.parse(found.text)).toMatchObject({ status: 'accepted', receipt: (JSON.parse(text) as { receipt: string }).receipt });
    expect((await api.find('other')).status).toBe(404);
    expect(api.figures()).toMatchObject({ lookUps: 3, accepted: 1 });
  });

  test.each([lookUp(MINUTE_MS), neither()])('are accepted silently otherwise: $mode', async (duplicates) => {
    api = await startTestApi({ behaviour: STABLE, duplicates });
    for (const _ of [1, 2, 3]) expect((await api.send(report('one'))).status).toBe(201);
    expect(api.figures()).toMatchObject({ accepted: 1, doubled: 2, rows: 1 });
    expect(new Set(api.record().reports[0].acceptances.map(({ receipt }) => receipt)).size).toBe(3);
  });

  test.each([idempotencyKey(), neither()])('nothing can be looked up in the other modes: $mode', async (duplicates) => {
    api = await startTestApi({ behaviour: STABLE, duplicates });
    expect((await api.find('one')).status).toBe(405);
  });
});

test('a corrected report is accepted under the reference of the invalid one', async () => {
  api = await startTestApi({ behaviour: STABLE });
  expect((await api.send(report('one', 11))).status).toBe(422);
  expect((await api.send('{"reference":"two"')).status).toBe(422);
  expect((await api.send(report('one', 10))).status).toBe(201);
  expect(api.figures()).toMatchObject({ sent: 3, accepted: 1, doubled: 0 });
  expect(api.record().reports[0].acceptances).toMatchObject([{ payloadHash: expect.stringMatching(/^[0-9a-f]{64}$/), rows: 1 }]);
});

test('a token ends before its time, and only valid clients get one', async () => {
  api = await startTestApi({ behaviour: { ...STABLE, tokenUses: [2, 2] } });
  const authorization = `Bearer ${await api.token()}`;
  const send = () => fetch(`${api.origin}/reports`, { method: 'POST', headers: { authorization }, body: JSON.stringify(report('one')) });
  const statuses = [(await send()).status, (await send()).status, (await send()).status];
  expect(statuses).toEqual([201, 201, 401]);
  const sign = (secret: string, grant = 'client_credentials') =>
    fetch(`${api.origin}/oauth/token`, {
      ...{ method: 'POST', body: new URLSearchParams({ grant_type: grant }) },
      headers: { authorization: `Basic ${Buffer.from(`ministry-client:${secret}`).toString('base64')}` },
    });
  expect((await sign('ministry-secret')).status).toBe(200);
  expect((await sign('wrong')).status).toBe(401);
  expect((await sign('ministry-secret', 'password')).status).toBe(400);
});

test('during maintenance nothing is processed, for two days of its clock', async () => {
  const clock = testClock();
  const start = clock.now() + MINUTE_MS;
  api = await startTestApi({ clock, behaviour: STABLE, maintenance: [twoDaysFrom(start)] });
  expect((await api.send(report('one'))).status).toBe(201);
  clock.pass(MINUTE_MS);
  const seen = await api.send(report('two'));
  expect(seen.status).toBe(503);
  expect(Date.parse(seen.headers.get('retry-after') ?? '') - start).toBe(48 * 60 * MINUTE_MS);
  clock.pass(48 * 60 * MINUTE_MS - 1_000);
  expect((await api.send(report('two'))).status).toBe(503);
  clock.pass(1_000);
  expect((await api.send(report('two'))).status).toBe(201);
  // The token ended during the two days, so that the last report was sent twice.
  expect(api.figures()).toMatchObject({ sent: 5, tokens: 2, accepted: 2, duringMaintenance: 2 });
});

test('requests above the limit of a second get a 429', async () => {
  const clock = testClock();
  api = await startTestApi({ clock, behaviour: { ...STABLE, answerMs: [0, 0], perSecond: 2 } });
  const statuses = [];
  for (const reference of ['one', 'two', 'three']) statuses.push((await api.send(report(reference))).status);
  clock.pass(1_000);
  statuses.push((await api.send(report('four'))).status);
  expect(statuses).toEqual([201, 201, 429, 201]);
  expect(api.figures()).toMatchObject({ accepted: 3, maxRate: 3 });
});

test('the highest rate is that of any second, whose end is excluded', () => {
  expect(highestRate([])).toBe(0);
  expect(highestRate([0, 999, 1_000, 1_001])).toBe(3);
  expect(highestRate([1_500, 0, 900, 1_400, 500])).toBe(3);
});

test('each group of requests has one burst of errors', () => {
  const bursts = { length: [5, 30], every: 200 } as const;
  for (let seed = 0; seed < 20; seed++) {
    const statuses = Array.from({ length: 400 }, (_, arrival) => burstAt({ ...STABLE, bursts }, drawsOf(seed), arrival));
    for (const group of [statuses.slice(0, 200), statuses.slice(200)]) {
      const failing = group.flatMap((status, place) => (status === undefined ? [] : [place]));
      expect(failing.length).toBeGreaterThanOrEqual(5);
      expect(failing.length).toBeLessThanOrEqual(30);
      expect(failing[failing.length - 1] - failing[0]).toBe(failing.length - 1);
      expect(new Set(group.filter((status) => status !== undefined)).size).toBe(1);
    }
  }
});

test('anyone can ask for the record', async () => {
  api = await startTestApi({ behaviour: STABLE });
  await api.send(report('one'));
  expect(await (await fetch(`${api.origin}/record`)).json()).toEqual(JSON.parse(JSON.stringify(api.record())));
});
