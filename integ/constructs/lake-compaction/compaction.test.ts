import { setTimeout as pause } from 'node:timers/promises';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Stack } from 'aws-cdk-lib';
import { LakeCompaction, LakeLayout } from '../../../src';
import type { Sandbox } from '../../sandbox';
import { startStack } from '../fixtures/start-stack';
import { type Change, deliver, EVERY_TYPE, lakeOf, nameOf, query, roleOf, s3Of } from './fixtures';

// Folders are compacted by the deployed function while readers query them.
const MAY = Date.UTC(2026, 4, 5);
const SCHOOLS = ['north-high', 'south-high'];
const LAKES = ['Tenants', 'Months'];
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;

beforeAll(async () => {
  const build = (stack: Stack) => {
    const reports = roleOf(stack, 'Reports');
    const layouts = [LakeLayout.perTenant(), LakeLayout.perMonth()];
    LAKES.forEach((id, index) => {
      new LakeCompaction(stack, `${id}Compaction`, { lake: lakeOf(stack, reports, id, layouts[index]), mostNewFiles: 3 });
    });
  };
  // The tests start each run themselves, also at night.
  ({ sandbox, close } = await startStack('Compaction', build, undefined, { schedules: () => false }));
}, 240_000);
afterAll(() => close?.());

async function compact(lake: string): Promise<unknown> {
  const { payload, functionError } = await sandbox.functions.invoke(sandbox.assembly.attribute(functionOf(lake), 'Arn'), {});
  expect(functionError).toBeUndefined();
  return payload;
}

function functionOf(lake: string) {
  const found = sandbox.assembly.ofType('AWS::Lambda::Function').find(({ logicalId }) => logicalId.startsWith(`${lake}CompactionFunction`));
  if (found === undefined) throw new Error(`${lake} has no function`);
  return found;
}

async function files(lake: string, folder = ''): Promise<string[]> {
  const s3 = s3Of(sandbox);
  const Bucket = nameOf(sandbox, 'AWS::S3::Bucket', `${lake}Bucket`);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `data/grades/${folder}` }));
  s3.destroy();
  return Contents.map(({ Key }) => String(Key));
}

/** Two items of each school, three times each: in three files for each folder. */
async function fill(lake: string, at: number, name: string): Promise<void> {
  for (let index = 0; index < 3; index++) {
    const changes = SCHOOLS.flatMap((tenant) =>
      ['a', 'b'].map(
        (sortKey): Change => ({
          id: `${name}-${tenant}-${sortKey}-${index}`,
          tenant,
          at: at + index * 1_000,
          attributes: EVERY_TYPE,
          sortKey,
        }),
      ),
    );
    await deliver(sandbox, changes, lake);
  }
}

interface Counted {
  readonly rows: number;
  readonly events: number;
}

async function changes(lake: string, school: string): Promise<Counted> {
  const database = lake.toLowerCase();
  const where = `WHERE school = '${school}' AND year = 2026 AND month = 5`;
  const [[rows, events]] = await query(
    sandbox,
    `SELECT count(*), count(DISTINCT event_id) FROM ${database}.grades_changes ${where}`,
    database,
  );
  return { rows: Number(rows), events: Number(events) };
}

/** Items with their last state. */
async function items(lake: string, school: string): Promise<number> {
  const database = lake.toLowerCase();
  const [[count]] = await query(sandbox, `SELECT count(*) FROM ${database}.grades_current WHERE school = '${school}'`, database);
  return Number(count);
}

/** Queries until it is stopped, with pauses: files are replaced while no query runs. */
function reader(lake: string) {
  const seen: Counted[] = [];
  const current: number[] = [];
  const errors: string[] = [];
  let isRunning = true;
  const read = async () => {
    for (let turn = 0; isRunning; turn++) {
      const school = SCHOOLS[turn % SCHOOLS.length];
      try {
        seen.push(await changes(lake, school));
        if (turn % 4 === 1) current.push(await items(lake, school));
      } catch (error) {
        errors.push((error as Error).message);
      }
      await pause(250);
    }
  };
  const reading = read();
  return {
    async reaches(turns: number) {
      while (seen.length + errors.length < turns) await pause(50);
    },
    async stop() {
      isRunning = false;
      await reading;
      return { seen, current, errors };
    },
  };
}

const MONTH = 'year=2026/month=05/';

test.each([
  { lake: 'Tenants', folders: SCHOOLS.map((school) => `${MONTH}school=${school}/`) },
  { lake: 'Months', folders: [MONTH] },
])('$lake: a reader sees every change and every last state while a month is compacted, and no error', async ({ lake, folders }) => {
  await fill(lake, MAY, 'may');
  for (const folder of folders) expect(await files(lake, folder)).toHaveLength(3);
  const reading = reader(lake);
  await reading.reaches(2);
  expect(await compact(lake)).toEqual({ compacted: folders.length, left: 0, failed: 0, outside: 0 });
  await reading.reaches(6);
  const { seen, current, errors } = await reading.stop();
  expect(errors).toEqual([]);
  expect([...new Set(current)]).toEqual([2]);
  for (const { rows, events } of seen) {
    expect(events).toBe(6);
    // Twice between the copy of the new files and the removal of the old ones.
    expect(rows).toBeGreaterThanOrEqual(6);
    expect(rows).toBeLessThanOrEqual(12);
  }
  for (const folder of folders)
    expect((await files(lake, folder)).map((key) => key.split('/').at(-1))).toEqual([
      expect.stringMatching(/^compaction-/),
      expect.stringMatching(/^compaction-/),
    ]);
  for (const school of SCHOOLS) expect(await changes(lake, school)).toEqual({ rows: 6, events: 6 });
  expect(await items(lake, 'north-high')).toBe(2);
  // Again: there is nothing to do.
  const before = await files(lake);
  expect(await compact(lake)).toEqual({ compacted: 0, left: 0, failed: 0, outside: 0 });
  expect(await files(lake)).toEqual(before);
});

test('late changes of a compacted month are compacted again', async () => {
  const folder = `${MONTH}school=north-high/`;
  await deliver(sandbox, [{ id: 'late', tenant: 'north-high', at: MAY, attributes: EVERY_TYPE, sortKey: 'c' }], 'Tenants');
  expect(await files('Tenants', folder)).toHaveLength(3);
  expect(await compact('Tenants')).toEqual({ compacted: 1, left: 0, failed: 0, outside: 0 });
  expect(await files('Tenants', folder)).toHaveLength(2);
  expect(await changes('Tenants', 'north-high')).toEqual({ rows: 7, events: 7 });
  expect(await items('Tenants', 'north-high')).toBe(3);
});

test('a month that has not ended is compacted once it has more new files than the setting', async () => {
  const now = sandbox.clock.now();
  const date = new Date(now);
  const folder = `year=${date.getUTCFullYear()}/month=${String(date.getUTCMonth() + 1).padStart(2, '0')}/`;
  await fill('Months', now, 'now');
  expect(await compact('Months')).toEqual({ compacted: 0, left: 0, failed: 0, outside: 0 });
  expect(await files('Months', folder)).toHaveLength(3);
  await deliver(sandbox, [{ id: 'fourth', tenant: 'north-high', at: now }], 'Months');
  expect(await compact('Months')).toEqual({ compacted: 1, left: 0, failed: 0, outside: 0 });
  expect(await files('Months', folder)).toHaveLength(2);
});
