import { type AttributeValue, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Duration, Size } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  LakeColumn,
  LakeErasure,
  LakeLayout,
  LakeSource,
  StreamingDataLake,
  Tenancy,
  TenantDirectory,
  TenantFolder,
  TenantRemoval,
  TenantTable,
  Tier,
} from '../../../src';
import type { Credentials, Json, Sandbox } from '../../sandbox';
import { callerWith } from '../../sandbox/streams/service-caller';
import { askAthena } from '../../sandbox/testing/athena';
import { startStack } from '../fixtures/start-stack';

// Items of two students in two lakes of one table, one lake for each layout. One student is erased from both, and then the
// whole tenant is removed, also from a bucket. A buffer interval of a minute takes half a second.
const SPEED = 120;
const NORTH = 'north-high';
const LAYOUTS = ['Tenant', 'Month'] as const;
const ARRIVAL_SECONDS = 3;
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let tables: DynamoDBClient;
let objects: S3Client;

beforeAll(async () => {
  ({ sandbox, close } = await startStack(
    'Erasures',
    (stack) => {
      const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
      const data = new TenantTable(stack, 'Data', { tenancy });
      const reports = new Role(stack, 'Reports', { roleName: 'Reports', assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      const lakes: LakeErasure[] = [];
      for (const id of LAYOUTS) {
        const lake = new StreamingDataLake(stack, id, {
          source: LakeSource.tableStream(data),
          columns: [LakeColumn.string('name'), LakeColumn.integer('score')],
          layout: id === 'Tenant' ? LakeLayout.perTenant() : LakeLayout.perMonth(),
          name: id.toLowerCase(),
          tableName: 'grades',
          bufferInterval: Duration.minutes(1),
          bufferSize: Size.mebibytes(64),
        });
        lake.grants.queryAllTenants(reports);
        const erasure = new LakeErasure(stack, `${id}Erasure`, { lake });
        lakes.push(erasure);
        // Functions have the time of this machine, and the test does not wait for 49 hours.
        for (const { node } of [erasure.startFunction, erasure.eraseFunction]) {
          (node.defaultChild as CfnFunction).addPropertyOverride('Environment.Variables.ARRIVAL_SECONDS', `${ARRIVAL_SECONDS}`);
        }
      }
      new TenantRemoval(stack, 'Removal', {
        directory: new TenantDirectory(stack, 'Directory', { tenancy }),
        tables: [data],
        folders: [TenantFolder.inBucket(new Bucket(stack, 'Files', { versioned: true }), 'reports/')],
        lakes,
      });
    },
    SPEED,
  ));
  const { expiration: _, ...credentials } = sandbox.endpoint.administrator() as Credentials;
  const settings = { endpoint: sandbox.endpoint.url, region: sandbox.assembly.region, credentials, maxAttempts: 1 };
  tables = new DynamoDBClient(settings);
  objects = new S3Client({ ...settings, forcePathStyle: true });
  for (const student of [1, 2, 11]) {
    await put(`${NORTH}#STUDENT#${student}`, 'VISIT#1', { score: { N: '1' } });
    await put(`${NORTH}#STUDENT#${student}`, 'VISIT#1', { score: { N: '2' } });
    await put(`${NORTH}#STUDENTS`, `PROFILE#${student}`, { name: { S: `Zoë ${student}` } });
    await put(`${NORTH}#EVALUATION`, `STUDENT#${student}#COURSE#1`, { score: { N: '3' } });
    // Not an integer: quarantine.
    await put(`${NORTH}#STUDENT#${student}`, 'VISIT#2', { score: { N: '1.5' } });
    await put(`${NORTH}#STUDENT#${student}`, 'VISIT#3', { score: { S: 'one' } });
  }
  await put('south-high#STUDENT#1', 'VISIT#1', { score: { N: '4' } });
  for (const layout of LAYOUTS) {
    await until(async () => (await rows(layout, 'south-high')).length === 1 && (await rows(layout, NORTH)).length === 12);
    const lines = [1, 2].map(
      (student) => `${JSON.stringify({ Item: { pk: { S: `${NORTH}#STUDENT#${student}` }, sk: { S: 'VISIT#1' } } })}\n`,
    );
    await objects.send(new PutObjectCommand({ Bucket: bucketOf(layout), Key: 'backfill/export/data.json', Body: lines.join('') }));
  }
}, 240_000);

afterAll(async () => {
  tables?.destroy();
  objects?.destroy();
  await close?.();
});

/** The name of a table of a construct. */
function tableOf(construct: string): string {
  const found = sandbox.assembly.ofType('AWS::DynamoDB::Table').find(({ logicalId }) => logicalId.startsWith(`${construct}Table`));
  return found === undefined ? '' : sandbox.assembly.ref(found);
}

async function put(pk: string, sk: string, attributes: Record<string, AttributeValue>): Promise<void> {
  await tables.send(new PutItemCommand({ TableName: tableOf('Data'), Item: { pk: { S: pk }, sk: { S: sk }, ...attributes } }));
}

function bucketOf(layout: string): string {
  const found = sandbox.assembly.ofType('AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith(`${layout}Bucket`));
  return found === undefined ? '' : sandbox.assembly.ref(found);
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 120_000;
  while (!(await isDone())) {
    if (Date.now() > end) throw new Error('not within two minutes');
    await new Promise((done) => setTimeout(done, 250));
  }
}

/** All rows of a school, as `<partition key> <sort key> <score> <event id>`, in order. */
async function rows(layout: string, school: string): Promise<string[]> {
  const { endpoint, assembly } = sandbox;
  const reports = callerWith(endpoint, assembly.region, () =>
    endpoint.assumeAsService(`arn:aws:iam::${assembly.account}:role/Reports`, 'lambda.amazonaws.com', 'reports'),
  );
  const found = await askAthena((operation, input) => reports.json('athena', 'AmazonAthena', operation, input), {
    QueryString: `SELECT partition_key, sort_key, score, event_id FROM "${layout.toLowerCase()}".grades_changes WHERE school = '${school}'`,
    WorkGroup: layout.toLowerCase(),
  });
  return found.rows
    .slice(1)
    .map((row) => row.join(' '))
    .sort();
}

async function listed(layout: string, Prefix: string) {
  const { Versions = [], DeleteMarkers = [] } = await objects.send(new ListObjectVersionsCommand({ Bucket: bucketOf(layout), Prefix }));
  return { versions: Versions.map(({ Key = '' }) => Key), old: Versions.filter(({ IsLatest }) => !IsLatest), markers: DeleteMarkers };
}

/** The decoded lines of all objects below a prefix. */
async function lines(layout: string, Prefix: string): Promise<string[]> {
  const { Contents = [] } = await objects.send(new ListObjectsV2Command({ Bucket: bucketOf(layout), Prefix }));
  const texts = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await objects.send(new GetObjectCommand({ Bucket: bucketOf(layout), Key }));
      return (await Body?.transformToString()) ?? '';
    }),
  );
  return texts
    .flatMap((text) => text.split('\n').filter(Boolean))
    .map((line) => {
      const { rawData } = JSON.parse(line) as { rawData?: string };
      return rawData === undefined ? line : Buffer.from(rawData, 'base64').toString();
    });
}

