import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttributeValue, DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Duration, Size } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LakeSource, StreamingDataLake, Tenancy, TenantRole, TenantTable, Tier } from '../../../src';
import { everyType } from '../../../test/streaming-data-lake/fixtures';
import type { Credentials, Sandbox } from '../../sandbox';
import { installLake } from '../../sandbox/engines/lake';
import { callerWith } from '../../sandbox/streams/service-caller';
import { askAthena } from '../../sandbox/testing/athena';
import { startStack } from '../fixtures/start-stack';
import { blocksOf, filled, openShell, type Shell } from './readme-scripts';

// Items of two schools, from the table to queries of the files: what is stored, what is put into quarantine, and who may read it. A buffer
// interval of a minute takes half a second.
const SPEED = 120;
const NORTH = 'north-high';
const clients: { destroy(): void }[] = [];
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let lakeBucket: string;
let put: (pk: string, sk: string, attributes?: Record<string, AttributeValue>) => Promise<unknown>;
let administrator: S3Client;

beforeAll(async () => {
  ({ sandbox, close } = await startStack(
    'Lake',
    (stack) => {
      const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
      const lake = new StreamingDataLake(stack, 'Lake', {
        source: LakeSource.tableStream(new TenantTable(stack, 'Data', { tenancy })),
        columns: everyType,
        name: 'lake',
        tableName: 'grades',
        bufferInterval: Duration.minutes(1),
        bufferSize: Size.mebibytes(64),
        firstYear: 2025,
      });
      const role = (id: string) => new Role(stack, id, { roleName: id, assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      lake.grants.queryAllTenants(role('Reports'));
      lake.grants.replay(role('Operators'));
      lake.grants.tenantRead(new TenantRole(stack, 'Analysts', { tenancy, sessionOpeners: [role('Service')] }));
    },
    SPEED,
  ));
  const { endpoint } = sandbox;
  lakeBucket = nameOf('AWS::S3::Bucket', 'LakeBucket');
  const TableName = nameOf('AWS::DynamoDB::Table', 'Data');
  const settings = settingsOf(endpoint.administrator());
  const tables = new DynamoDBClient(settings);
  administrator = new S3Client({ ...settings, forcePathStyle: true });
  clients.push(tables, administrator);
  put = (pk, sk, attributes = {}) => tables.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: sk }, ...attributes } }));

  await put(`${NORTH}#STUDENT#1`, 'full', {
    student: { S: 'Zoë "1" – 数学 🎓' },
    attempts: { N: '2147483647' },
    officialNumber: { N: '9007199254740993' },
    average: { N: '4.5' },
    score: { N: '95.5' },
    passed: { BOOL: true },
    gradedAt: { S: '2026-11-29T08:15:30.123Z' },
    expiresAt: { N: '1767225600' },
    clubs: { L: [{ S: 'chess' }, { N: '2' }] },
    address: { M: { city: { S: 'Ulm' }, other: { N: '1' } } },
    correlationId: { S: 'request-1' },
    notDeclared: { S: 'is not stored' },
  });
  await put(`${NORTH}#STUDENT#1`, 'empty');
  await put(`${NORTH}#STUDENT#1`, 'nulls', { score: { NULL: true }, address: { NULL: true }, clubs: { NULL: true } });
  await put(`${NORTH}#STUDENT#1`, 'changed', { score: { N: '1' } });
  await put(`${NORTH}#STUDENT#1`, 'changed', { score: { N: '2' } });
  await put(`${NORTH}#STUDENT#1`, 'deleted', { score: { N: '3' } });
  await put(`${NORTH}#STUDENT#1`, 'deleted', { score: { N: '3' }, deletedAt: { S: '2026-11-29T08:15:30Z' } });
  await put('south-high#STUDENT#9', 'other', { score: { N: '4' } });
  await put(`${NORTH}#STUDENT#1`, 'removed', { score: { N: '5' } });
  await tables.send(new DeleteItemCommand({ TableName, Key: { pk: { S: `${NORTH}#STUDENT#1` }, sk: { S: 'removed' } } }));
  // What cannot be stored.
  await put(`${NORTH}#STUDENT#1`, 'wrong-type', { score: { S: '95.5' } });
  await put(`${NORTH}#STUDENT#1`, 'wrong-parent', { address: { S: 'Ulm' } });
  await put(`${NORTH}#STUDENT#1`, 'digits', { score: { N: '95.555' } });
  await put(`${NORTH}#STUDENT#1`, 'fraction', { attempts: { N: '1.5' } });
  await put(`${NORTH}#STUDENT#1`, 'too-many', { attempts: { N: '2147483648' } });
  await put(`${NORTH}#STUDENT#1`, 'no-time', { gradedAt: { S: 'yesterday' } });
  await put('GLOBAL', 'no-tenant');
  // 1.4 MB as JSON, in 380 KB as DynamoDB counts.
  await put(`${NORTH}#STUDENT#1`, 'large', { clubs: { L: Array.from({ length: 125_000 }, () => ({ N: '1' })) } });
  await put(`${NORTH}#STUDENT#1`, 'last', { score: { N: '6' } });
  await until(async () => (await sortKeys()).includes('last'));
}, 240_000);

