import * as fc from 'fast-check';
import {
  type AuditEntry,
  appendEntry,
  type FindingKind,
  NO_ENTRY,
  verifyPeriod,
  writeClosingRecord,
} from '../../src/resilient-gov-sync/lambda/audit';
import { canonicalJson, sha256, type Value } from '../../src/resilient-gov-sync/lambda/audit/canonical';
import { nextEntry, type StoredEntry } from '../../src/resilient-gov-sync/lambda/audit/entry';
import { auditInMemory, objectsOf, s3Error } from './audit-bucket-in-memory';

const PERIOD = '2026Q4';
const AT = Date.UTC(2027, 0, 5, 6);
const FIRST = { period: PERIOD, tenant: 'school-a', entries: 0, head: '' };

function entry(more: Partial<AuditEntry> = {}): AuditEntry {
  return { event: 'SENDING', at: AT, attempt: 1, execution: 'gov-2026Q4-1', payloadHash: sha256('report'), ...more };
}

/** An audit of three schools with three entries each, closed. */
async function closedAudit(period = PERIOD) {
  const memory = auditInMemory();
  const chains = await write(memory, period, ['school-a', 'school-b', 'school-c'], 'receipt');
  await writeClosingRecord(memory.audit, period, chains, AT);
  return { ...memory, chains };
}

async function write({ audit }: ReturnType<typeof auditInMemory>, period: string, tenants: readonly string[], receipt: string) {
  return Promise.all(
    tenants.map(async (tenant) => {
      let chain = { period, tenant, entries: 0, head: '' };
      for (const event of ['SENDING', 'TRY_LATER', 'CONFIRMED'] as const)
        chain = { ...chain, ...(await appendEntry(audit, chain, entry({ event, receipt }))) };
      return chain;
    }),
  );
}

const keyOf = (tenant: string, number: number, period = PERIOD) => `audit/${period}/${tenant}/00000${number}.json`;

describe('an entry', () => {
  test('has the hash of the entry before, and its own of the rest in canonical JSON', async () => {
    const { audit, stored } = auditInMemory();
    const one = await appendEntry(audit, FIRST, entry());
    const two = await appendEntry(audit, { ...FIRST, ...one }, entry({ event: 'CONFIRMED', status: 200, receipt: 'r-1' }));
    expect([...stored.keys()]).toEqual([keyOf('school-a', 1), keyOf('school-a', 2)]);
    const [first, second] = [...stored.values()].map((text) => JSON.parse(text) as StoredEntry);
    expect(first).toMatchObject({ previous: NO_ENTRY, number: 1, at: '2027-01-05T06:00:00.000Z', hash: one.head });
    expect(second).toMatchObject({ previous: one.head, number: 2, status: 200, hash: two.head });
    expect(two.entries).toBe(2);
    const { hash, ...content } = second;
    expect(sha256(JSON.stringify(Object.fromEntries(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1)))))).toBe(hash);
  });

  test('that was written already is the same entry', async () => {
    const { audit, stored } = auditInMemory();
    const one = await appendEntry(audit, FIRST, entry());
    expect(await appendEntry(audit, FIRST, entry())).toEqual(one);
    expect(stored.size).toBe(1);
  });

  test('follows an entry that a stopped function left, and that the table does not count', async () => {
    const { audit, stored } = auditInMemory();
    await appendEntry(audit, FIRST, entry());
    const after = await appendEntry(audit, FIRST, entry({ at: AT + 1, execution: 'gov-2026Q4-2' }));
    expect(after.entries).toBe(2);
    expect(verifyPeriod(objectsOf(stored), PERIOD).findings).toEqual([
      { kind: 'MISSING_CLOSING_RECORD', key: `audit/${PERIOD}/closing-000001.json`, detail: 'The period has no closing record.' },
    ]);
  });

  test('is not written after an object that does not continue the chain', async () => {
    const { audit, stored } = auditInMemory();
    const one = await appendEntry(audit, FIRST, entry());
    const other = nextEntry({ ...FIRST, entries: 1, head: sha256('another chain') }, entry());
    for (const text of [canonicalJson(other), '{}', 'no JSON', '['.repeat(100_000)]) {
      stored.set(keyOf('school-a', 2), text);
      await expect(appendEntry(audit, { ...FIRST, ...one }, entry())).rejects.toThrow(
        `The audit has ${keyOf('school-a', 2)}, which does not continue the chain of 1 entries: verify the audit of 2026Q4`,
      );
    }
  });

  test('is written again while another write of the same key is in progress', async () => {
    const { audit, stored, fail } = auditInMemory();
    fail(s3Error('ConditionalRequestConflict', 409));
    await appendEntry(audit, FIRST, entry());
    expect(stored.size).toBe(1);
    for (let times = 0; times < 6; times++) fail(s3Error('ConditionalRequestConflict', 409));
    await expect(appendEntry(audit, { ...FIRST, tenant: 'school-b' }, entry())).rejects.toThrow('ConditionalRequestConflict');
  });

  test('has bounded texts, in which every character has an encoding', async () => {
    const { audit, stored } = auditInMemory();
    await appendEntry(audit, FIRST, entry({ reason: `\ud800${'x'.repeat(100_000)}` }));
    const { reason = '' } = JSON.parse(stored.get(keyOf('school-a', 1)) ?? '') as StoredEntry;
    expect(reason).toBe(`\ufffd${'x'.repeat(1_023)}`);
    expect(verifyPeriod(objectsOf(stored), PERIOD).findings).toHaveLength(1);
  });

  test('of a tenant whose name is a path stays in a folder of its own', async () => {
    const { audit, stored } = auditInMemory();
    for (const tenant of ['..', 'a/b', 'closing-000001.json', 'Ä b']) await appendEntry(audit, { ...FIRST, tenant }, entry());
    expect([...stored.keys()].map((key) => key.split('/').slice(2))).toEqual([
      ['%2E%2E', '000001.json'],
      ['a%2Fb', '000001.json'],
      ['closing-000001.json', '000001.json'],
      ['%C3%84%20b', '000001.json'],
    ]);
    expect(verifyPeriod(objectsOf(stored), PERIOD)).toMatchObject({ chains: 4, findings: [{ kind: 'MISSING_CLOSING_RECORD' }] });
  });
});

