import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Audit, appendEntry, writeClosingRecord } from '../../../src/resilient-gov-sync/lambda/audit';
import { auditInMemory } from '../../../test/resilient-gov-sync/audit-bucket-in-memory';
import { auditInFolder } from './folder';
import { tamperWith } from './tamper';
import { described, USAGE, verify } from './verify';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const PERIOD = '2026Q4';

/** Writes an audit of two schools to the folder, as a copy of its bucket. */
async function audit(closes = true): Promise<void> {
  const { audit: bucket, stored } = auditInMemory();
  const chains = await Promise.all(['school-a', 'school-b'].map((tenant) => chainOf(bucket, tenant)));
  if (closes) await writeClosingRecord(bucket, PERIOD, chains);
  for (const [key, text] of stored) write(key, text);
}

async function chainOf(bucket: Audit, tenant: string) {
  let chain = { period: PERIOD, tenant, entries: 0, head: '' };
  for (const event of ['SENDING', 'TRY_LATER', 'SENDING', 'CONFIRMED'] as const) {
    const entry = { event, at: Date.UTC(2027, 0, 5), attempt: 1, execution: 'gov-2026Q4-1', payloadHash: 'ab' };
    chain = { ...chain, ...(await appendEntry(bucket, chain, entry)) };
  }
  return chain;
}

function write(key: string, text: string): void {
  mkdirSync(dirname(join(folder, key)), { recursive: true });
  writeFileSync(join(folder, key), text);
}

test('an audit in a folder is complete and unchanged', async () => {
  await audit();
  expect(described(await verify([folder, PERIOD]))).toEqual([
    'Audit of 2026Q4: 8 entries in 2 chains, 1 closing records, 0 findings.',
    'The audit is complete and unchanged.',
  ]);
});

test('each finding is a line that names the object, without characters that change how the line is shown', async () => {
  await audit();
  rmSync(join(folder, `audit/${PERIOD}/school-a/000002.json`));
  write(`audit/${PERIOD}/school-b/\u001b[2K\u202e.json`, '{}');
  expect(described(await verify([folder, PERIOD]))).toEqual([
    'Audit of 2026Q4: 7 entries in 2 chains, 1 closing records, 2 findings.',
    'MISSING_ENTRY audit/2026Q4/school-a/000002.json: Before entry 3, entry 2 is missing.',
    'UNKNOWN_OBJECT audit/2026Q4/school-b/\\u{1b}[2K\\u{202e}.json: The sync does not write an object with this key.',
  ]);
});

test('entries that no closing record has are shown', async () => {
  await audit(false);
  expect(described(await verify([folder, PERIOD]))).toEqual([
    'Audit of 2026Q4: 8 entries in 2 chains, 0 closing records, 1 findings.',
    'MISSING_CLOSING_RECORD audit/2026Q4/closing-000001.json: The period has no closing record.',
    '8 entries come after the last closing record, which the next attempt of the period writes. Verify it again then.',
  ]);
});

test.each([[[]], [['folder']], [['folder', '2026Q4', 'more']]])('the arguments %j are invalid', async (args) => {
  await expect(verify(args)).rejects.toThrow(USAGE);
});

test('a bucket with a path, and a folder without an audit, are errors', async () => {
  await expect(verify(['s3://bucket/path', PERIOD])).rejects.toThrow('Invalid bucket s3://bucket/path: expected s3:// and a name');
  await expect(verify([folder, PERIOD])).rejects.toThrow(`There is no audit of 2026Q4 in ${folder}: expected objects below audit/2026Q4/`);
});

test('all six tamperings with an audit are found', async () => {
  await audit();
  expect(tamperWith([...auditInFolder(folder, PERIOD)], PERIOD)).toEqual({ tampered: 6, found: 6, missed: [] });
});