const REQUEST = {
  tenant: NORTH,
  items: [
    { partitionKey: `${NORTH}#STUDENT#1`, wholePartition: true },
    { partitionKey: `${NORTH}#STUDENTS`, sortKey: 'PROFILE#1' },
    { partitionKey: `${NORTH}#EVALUATION`, sortKeyPrefix: 'STUDENT#1#' },
  ],
  requestedBy: 'TICKET-1',
  reason: 'Article 17',
};

interface Erasure {
  readonly id: string;
  readonly state: string;
  readonly passes: number;
  readonly isInterrupted?: boolean;
  readonly erased: Readonly<Record<string, number>>;
  readonly record?: string;
}

async function invoke(layout: string, name: 'Start' | 'Erase', event: object): Promise<Erasure[]> {
  const fn = sandbox.assembly
    .ofType('AWS::Lambda::Function')
    .find(({ logicalId }) => logicalId.startsWith(`${layout}Erasure${name}Function`));
  const arn = fn === undefined ? '' : sandbox.assembly.attribute(fn, 'Arn');
  const { payload, functionError } = await sandbox.functions.invoke(arn, event as Json);
  if (functionError !== undefined) throw new Error(JSON.stringify(payload));
  return (payload as unknown as { readonly erasures: Erasure[] }).erasures;
}

/** Opens an erasure, and waits for the pass that this starts. */
async function erase(layout: string, event: object): Promise<Erasure> {
  const [{ id, passes }] = await invoke(layout, 'Start', event);
  let open: Erasure | undefined;
  await until(async () => {
    const { Body } = await objects.send(new GetObjectCommand({ Bucket: bucketOf(layout), Key: `erasures/open/${id}.json` }));
    open = JSON.parse((await Body?.transformToString()) ?? '') as Erasure;
    return open.passes > passes;
  });
  // The lock is released after the pass.
  await until(async () => (await lines(layout, 'erasures/lock.json')).join() === '{"until":0}');
  return open as Erasure;
}

