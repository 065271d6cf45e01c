import { removalLine } from '../../src/tenant-removal/lambda/log-lines';
import { Conflict } from '../../src/tenant-removal/lambda/remove';
import { COUNT, DAY, platform, REMOVE } from './memory';

test('a count changes nothing, and a removal after it removes what the tenant has', async () => {
  const { ask, state, stored } = platform();
  const before = structuredClone([state.items, state.objects]);
  expect(await ask(COUNT)).toMatchObject([
    { tenant: 'north', state: 'counted', found: { Data: 3, Files: 1 }, removed: {}, heldUntil: '2026-12-01T00:00:00.000Z' },
  ]);
  expect([state.items, state.objects]).toEqual(before);
  expect([...stored.values()].map(({ stores }) => stores)).toEqual([undefined]);
  expect(await ask(REMOVE)).toMatchObject([
    {
      state: 'removed',
      found: { Data: 3, Files: 1 },
      removed: { Data: 3, Files: 1 },
      pass: 2,
      requestedBy: 'TICKET-1',
      reason: 'end of contract',
    },
  ]);
  expect([state.items, state.objects]).toEqual([
    ['', 'south', '', '', 'south'],
    ['south', ''],
  ]);
  const [record] = stored.values();
  expect(record).toMatchObject({
    ...{ tenant: 'north', state: 'removed', requestedBy: 'TICKET-1' },
    finishedAt: '2026-12-02T00:00:00.000Z',
    stores: [
      { store: 'Data', outcome: 'erased' },
      { store: 'Files', outcome: 'erased' },
      { store: 'Visits/Queue', outcome: 'expires', until: '2026-12-06T00:00:00.000Z' },
      { store: 'Visits/Files', outcome: 'kept' },
      { store: 'Trail', outcome: 'excepted', until: '2027-12-02T00:00:00.000Z' },
    ],
  });
});

test('before the hold period ends, the data can be counted, and a removal is held', async () => {
  const { ask, state } = platform();
  state.time -= 2 * DAY;
  expect(await ask(COUNT)).toMatchObject([{ state: 'counted', heldUntil: '2026-12-01T00:00:00.000Z' }]);
  expect(await ask(REMOVE)).toEqual([{ tenant: 'north', state: 'held', heldUntil: '2026-12-01T00:00:00.000Z' }]);
  expect(state.items.filter((one) => one === 'north')).toHaveLength(3);
  state.time += 1 * DAY;
  expect(await ask(REMOVE)).toMatchObject([{ state: 'removed' }]);
});

test.each(['onboarding', 'active', 'suspended', 'offboarding'] as const)('a tenant that is %s keeps its data', async (name) => {
  const { ask, state, stored } = platform();
  state.record = { state: name, updatedAt: '2020-01-01T00:00:00.000Z' };
  for (const request of [COUNT, REMOVE]) await expect(ask(request)).rejects.toThrow(`north is ${name}: offboard it first`);
  expect(stored.size).toBe(0);
});

test('a tenant without a record keeps its data', async () => {
  const { ask, state } = platform();
  state.record = undefined;
  await expect(ask(REMOVE)).rejects.toThrow('north has no record in the directory: only the data of a tenant that has departed is removed');
});

test('a removal needs a finished count', async () => {
  const { ask, state } = platform();
  await expect(ask(REMOVE)).rejects.toThrow('the data of north has not been counted: request "action": "count" first');
  state.steps = 1;
  expect(await ask(COUNT)).toMatchObject([{ state: 'counting' }]);
  await expect(ask(REMOVE)).rejects.toThrow('the data of north is still being counted');
});

test('repeating a finished removal removes nothing, and another count begins another record', async () => {
  const { ask, state, stored } = platform();
  await ask(COUNT);
  await ask(REMOVE);
  state.items.push('north');
  expect(await ask(REMOVE)).toMatchObject([{ state: 'removed', removed: { Data: 3, Files: 1 } }]);
  expect(state.items.at(-1)).toBe('north');
  state.time += DAY;
  expect(await ask(COUNT)).toMatchObject([{ state: 'counted', found: { Data: 1, Files: 0 } }]);
  expect(await ask(REMOVE)).toMatchObject([{ state: 'removed', removed: { Data: 1, Files: 0 } }]);
  expect([...stored.values()].map(({ removed }) => removed.Data)).toEqual([3, 1]);
});