afterAll(async () => {
  for (const client of clients) client.destroy();
  await close?.();
});

function nameOf(type: string, id: string): string {
  const { assembly } = sandbox;
  const found = assembly.ofType(type).find(({ logicalId }) => logicalId.startsWith(id));
  return found === undefined ? '' : assembly.ref(found);
}

function settingsOf({ expiration: _, ...credentials }: Credentials) {
  return { endpoint: sandbox.endpoint.url, region: sandbox.assembly.region, credentials, maxAttempts: 1 };
}

const ANSWER_TIMEOUT_MS = 120_000;

async function until(isDone: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + ANSWER_TIMEOUT_MS;
  while (!(await isDone())) {
    if (Date.now() > end) throw new Error(`not within ${ANSWER_TIMEOUT_MS} ms`);
    await new Promise((done) => setTimeout(done, 250));
  }
}

function sessionAs(role: 'Reports' | 'Operators'): Credentials {
  return sandbox.endpoint.assumeAsService(`arn:aws:iam::${sandbox.assembly.account}:role/${role}`, 'lambda.amazonaws.com', 'test');
}

/** The rows of a query in the workgroup of the lake, by the role of the platform's reports, or of its operators. */
async function query(QueryString: string, role: 'Reports' | 'Operators' = 'Reports'): Promise<(string | null)[][]> {
  const { endpoint, assembly } = sandbox;
  const caller = callerWith(endpoint, assembly.region, () => sessionAs(role));
  const { rows } = await askAthena((operation, input) => caller.json('athena', 'AmazonAthena', operation, input), {
    QueryString,
    WorkGroup: 'lake',
  });
  return rows.slice(1);
}

const sortKeys = async () => (await query(`SELECT sort_key FROM lake.grades_changes WHERE school = '${NORTH}'`)).map(([key]) => key);

async function objects(Prefix: string): Promise<string[]> {
  const { Contents = [] } = await administrator.send(new ListObjectsV2Command({ Bucket: lakeBucket, Prefix }));
  return Contents.map(({ Key }) => String(Key));
}

/** What is in quarantine, as `<folder> <sort key> <reason>`. A dead letter can be delivered twice. */
async function quarantined(): Promise<string[]> {
  const found: string[] = [];
  for (const Key of await objects('quarantine/')) {
    const { Body } = await administrator.send(new GetObjectCommand({ Bucket: lakeBucket, Key }));
    for (const line of (await Body?.transformToString())?.split('\n').filter(Boolean) ?? []) {
      const { errorMessage, lastErrorMessage, rawData } = JSON.parse(line) as Record<string, string>;
      const raw = rawData === undefined ? undefined : JSON.parse(Buffer.from(rawData, 'base64').toString());
      found.push([Key.split('/')[1], raw?.item.sk.S ?? '-', errorMessage ?? lastErrorMessage].join(' '));
    }
  }
  return [...new Set(found)].sort();
}

test('each declared column has the value of its attribute, exactly', async () => {
  const columns =
    'student_id, attempts, official_number, average, score, passed, graded_at, expires_at, clubs, city, correlation_id, event_name';
  const [row] = await query(`SELECT ${columns} FROM lake.grades_changes WHERE school = '${NORTH}' AND sort_key = 'full'`);
  expect(row).toEqual([
    'Zoë "1" – 数学 🎓',
    '2147483647',
    '9007199254740993',
    '4.5',
    '95.50',
    'true',
    '2026-11-29 08:15:30.123',
    '2026-01-01 00:00:00.000',
    '{"l":[{"s":"chess"},{"n":"2"}]}',
    'Ulm',
    'request-1',
    'INSERT',
  ]);
});