describe.each(LAYOUTS)('with a folder for each %s', (layout) => {
  test('a request that is not valid is an error without keys', async () => {
    await expect(
      invoke(layout, 'Start', { ...REQUEST, items: [{ partitionKey: 'south-high#STUDENT#1', wholePartition: true }] }),
    ).rejects.toThrow('items[0].partitionKey must be a key that begins with the tenant and #');
  });

  test('the rows of the items are erased, and all others are the same', async () => {
    const before = await rows(layout, NORTH);
    const south = await rows(layout, 'south-high');
    expect(await lines(layout, 'quarantine/')).toHaveLength(6);
    expect((await listed(layout, 'results/')).versions).not.toEqual([]);
    const resultsBefore = (await listed(layout, 'results/')).versions;
    const outcome = await erase(layout, REQUEST);
    const isFirst = layout === LAYOUTS[0];
    expect(outcome).toMatchObject({
      ...{ passes: 1, isInterrupted: false },
      // The table's items are erased with the first lake.
      erased: { items: isFirst ? 5 : 0, rows: isFirst ? 4 : 5, folders: 1, quarantined: 2, exported: 1 },
    });
    const others = before.filter((row) => !/STUDENT#1 |PROFILE#1 |STUDENT#1#/.test(row));
    expect(others).toHaveLength(8);
    expect(await rows(layout, NORTH)).toEqual(others);
    expect(await rows(layout, 'south-high')).toEqual(south);
    const left = await lines(layout, 'quarantine/');
    expect(left).toHaveLength(4);
    expect(left.join()).not.toContain(`${NORTH}#STUDENT#1"`);
    expect(await lines(layout, 'backfill/')).toEqual([expect.stringContaining(`${NORTH}#STUDENT#2"`)]);
    const resultsAfter = (await listed(layout, 'results/')).versions;
    expect(resultsBefore.filter((key) => resultsAfter.includes(key))).toEqual([]);
  });

  test('no older version and no delete marker is left of what was replaced', async () => {
    for (const folder of ['data/', 'quarantine/', 'backfill/', 'rewrites/']) {
      const { old, markers } = await listed(layout, folder);
      expect([folder, old, markers]).toEqual([folder, [], []]);
    }
    expect((await listed(layout, 'rewrites/')).versions).toEqual([]);
  });

  if (layout !== LAYOUTS[0]) return;

  test('what arrives later is erased by the last pass, which records who asked', async () => {
    // The change is on its way while the item is erased from the table.
    const pipe = sandbox.assembly.ofType('AWS::Pipes::Pipe').find(({ logicalId }) => logicalId.startsWith(`${layout}Pipe`));
    const pipeArn = pipe === undefined ? '' : sandbox.assembly.attribute(pipe, 'Arn');
    await sandbox.pipes.stop(pipeArn);
    await put(`${NORTH}#STUDENT#1`, 'VISIT#9', { score: { N: '9' } });
    expect(await erase(layout, REQUEST)).toMatchObject({ passes: 2, isInterrupted: false });
    sandbox.pipes.start(pipeArn);
    await until(async () => (await rows(layout, NORTH)).length === 9);
    await new Promise((done) => setTimeout(done, ARRIVAL_SECONDS * 1_000));
    const [outcome] = await invoke(layout, 'Erase', {});
    expect(outcome).toMatchObject({ state: 'finished', erased: { rows: 5 } });
    expect(await rows(layout, NORTH)).toHaveLength(8);
    const { versions, old, markers } = await listed(layout, 'erasures/');
    expect([versions.filter((key) => key !== 'erasures/lock.json'), markers]).toEqual([[outcome.record], []]);
    expect(old.filter(({ Key }) => Key !== 'erasures/lock.json')).toEqual([]);
    const [record] = await Promise.all([objects.send(new GetObjectCommand({ Bucket: bucketOf(layout), Key: outcome.record }))]);
    const text = (await record.Body?.transformToString()) ?? '';
    expect(JSON.parse(text)).toMatchObject({
      tenant: NORTH,
      requestedBy: 'TICKET-1',
      reason: 'Article 17',
      left: { rows: 0, versions: 0 },
    });
    expect(text).not.toContain('STUDENT');
    expect(await invoke(layout, 'Start', { continue: true })).toEqual([]);
    expect(await invoke(layout, 'Erase', {})).toEqual([]);
  });

  test('logs have no keys', () => {
    const groups = sandbox.assembly.ofType('AWS::Logs::LogGroup').map((group) => sandbox.assembly.ref(group));
    const logged = groups.flatMap((group) => sandbox.logs.lines(group)).map(({ message }) => String(message));
    expect(logged.filter((line) => line.includes('"Erasure"')).length).toBeGreaterThan(0);
    expect(logged.filter((line) => line.includes('STUDENT'))).toEqual([]);
  });
});

test('the table has only the items of others', async () => {
  const { Items = [] } = await tables.send(new ScanCommand({ TableName: tableOf('Data') }));
  expect(
    Items.map(({ pk, sk }) => `${pk.S} ${sk.S}`).filter((key) => /STUDENT#1 |PROFILE#1$|STUDENT#1#/.test(key) && key.startsWith(NORTH)),
  ).toEqual([]);
  expect(Items).toHaveLength(11);
});

describe('a tenant that has departed', () => {
  interface Removal {
    readonly state: string;
    readonly found: Readonly<Record<string, number>>;
    readonly removed: Readonly<Record<string, number>>;
  }
  const asked = { action: 'remove', tenant: NORTH, requestedBy: 'TICKET-2', reason: 'end of contract' };
  const files = () => {
    const found = sandbox.assembly.ofType('AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith('Files'));
    return found === undefined ? '' : sandbox.assembly.ref(found);
  };
  const versionsOf = async () => {
    const { Versions = [], DeleteMarkers = [] } = await objects.send(new ListObjectVersionsCommand({ Bucket: files() }));
    return [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key);
  };
  const itemsOf = async (school: string) => {
    const { Items = [] } = await tables.send(new ScanCommand({ TableName: tableOf('Data') }));
    return Items.filter(({ pk }) => pk.S?.startsWith(`${school}#`));
  };

  async function invokeRemoval(event: object): Promise<Removal[]> {
    const fn = sandbox.assembly.ofType('AWS::Lambda::Function').find(({ logicalId }) => logicalId.startsWith('RemovalFunction'));
    const { payload, functionError } = await sandbox.functions.invoke(
      fn === undefined ? '' : sandbox.assembly.attribute(fn, 'Arn'),
      event as Json,
    );
    if (functionError !== undefined) throw new Error(JSON.stringify(payload));
    return (payload as unknown as { readonly removals: Removal[] }).removals;
  }

  async function record(state: string, days: number): Promise<void> {
    const updatedAt = new Date(Date.now() - days * 86_400_000).toISOString();
    const Item = {
      pk: { S: `TENANT#${NORTH}` },
      sk: { S: 'TENANT' },
      tenant: { S: NORTH },
      state: { S: state },
      updatedAt: { S: updatedAt },
    };
    await tables.send(new PutItemCommand({ TableName: tableOf('Directory'), Item }));
  }

  beforeAll(async () => {
    for (const school of [NORTH, 'south-high']) {
      for (const Body of ['1', '2']) await objects.send(new PutObjectCommand({ Bucket: files(), Key: `reports/${school}/1`, Body }));
      await objects.send(new DeleteObjectCommand({ Bucket: files(), Key: `reports/${school}/1` }));
    }
  });

  test('keeps its data until it has departed, and the hold period has ended', async () => {
    await expect(invokeRemoval(asked)).rejects.toThrow('north-high has no record in the directory');
    await record('offboarding', 60);
    await expect(invokeRemoval(asked)).rejects.toThrow('north-high is offboarding: offboard it first');
    await record('departed', 29);
    expect(await invokeRemoval(asked)).toMatchObject([{ tenant: NORTH, state: 'held' }]);
    await record('departed', 31);
    await expect(invokeRemoval(asked)).rejects.toThrow('the data of north-high has not been counted');
    expect(await itemsOf(NORTH)).toHaveLength(10);
  });

  test('is counted, and then removed from the table, the bucket and the lakes, with all versions', async () => {
    const counts = { 'Erasures/Data': 10, 'Erasures/Files/reports/': 3 };
    expect(await invokeRemoval({ action: 'count', tenant: NORTH })).toMatchObject([{ state: 'counted', found: counts, removed: {} }]);
    const south = await Promise.all(LAYOUTS.map((layout) => rows(layout, 'south-high')));
    const [begun] = await invokeRemoval(asked);
    expect(begun).toMatchObject({ state: 'removing', removed: counts });
    expect(await itemsOf(NORTH)).toEqual([]);
    expect(await itemsOf('south-high')).toHaveLength(1);
    expect(await versionsOf()).toEqual(Array(3).fill('reports/south-high/1'));
    let last: Removal = begun;
    await until(async () => {
      for (const layout of LAYOUTS) await invoke(layout, 'Erase', {});
      last = (await invokeRemoval(asked))[0];
      return last.state === 'removed';
    });
    expect(last).toMatchObject({ requestedBy: 'TICKET-2', found: counts, removed: counts });
    for (const [position, layout] of LAYOUTS.entries()) {
      expect([layout, await rows(layout, NORTH)]).toEqual([layout, []]);
      expect(await rows(layout, 'south-high')).toEqual(south[position]);
      expect((await lines(layout, 'quarantine/')).filter((line) => line.includes(NORTH))).toEqual([]);
      expect((await lines(layout, 'backfill/')).filter((line) => line.includes(NORTH))).toEqual([]);
      expect((await listed(layout, 'data/')).versions.filter((key) => key.includes(NORTH))).toEqual([]);
    }
  });
});