test('a count that no removal followed is replaced', async () => {
  const { ask, state, stored } = platform();
  await ask(COUNT);
  state.items.push('north');
  state.time += DAY;
  expect(await ask(COUNT)).toMatchObject([{ found: { Data: 4, Files: 1 } }]);
  expect(stored.size).toBe(1);
});

test('what is written during a removal is removed, too', async () => {
  const { ask, state, dependencies } = platform();
  await ask(COUNT);
  const [, files] = dependencies.places;
  const remove = files.remove.bind(files);
  let isLate = true;
  Object.assign(files, {
    async *remove(tenant: string, from: string | undefined) {
      yield* remove(tenant, from);
      if (isLate) state.items[0] = 'north';
      isLate = false;
    },
  });
  expect(await ask(REMOVE)).toMatchObject([{ state: 'removed', removed: { Data: 4, Files: 1 }, pass: 3 }]);
  expect(state.items).not.toContain('north');
});

test('a removal that has no time is continued, and none counts twice', async () => {
  const { ask, state, stored } = platform();
  state.steps = 1;
  await ask(COUNT);
  for (let invocation = 0; invocation < 20; invocation++) {
    state.steps = 2;
    await ask();
  }
  expect([...stored.values()]).toMatchObject([{ state: 'counted', found: { Data: 3, Files: 1 } }]);
  state.steps = 2;
  let outcome = await ask(REMOVE);
  expect(outcome).toMatchObject([{ state: 'removing' }]);
  for (let invocation = 0; invocation < 40 && outcome.at(0)?.state !== 'removed'; invocation++) {
    state.steps = 3;
    const continued = await ask();
    if (continued.length > 0) outcome = continued;
  }
  expect(outcome).toMatchObject([{ state: 'removed', removed: { Data: 3, Files: 1 } }]);
});

test('an invocation that ends at any write is continued after its lease', async () => {
  const all = platform({ lake: true });
  await all.ask(COUNT);
  const first = all.writes();
  await all.ask(REMOVE);
  const during = all.writes() - first;
  expect(during).toBeGreaterThan(5);
  for (let at = 1; at <= during; at++) {
    const { ask, state, stored, writes } = platform({ lake: true });
    await ask(COUNT);
    state.endsAt = writes() + at;
    await expect(ask(REMOVE)).rejects.toThrow('ended');
    state.endsAt = Number.POSITIVE_INFINITY;
    // Another invocation does not work at the same time.
    const [{ leaseUntil, version }] = stored.values();
    if (leaseUntil > 0) {
      await ask();
      expect([...stored.values()].map((removal) => removal.version)).toEqual([version]);
    }
    state.time += 900_000;
    await ask(REMOVE);
    state.openErasures.clear();
    await ask();
    const [{ state: ended, requestedBy, reason }] = stored.values();
    expect([at, ended, requestedBy, reason]).toEqual([at, 'removed', 'TICKET-1', 'end of contract']);
    expect([state.items, state.objects]).toEqual([
      ['', 'south', '', '', 'south'],
      ['south', ''],
    ]);
  }
});

test('two invocations at the same time: one works, and nothing is counted twice', async () => {
  const { ask, state, stored } = platform();
  await ask(COUNT);
  await Promise.all([ask(REMOVE), ask(REMOVE).catch((error: Error) => expect(error).toBeInstanceOf(Conflict)), ask(), ask()]);
  await ask();
  expect([...stored.values()]).toMatchObject([{ state: 'removed', removed: { Data: 3, Files: 1 } }]);
  expect(state.items).not.toContain('north');
});

test('one removal that fails does not stop another one, and the invocation fails', async () => {
  const { ask, state, stored, dependencies } = platform();
  state.steps = 0;
  await ask(COUNT);
  await ask({ action: 'count', tenant: 'south' });
  state.steps = Number.POSITIVE_INFINITY;
  const [data] = dependencies.places;
  const count = data.count.bind(data);
  Object.assign(data, {
    async *count(tenant: string, from: string | undefined) {
      if (tenant === 'north') throw new Error('denied');
      yield* count(tenant, from);
    },
  });
  await expect(ask()).rejects.toThrow('north: Error: denied');
  expect([...stored.values()].map(({ tenant, state: name, leaseUntil }) => [tenant, name, leaseUntil])).toEqual([
    ['north', 'counting', 0],
    ['south', 'counted', 0],
  ]);
});