test('an attribute that is missing or a NULL has no value', async () => {
  const columns = 'student_id, attempts, official_number, average, score, passed, graded_at, expires_at, city, correlation_id';
  const rows = await query(`SELECT ${columns} FROM lake.grades_changes WHERE school = '${NORTH}' AND sort_key IN ('empty', 'nulls')`);
  expect(rows).toEqual([Array(10).fill(null), Array(10).fill(null)]);
});

test('every insertion and modification is a row, and the last state is that of the last one; removals are no rows', async () => {
  expect((await sortKeys()).sort()).toEqual(['changed', 'changed', 'deleted', 'deleted', 'empty', 'full', 'last', 'nulls', 'removed']);
  const current = await query(`SELECT sort_key, score FROM lake.grades_current WHERE school = '${NORTH}' ORDER BY sort_key`);
  expect(current).toEqual([
    ['changed', '2.00'],
    ['empty', null],
    ['full', '95.50'],
    ['last', '6.00'],
    ['nulls', null],
    ['removed', '5.00'],
  ]);
});

test('files are in the folder of the month and the tenant', async () => {
  const folders = new Set((await objects('data/')).map((key) => key.split('/').slice(0, -1).join('/')));
  const [month] = await query(`SELECT year, month FROM lake.grades_changes WHERE school = '${NORTH}' AND sort_key = 'full'`);
  const folder = `data/grades/year=${month[0]}/month=${String(month[1]).padStart(2, '0')}`;
  expect([...folders].sort()).toEqual([`${folder}/school=${NORTH}`, `${folder}/school=south-high`]);
});

test('a query without a tenant fails', async () => {
  await expect(query('SELECT count(*) FROM lake.grades_changes')).rejects.toThrow(/CONSTRAINT_VIOLATION.*school/);
});

test('what cannot be stored is in quarantine with the reason, and holds nothing else', async () => {
  await until(async () => (await quarantined()).length >= 8);
  expect(await quarantined()).toEqual([
    expect.stringMatching(/^dead-letters - The pipe could not send the records/),
    expect.stringMatching(/^format-conversion-failed fraction ./),
    expect.stringMatching(/^format-conversion-failed no-time ./),
    expect.stringMatching(/^format-conversion-failed too-many ./),
    expect.stringMatching(/^metadata-extraction-failed digits .*score is not N with the declared digits/),
    expect.stringMatching(/^metadata-extraction-failed no-tenant .*pk begins with no tenant/),
    expect.stringMatching(/^metadata-extraction-failed wrong-parent .*address is not M/),
    expect.stringMatching(/^metadata-extraction-failed wrong-type .*score is not N/),
  ]);
  const [documented] = blocksOf('Quarantine', 'sql');
  const reasons = await query(documented.replace('luca_lake', 'lake'), 'Operators');
  await expect(query(documented.replace('luca_lake', 'lake'))).rejects.toThrow(/PERMISSION_DENIED.*grades_quarantine/);
  expect(reasons.map(([reason]) => reason?.replace(/ at .*/, '')).sort()).toEqual([
    'Data does not match the schema. For input string: "1.5"',
    expect.stringMatching(/^Data does not match the schema. For input string: "2147483648"/),
    expect.stringMatching(/^Data does not match the schema. Timestamp format must be/),
    expect.stringMatching(/^The pipe could not send the records/),
    expect.stringContaining('address is not M'),
    expect.stringContaining('pk begins with no tenant'),
    expect.stringContaining('score is not N with the declared digits'),
  ]);
  // Keys of nested JSON are in lower case, as in columns.
  const deadLetters = (await query('SELECT DISTINCT deadletter FROM lake.grades_quarantine WHERE deadletter IS NOT NULL', 'Operators')).map(
    ([deadLetter]) => JSON.parse(String(deadLetter)),
  );
  expect(deadLetters).toEqual([
    expect.objectContaining({
      context: expect.objectContaining({ condition: 'RetryAttemptsExhausted' }),
      ddbstreambatchinfo: expect.objectContaining({ batchsize: 1 }),
    }),
  ]);
});