describe('a closing record', () => {
  test('is in compliance mode for the retention, and has the length and the last hash of every chain', async () => {
    const { puts, stored, chains } = await closedAudit();
    const { ObjectLockMode, ObjectLockRetainUntilDate } = puts.at(-1) ?? {};
    expect([ObjectLockMode, ObjectLockRetainUntilDate?.toISOString()]).toEqual(['COMPLIANCE', '2037-01-05T06:00:00.000Z']);
    // Entries have the default retention of the bucket.
    expect(puts.slice(0, -1).every(({ ObjectLockMode }) => ObjectLockMode === undefined)).toBe(true);
    const record = JSON.parse(stored.get(`audit/${PERIOD}/closing-000001.json`) ?? '');
    expect(record).toMatchObject({ number: 1, entries: 9, previous: NO_ENTRY });
    expect(record.chains).toEqual(chains.map(({ tenant, entries, head }) => ({ tenant, entries, head })));
  });

  test('is written once for the same chains, and the next one continues it', async () => {
    const { audit, stored, chains } = await closedAudit();
    expect(await writeClosingRecord(audit, PERIOD, [...chains].reverse(), AT + 1)).toMatchObject({
      key: `audit/${PERIOD}/closing-000001.json`,
    });
    const [first, ...others] = chains;
    const corrected = {
      ...first,
      ...(await appendEntry(audit, first, entry({ event: 'CORRECTED', actor: 'ticket 7', reason: 'Wrong code' }))),
    };
    expect(verifyPeriod(objectsOf(stored), PERIOD)).toMatchObject({ notClosed: 1, findings: [] });
    expect(await writeClosingRecord(audit, PERIOD, [corrected, ...others], AT + 1)).toEqual({
      key: `audit/${PERIOD}/closing-000002.json`,
      foreign: [],
    });
    expect(verifyPeriod(objectsOf(stored), PERIOD)).toEqual({
      period: PERIOD,
      chains: 3,
      entries: 10,
      closingRecords: 2,
      notClosed: 0,
      findings: [],
    });
  });

  test('counts an entry that a stopped function left, and that the table does not count', async () => {
    const { audit, stored, chains } = await closedAudit();
    const [first] = chains;
    await appendEntry(audit, first, entry({ event: 'REPLAYED' }));
    expect(await writeClosingRecord(audit, PERIOD, chains, AT + 1)).toEqual({ key: `audit/${PERIOD}/closing-000002.json`, foreign: [] });
    expect(verifyPeriod(objectsOf(stored), PERIOD)).toMatchObject({ entries: 10, notClosed: 0, findings: [] });
  });

  test('has the length that the table counts, if the bucket has less', async () => {
    const { audit, stored, chains } = await closedAudit();
    stored.delete(keyOf('school-b', 3));
    const [first, ...others] = chains;
    const longer = { ...first, ...(await appendEntry(audit, first, entry({ event: 'REPLAYED' }))) };
    await writeClosingRecord(audit, PERIOD, [longer, ...others], AT + 1);
    expect(verifyPeriod(objectsOf(stored), PERIOD).findings.map(({ kind }) => kind)).toEqual(['CUT_OFF']);
  });

  test('names what the sync did not write, and closes everything else once', async () => {
    const { audit, stored, chains } = await closedAudit();
    const [first, second, ...others] = chains;
    const longer = { ...first, ...(await appendEntry(audit, first, entry({ event: 'REPLAYED' }))) };
    await appendEntry(audit, second, entry({ event: 'REPLAYED' }));
    const foreign = [
      `audit/${PERIOD}/closing-000002.json`,
      `audit/${PERIOD}/closing-999999.json`,
      keyOf(second.tenant, 5),
      `audit/${PERIOD}/school-c/000099.json`,
    ];
    for (const key of foreign) stored.set(key, stored.get(`audit/${PERIOD}/closing-000001.json`) ?? '');
    const third = { key: `audit/${PERIOD}/closing-000003.json`, foreign };
    for (let time = 1; time <= 2; time++)
      expect(await writeClosingRecord(audit, PERIOD, [longer, second, ...others], AT + time)).toEqual(third);
    const record = JSON.parse(stored.get(third.key) ?? '');
    expect(record).toMatchObject({ number: 3, foreign, entries: 11 });
    expect(record.chains.map(({ entries }: { entries: number }) => entries)).toEqual([4, 4, 3]);
    // The verification finds each of them, and nothing else but the gaps before them.
    const { findings } = verifyPeriod(objectsOf(stored), PERIOD);
    const kinds = ['CHANGED', 'MISSING_CLOSING_RECORD', 'MISSING_ENTRY', 'MOVED'];
    expect([...new Set(findings.map(({ kind }) => kind))].sort()).toEqual(kinds);
    expect(findings.filter(({ kind }) => !kind.startsWith('MISSING')).map(({ key }) => key)).toEqual(foreign);
  });
});