describe('a lake', () => {
  test('is erased after the tables, and the removal waits for it', async () => {
    const { ask, state } = platform({ lake: true });
    await ask(COUNT);
    expect(await ask(REMOVE)).toMatchObject([
      { state: 'removing', pass: 1, erasures: { Lake: 'erasure 1' }, removed: { Data: 3, Files: 1 } },
    ]);
    expect(state.opened).toEqual([{ tenant: 'north', requestedBy: 'TICKET-1', reason: 'end of contract' }]);
    expect(await ask()).toMatchObject([{ state: 'removing', pass: 1 }]);
    state.openErasures.clear();
    expect(await ask()).toMatchObject([{ state: 'removed', pass: 2 }]);
    expect(state.opened).toHaveLength(1);
  });

  test('is erased again if the tables had something again', async () => {
    const { ask, state } = platform({ lake: true });
    await ask(COUNT);
    await ask(REMOVE);
    state.items[0] = 'north';
    state.openErasures.clear();
    expect(await ask()).toMatchObject([{ state: 'removing', pass: 2, erasures: { Lake: 'erasure 2' } }]);
    state.openErasures.clear();
    expect(await ask()).toMatchObject([{ state: 'removed', pass: 3, removed: { Data: 4, Files: 1 } }]);
  });
});

describe('a sync', () => {
  const rejected = { period: '2026Q3', waitsFor: 'DECISION', status: 'REJECTED' };

  test('with reports that are not final keeps the data in all places, until a person has decided', async () => {
    const { ask, state } = platform({ sync: true, lake: true });
    state.waiting.push(rejected);
    expect(await ask(COUNT)).toMatchObject([{ state: 'counted', found: { Sync: 2, Data: 3, Files: 1 }, waiting: { Sync: [rejected] } }]);
    const before = structuredClone([state.items, state.objects]);
    const [{ progressAt }] = await ask(REMOVE);
    for (let invocation = 0; invocation < 2; invocation++) {
      state.time += DAY;
      expect(await ask()).toMatchObject([{ state: 'removing', pass: 1, waiting: { Sync: [rejected] }, removed: { Sync: 2 }, progressAt }]);
      expect([state.items, state.objects, state.opened]).toEqual([...before, []]);
    }
    state.waiting.pop();
    const [waitsForLake] = await ask();
    expect(waitsForLake).toMatchObject({ state: 'removing', removed: { Sync: 2, Data: 3, Files: 1 }, erasures: { Lake: 'erasure 1' } });
    expect(waitsForLake.waiting).toBeUndefined();
    state.openErasures.clear();
    expect(await ask()).toMatchObject([{ state: 'removed', pass: 2 }]);
  });

  test('is asked again in the last pass, and what was planned meanwhile keeps the removal open', async () => {
    const { ask, state } = platform({ sync: true, lake: true });
    await ask(COUNT);
    await ask(REMOVE);
    state.openErasures.clear();
    const planned = { period: '2026Q4', waitsFor: 'ATTEMPT', status: 'PLANNED' };
    state.waiting.push(planned);
    expect(await ask()).toMatchObject([{ state: 'removing', pass: 2, waiting: { Sync: [planned] } }]);
    state.waiting.pop();
    state.reports = 1;
    await ask();
    state.openErasures.clear();
    expect(await ask()).toMatchObject([{ state: 'removed', pass: 3, removed: { Sync: 3, Data: 3, Files: 1 } }]);
  });

  test('of which nothing waits is removed like the other places', async () => {
    const { ask } = platform({ sync: true });
    await ask(COUNT);
    expect(await ask(REMOVE)).toMatchObject([{ state: 'removed', removed: { Sync: 2, Data: 3, Files: 1 } }]);
  });
});

test('each removal that was worked on is reported, with numbers only', async () => {
  const { ask, reported } = platform();
  await ask(COUNT);
  await ask(REMOVE);
  expect(reported.map(removalLine)).toMatchObject([
    { message: 'Removal', tenant: 'north', state: 'counted', found: 4, removed: 0 },
    { message: 'Removal', tenant: 'north', state: 'removed', found: 4, removed: 4 },
  ]);
  expect(JSON.stringify(reported.map(removalLine))).not.toContain('TICKET');
});