// The commands of the README, as they are written there.
describe('a replay', () => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await openShell(sandbox, () => sessionAs('Operators'));
  });
  afterAll(() => shell?.close());

  /** What was put into a folder of quarantine with this text in it. */
  async function fileWith(folder: string, text: string): Promise<{ readonly key: string; readonly line: string } | undefined> {
    for (const key of (await objects(`quarantine/${folder}/`)).reverse()) {
      const { Body } = await administrator.send(new GetObjectCommand({ Bucket: lakeBucket, Key: key }));
      const lines = ((await Body?.transformToString()) ?? '').split('\n').filter(Boolean);
      const found = lines.find((line) => {
        const { rawData } = JSON.parse(line) as { rawData?: string };
        return `${line} ${rawData === undefined ? '' : Buffer.from(rawData, 'base64')}`.includes(text);
      });
      if (found !== undefined) return { key, line: found };
    }
    return undefined;
  }

  const stream = () => nameOf('AWS::KinesisFirehose::DeliveryStream', 'LakeDelivery');

  test('of a record in quarantine stores it, once its cause is fixed', async () => {
    const [script] = blocksOf('Replay', 'sh');
    const fixed = sandbox.endpoint.inject({ service: 'glue', operation: 'GetTableVersions', code: 'AccessDeniedException' });
    await put(`${NORTH}#STUDENT#2`, 'without-schema', { score: { N: '7.25' }, student: { S: 'Zoë "2" \\ 🎓' } });
    await until(async () => (await fileWith('format-conversion-failed', 'without-schema')) !== undefined);
    fixed();
    expect(await sortKeys()).not.toContain('without-schema');
    const { key: FILE = '' } = (await fileWith('format-conversion-failed', 'without-schema')) ?? {};
    await shell.run(filled(script, { BUCKET: lakeBucket, FILE, STREAM: stream() }));
    await until(async () => (await sortKeys()).includes('without-schema'));
    const [row] = await query(
      `SELECT student_id, score FROM lake.grades_changes WHERE school = '${NORTH}' AND sort_key = 'without-schema'`,
    );
    expect(row).toEqual(['Zoë "2" \\ 🎓', '7.25']);
  });

  test('of a dead letter stores the row that the pipe would have sent', async () => {
    const [, script] = blocksOf('Replay', 'sh');
    const { endpoint } = sandbox;
    const available = endpoint.inject({ service: 'firehose', operation: 'PutRecordBatch', code: 'ServiceUnavailableException' });
    const discarded = new Promise<void>((resolve) => {
      endpoint.onCall(({ service, operation }) => (service === 'sqs' && operation === 'SendMessage' ? resolve() : undefined));
    });
    await put(`${NORTH}#STUDENT#2`, 'unsent', { score: { N: '8.5' }, clubs: { L: Array.from({ length: 20_000 }, () => ({ N: '1' })) } });
    await discarded;
    available();
    await put(`${NORTH}#STUDENT#2`, 'after', { score: { N: '9' } });
    await until(
      async () => (await sortKeys()).includes('after') && (await fileWith('dead-letters', 'RetryAttemptsExhausted')) !== undefined,
    );
    expect(await sortKeys()).not.toContain('unsent');
    // The last one, not that of the item that is too large.
    let position: Record<string, string> = {};
    await until(async () => {
      const letters = await query('SELECT deadletter FROM lake.grades_quarantine WHERE deadletter IS NOT NULL', 'Operators');
      const positions = letters.map(([text]) => JSON.parse(String(text)).ddbstreambatchinfo as Record<string, string>);
      position = positions.reduce((a, b) => (BigInt(a.startsequencenumber) > BigInt(b.startsequencenumber) ? a : b));
      return new Set(positions.map(({ startsequencenumber }) => startsequencenumber)).size === 2;
    });
    const { streamarn: STREAM_ARN, shardid: SHARD, startsequencenumber: START, endsequencenumber: END } = position;
    await shell.run(filled(script, { STREAM: stream(), STREAM_ARN, SHARD, START, END }));
    await until(async () => (await sortKeys()).includes('unsent'));
    const rows = await query(
      `SELECT event_id, event_name, sequence, score, date_diff('minute', changed_at, current_timestamp) < 600 FROM lake.grades_changes WHERE school = '${NORTH}' AND sort_key = 'unsent'`,
    );
    expect(rows).toEqual([[expect.stringMatching(/^[0-9a-f-]{32,36}$/), 'INSERT', START, '8.50', 'true']]);
    // Nothing but the dead letter was sent.
    expect((await sortKeys()).filter((key) => key === 'after')).toHaveLength(1);
  });
});