describe('verification', () => {
  type Memory = Awaited<ReturnType<typeof closedAudit>>;
  const move = (stored: Map<string, string>, from: string, to: string) => stored.set(to, stored.get(from) ?? '');
  const cases: readonly [name: string, tamper: (memory: Memory) => unknown, kinds: readonly FindingKind[]][] = [
    ['the first entry is removed', ({ stored }) => stored.delete(keyOf('school-b', 1)), ['MISSING_ENTRY']],
    ['a middle entry is removed', ({ stored }) => stored.delete(keyOf('school-b', 2)), ['MISSING_ENTRY']],
    ['the last entry is removed', ({ stored }) => stored.delete(keyOf('school-b', 3)), ['CUT_OFF']],
    [
      'two entries are swapped',
      ({ stored }) => {
        const [one, other] = [1, 2].map((number) => stored.get(keyOf('school-b', number)) ?? '');
        stored.set(keyOf('school-b', 1), other).set(keyOf('school-b', 2), one);
      },
      ['MOVED', 'MOVED'],
    ],
    [
      'an entry is changed',
      ({ stored }) => stored.set(keyOf('school-b', 3), (stored.get(keyOf('school-b', 3)) ?? '').replace('CONFIRMED', 'REJECTED')),
      ['CHANGED'],
    ],
    [
      'an entry is changed, with a new hash',
      ({ stored }) => {
        const { hash: _, ...content } = JSON.parse(stored.get(keyOf('school-b', 2)) ?? '');
        const changed = { ...content, reason: 'another one' };
        stored.set(keyOf('school-b', 2), canonicalJson({ ...changed, hash: sha256(canonicalJson(changed)) }));
      },
      ['BROKEN_CHAIN'],
    ],
    [
      'an entry shows a value twice',
      ({ stored }) => stored.set(keyOf('school-b', 3), (stored.get(keyOf('school-b', 3)) ?? '').replace('{', '{"event":"REJECTED",')),
      ['CHANGED'],
    ],
    [
      'a chain is written again',
      async (memory) => {
        for (const number of [1, 2, 3]) memory.stored.delete(keyOf('school-b', number));
        await write(memory, PERIOD, ['school-b'], 'another receipt');
      },
      ['REWRITTEN'],
    ],
    [
      'a longer chain is written instead',
      async (memory) => {
        for (const number of [1, 2, 3]) memory.stored.delete(keyOf('school-b', number));
        const [chain] = await write(memory, PERIOD, ['school-b'], 'another receipt');
        await appendEntry(memory.audit, chain, entry());
      },
      ['REWRITTEN'],
    ],
    ['a chain is removed', ({ stored }) => [1, 2, 3].map((number) => stored.delete(keyOf('school-b', number))), ['MISSING_CHAIN']],
    ['a chain is added', (memory) => write(memory, PERIOD, ['school-d'], 'receipt'), ['EXTRA_CHAIN']],
    [
      'an entry of another period is moved in',
      async ({ stored }) => {
        const other = await closedAudit('2026Q3');
        stored.set(keyOf('school-b', 4), other.stored.get(keyOf('school-b', 3, '2026Q3')) ?? '');
      },
      ['MOVED'],
    ],
    ['an entry of another school is moved in', ({ stored }) => move(stored, keyOf('school-a', 2), keyOf('school-b', 2)), ['MOVED']],
    ['the closing record is removed', ({ stored }) => stored.delete(`audit/${PERIOD}/closing-000001.json`), ['MISSING_CLOSING_RECORD']],
    ['the closing record is changed', ({ stored }) => stored.set(`audit/${PERIOD}/closing-000001.json`, '{}'), ['CHANGED']],
    [
      'the closing record is moved',
      ({ stored }) => {
        move(stored, `audit/${PERIOD}/closing-000001.json`, `audit/${PERIOD}/closing-000002.json`);
        stored.delete(`audit/${PERIOD}/closing-000001.json`);
      },
      ['MISSING_CLOSING_RECORD', 'MOVED'],
    ],
    ['a file is added', ({ stored }) => stored.set(`audit/${PERIOD}/school-b/1.json`, '{}'), ['UNKNOWN_OBJECT']],
    [
      'an entry far away is added',
      ({ stored }) => move(stored, keyOf('school-b', 1), `audit/${PERIOD}/school-b/999999999.json`),
      ['MISSING_ENTRY', 'MOVED'],
    ],
  ];

  test('finds nothing in an audit as it was written', async () => {
    const { stored } = await closedAudit();
    expect(verifyPeriod(objectsOf(stored), PERIOD)).toEqual({
      period: PERIOD,
      chains: 3,
      entries: 9,
      closingRecords: 1,
      notClosed: 0,
      findings: [],
    });
  });

  test.each(cases)('finds it if %s', async (_, tamper, kinds) => {
    const memory = await closedAudit();
    await tamper(memory);
    const { findings } = verifyPeriod(objectsOf(memory.stored), PERIOD);
    expect(findings.map(({ kind }) => kind)).toEqual(kinds);
    expect(findings.filter(({ tenant }) => tenant !== undefined && tenant !== 'school-b' && tenant !== 'school-d')).toEqual([]);
  });

  test('finds a cut of what an earlier closing record had, also after a later one', async () => {
    const memory = await closedAudit();
    const { audit, stored, chains } = memory;
    const [first, ...others] = chains;
    // Somebody writes a chain again between two attempts, and the second attempt closes it.
    for (const number of [1, 2, 3]) stored.delete(keyOf('school-a', number));
    const [again] = await write(memory, PERIOD, [first.tenant], 'another receipt');
    await writeClosingRecord(audit, PERIOD, [again, ...others], AT + 1);
    expect(verifyPeriod(objectsOf(stored), PERIOD).findings).toEqual([
      { kind: 'REWRITTEN', key: keyOf('school-a', 3), tenant: 'school-a', detail: 'Entry 3 is not the one that closing record 1 has.' },
    ]);
  });

  test('finds an object that was replaced or hidden in the bucket', async () => {
    const { stored } = await closedAudit();
    const objects = objectsOf(stored).map((object) => ({
      ...object,
      ...(object.key === keyOf('school-a', 1) ? { versions: 2 } : {}),
      ...(object.key === keyOf('school-b', 1) ? { versions: 2, isHidden: true } : {}),
    }));
    expect(verifyPeriod(objects, PERIOD).findings).toEqual([
      { kind: 'REPLACED', key: keyOf('school-a', 1), tenant: 'school-a', detail: 'The object has 2 versions instead of one.' },
      { kind: 'REPLACED', key: keyOf('school-b', 1), tenant: 'school-b', detail: 'A delete marker hides the object.' },
    ]);
  });

  test('finds a change of any character of any object', async () => {
    const { stored } = await closedAudit();
    const objects = objectsOf(stored);
    fc.assert(
      fc.property(fc.nat(objects.length - 1), fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (which, position, character) => {
        const { text } = objects[which];
        const at = position % text.length;
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        fc.pre(changed !== text);
        const all = objects.map((object, index) => (index === which ? { ...object, text: changed } : object));
        expect(verifyPeriod(all, PERIOD).findings).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

test('canonical JSON is read back as the same value, whatever the order of its names', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value as Value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(text) as Value)).toBe(text);
    }),
  );
  expect(canonicalJson({ b: [1, 'x'], a: { d: undefined, c: true } })).toBe('{"a":{"c":true},"b":[1,"x"]}');
});