describe('a session of a school', () => {
  async function sessionOf(school: string): Promise<S3Client> {
    const { endpoint, assembly } = sandbox;
    const roles = assembly.ofType('AWS::IAM::Role');
    const analysts = roles.find(({ logicalId }) => logicalId.startsWith('Analysts'));
    const opener = endpoint.assumeAsService(`arn:aws:iam::${assembly.account}:role/Service`, 'lambda.amazonaws.com', 'test');
    const sts = new STSClient(settingsOf(opener));
    const { Credentials: session } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: analysts === undefined ? '' : assembly.attribute(analysts, 'Arn'),
        RoleSessionName: school,
        Tags: [{ Key: 'school', Value: school }],
      }),
    );
    const client = new S3Client({
      ...settingsOf({
        accessKeyId: session?.AccessKeyId ?? '',
        secretAccessKey: session?.SecretAccessKey ?? '',
        sessionToken: session?.SessionToken,
      } as Credentials),
      forcePathStyle: true,
    });
    clients.push(sts, client);
    return client;
  }

  test('reads its own files, and no other school’s and nothing in quarantine', async () => {
    const north = await sessionOf(NORTH);
    const files = await objects('data/');
    const get = (Key: string) => north.send(new GetObjectCommand({ Bucket: lakeBucket, Key }));
    const own = files.find((key) => key.includes(`school=${NORTH}/`)) ?? '';
    const foreign = files.find((key) => key.includes('school=south-high/')) ?? '';
    expect([own, foreign]).not.toContain('');
    await expect(get(own)).resolves.toBeDefined();
    await expect(get(foreign)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(get((await objects('quarantine/'))[0])).rejects.toMatchObject({ name: 'AccessDenied' });
    const list = (Prefix: string) => north.send(new ListObjectsV2Command({ Bucket: lakeBucket, Prefix }));
    await expect(list(own.slice(0, own.lastIndexOf('/') + 1))).resolves.toBeDefined();
    await expect(list('data/grades/')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  // The query of the README, by DuckDB. Its reader of S3 is in no package registry, so the session lists the path and downloads the files.
  test('queries its own files with an engine of its own', async () => {
    const north = await sessionOf(NORTH);
    const [documented] = blocksOf("A tenant's own engine", 'sql');
    const [, YEAR, MONTH] = /year=(\d+)\/month=(\d+)/.exec((await objects('data/'))[0]) ?? [];
    const sql = filled(documented, { BUCKET: lakeBucket, SCHOOL: NORTH, YEAR, MONTH });
    const [path, Prefix] = new RegExp(`s3://${lakeBucket}/([^']*/)\\*`).exec(sql) ?? [];
    expect(path).toBeDefined();
    const folder = mkdtempSync(join(tmpdir(), 'own-engine-'));
    const { Contents = [] } = await north.send(new ListObjectsV2Command({ Bucket: lakeBucket, Prefix }));
    for (const [index, { Key }] of Contents.entries()) {
      const { Body } = await north.send(new GetObjectCommand({ Bucket: lakeBucket, Key }));
      writeFileSync(join(folder, `${index}`), (await Body?.transformToByteArray()) ?? '');
    }
    const { python, packages } = await installLake(() => undefined);
    const program = 'import duckdb, json, sys; print(json.dumps(duckdb.sql(sys.stdin.read()).fetchall(), default=str))';
    const output = execFileSync(python, ['-c', program], {
      input: sql.replace(String(path), `${folder}/*`),
      env: { ...process.env, PYTHONPATH: packages },
    });
    rmSync(folder, { recursive: true });
    expect(JSON.parse(output.toString())).toContainEqual(['Zoë "1" – 数学 🎓', 95.5]);
  });
});

// The last test, because it moves the clock.
test('what is in quarantine is gone 90 days later, results of queries 30 days later, and their versions 30 days after that', async () => {
  const { clock } = sandbox;
  const versions = async (Prefix: string) => {
    const { Versions = [], DeleteMarkers = [] } = await administrator.send(new ListObjectVersionsCommand({ Bucket: lakeBucket, Prefix }));
    return { versions: Versions.length, markers: DeleteMarkers.length };
  };
  const files = await objects('data/');
  const [quarantine, results] = [(await objects('quarantine/')).length, (await objects('results/')).length];
  expect(Math.min(files.length, quarantine, results)).toBeGreaterThan(0);

  const days = (count: number) => clock.advance(Duration.days(count).toMilliseconds());
  days(31);
  await until(async () => (await objects('results/')).length === 0);
  expect(await versions('results/')).toEqual({ versions: results, markers: results });
  expect(await objects('quarantine/')).toHaveLength(quarantine);
  days(31);
  await until(async () => (await versions('results/')).versions === 0);
  days(29);
  await until(async () => (await objects('quarantine/')).length === 0);
  expect(await versions('quarantine/')).toEqual({ versions: quarantine, markers: quarantine });
  days(31);
  await until(async () => (await versions('quarantine/')).versions === 0);
  expect(await objects('data/')).toEqual(files);
});
