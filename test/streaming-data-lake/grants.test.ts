import { type CfnElement, Duration } from 'aws-cdk-lib';
import { ArnPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import fc from 'fast-check';
import { LakeLayout, StreamingDataLake, StreamingDataLakeGrants, TenantRole } from '../../src';
import { isAllowed, policiesOfRole, resolvedResources } from '../iam';
import { testStack } from '../synth';
import { tenancy } from '../tenant-isolated-api/fixtures';
import { dataLake } from './fixtures';

const env = { account: '123456789012', region: 'us-east-1' };
const REGION = 'arn:aws:$:us-east-1:123456789012:';
const arn = (service: string, resource: string) => `${REGION.replace('$', service)}${resource}`;

const stack = testStack({ env });
const lake = dataLake(stack, { name: 'lake', tableName: 'grades' });
const id = (of: { node: { defaultChild?: unknown } }): string => stack.getLogicalId(of.node.defaultChild as CfnElement);
const sessionOpeners = [new ArnPrincipal('arn:aws:iam::123456789012:role/opener')];
const tenants = new TenantRole(stack, 'Analysts', { tenancy, sessionOpeners });
const reports = new Role(stack, 'Reports', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
lake.grants.tenantRead(tenants);
lake.grants.queryAllTenants(reports);
const operators = new Role(stack, 'Operators', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
lake.grants.replay(operators);
const bucketArn = `arn:aws:s3:::${id(lake.bucket).toLowerCase()}`;
const deliveryArn = arn('firehose', `deliverystream/${id({ node: { defaultChild: lake.node.findChild('Delivery') } })}`);
const { AppKey51DFC408: key } = resolvedResources(stack);

interface Asked {
  readonly object?: string;
  readonly prefix?: string;
  readonly resource?: string;
  /** `null` is a session without the tag. */
  readonly school?: string | null;
  readonly via?: string;
}

const askAs =
  (role: string) =>
  (action: string, { object, prefix, resource, school = 'north', via }: Asked): Promise<boolean> => {
    const isKey = action.startsWith('kms:');
    const inBucket = object === undefined ? bucketArn : `${bucketArn}/${object}`;
    return isAllowed(
      {
        principal: `arn:aws:iam::123456789012:role/${role}`,
        action,
        resource: isKey ? arn('kms', 'key/AppKey51DFC408') : (resource ?? inBucket),
        context: {
          ...(prefix === undefined ? {} : { 's3:prefix': prefix }),
          ...(school === null ? {} : { 'aws:PrincipalTag/school': school }),
          ...(via === undefined ? {} : { 'kms:ViaService': via }),
        },
      },
      { identity: policiesOfRole(stack, role).identity, resource: isKey ? key.Properties.KeyPolicy : undefined },
    );
  };

describe('a tenant’s analyst', () => {
  const ask = askAs(id(tenants));
  const folder = (school: string) => `data/grades/year=2026/month=11/school=${school}/`;

  test('reads and lists the own folder of any month', async () => {
    expect(await ask('s3:GetObject', { object: `${folder('north')}a.parquet` })).toBe(true);
    expect(await ask('s3:GetObject', { object: 'data/grades/year=2025/month=01/school=north/a.parquet' })).toBe(true);
    expect(await ask('s3:ListBucket', { prefix: folder('north') })).toBe(true);
  });

  test.each<[string, Asked]>([
    ["another tenant's file", { object: `${folder('south')}a.parquet` }],
    ['a file of a tenant whose id begins alike', { object: `${folder('north-2')}a.parquet` }],
    ['an own folder within another tenant’s', { object: `${folder('south')}month=1/school=north/a.parquet` }],
    ['what is in quarantine', { object: 'quarantine/processing-failed/2026/11/29/a' }],
    ['results of queries', { object: 'results/a.csv' }],
    ['a file of another table', { object: `data/visits/year=2026/month=11/school=north/a.parquet` }],
    ['a file without a tag on the session', { object: `${folder('north')}a.parquet`, school: null }],
    ['a file with an empty tag', { object: `${folder('')}a.parquet`, school: '' }],
  ])('does not read %s', async (_, asked) => {
    expect(await ask('s3:GetObject', asked)).toBe(false);
  });

  test.each<[string, Asked]>([
    ['all tenants', { prefix: 'data/grades/' }],
    ['a month', { prefix: 'data/grades/year=2026/month=11/' }],
    ['another tenant', { prefix: folder('south') }],
    ['quarantine', { prefix: 'quarantine/' }],
    ['everything', {}],
  ])('does not list %s', async (_, asked) => {
    expect(await ask('s3:ListBucket', asked)).toBe(false);
  });

  test('reads every own file and no other tenant’s', async () => {
    const ids = fc.stringMatching(/^[a-z0-9-]{3,64}$/);
    await fc.assert(
      fc.asyncProperty(
        ids,
        ids,
        async (school, owner) => (await ask('s3:GetObject', { object: `${folder(owner)}a`, school })) === (school === owner),
      ),
      { numRuns: 100, examples: [['a-1', 'a-10'] as [string, string], ['a-1', 'a-1'] as [string, string]] },
    );
  });

  test.each(['s3:PutObject', 's3:DeleteObject', 's3:GetObjectVersion'])('may not %s in the own folder', async (action) => {
    expect(await ask(action, { object: `${folder('north')}a.parquet` })).toBe(false);
  });

  test('reads the definition of the table of files, and has no access to Athena', async () => {
    expect(await ask('glue:GetTable', { resource: arn('glue', 'table/lake/grades') })).toBe(true);
    expect(await ask('glue:GetTable', { resource: arn('glue', 'table/other/grades') })).toBe(false);
    expect(await ask('glue:UpdateTable', { resource: arn('glue', 'table/lake/grades') })).toBe(false);
    for (const action of ['athena:StartQueryExecution', 'athena:GetQueryResults', 'athena:ListQueryExecutions', 'athena:GetNamedQuery']) {
      expect(await ask(action, { resource: arn('athena', 'workgroup/lake') })).toBe(false);
    }
  });

  test('uses the key only through S3', async () => {
    expect(await ask('kms:Decrypt', { via: 's3.us-east-1.amazonaws.com' })).toBe(true);
    expect(await ask('kms:Decrypt', { via: 'dynamodb.us-east-1.amazonaws.com' })).toBe(false);
    expect(await ask('kms:Decrypt', { via: 's3.us-east-1.amazonaws.com', school: null })).toBe(false);
  });
});

describe('an analyst of the platform', () => {
  const ask = askAs(id(reports));

  test('queries in the workgroup of the lake, and in no other', async () => {
    expect(await ask('athena:StartQueryExecution', { resource: arn('athena', 'workgroup/lake') })).toBe(true);
    expect(await ask('athena:StartQueryExecution', { resource: arn('athena', 'workgroup/primary') })).toBe(false);
    for (const table of ['grades', 'grades_changes', 'grades_current']) {
      expect(await ask('glue:GetTable', { resource: arn('glue', `table/lake/${table}`) })).toBe(true);
    }
  });

  test('reads the definition of the default database, and none of its tables', async () => {
    expect(await ask('glue:GetDatabase', { resource: arn('glue', 'database/default') })).toBe(true);
    expect(await ask('glue:GetTables', { resource: arn('glue', 'database/default') })).toBe(false);
  });

  test('has no access to quarantine, whose records have attributes without a column', async () => {
    expect(await ask('s3:GetObject', { object: 'quarantine/processing-failed/2026/11/29/a' })).toBe(false);
    expect(await ask('glue:GetTable', { resource: arn('glue', 'table/lake/grades_quarantine') })).toBe(false);
    expect(await ask('firehose:PutRecord', { resource: deliveryArn })).toBe(false);
  });

  test('reads saved queries of the workgroup, and saves none', async () => {
    const resource = arn('athena', 'workgroup/lake');
    for (const action of ['ListNamedQueries', 'GetNamedQuery', 'BatchGetNamedQuery']) {
      expect(await ask(`athena:${action}`, { resource })).toBe(true);
    }
    for (const action of ['CreateNamedQuery', 'UpdateNamedQuery', 'DeleteNamedQuery']) {
      expect(await ask(`athena:${action}`, { resource })).toBe(false);
    }
  });

  test('reads all rows, and writes results only', async () => {
    for (const object of ['data/grades/a', 'results/a']) expect(await ask('s3:GetObject', { object })).toBe(true);
    expect(await ask('s3:PutObject', { object: 'results/a' })).toBe(true);
    expect(await ask('s3:PutObject', { object: 'data/grades/a' })).toBe(false);
    expect(await ask('s3:DeleteObject', { object: 'data/grades/a' })).toBe(false);
    expect(await ask('kms:GenerateDataKey', { via: 's3.us-east-1.amazonaws.com' })).toBe(true);
  });
});

describe('an operator who replays', () => {
  const ask = askAs(id(operators));

  test('queries and reads quarantine, and no rows', async () => {
    expect(await ask('athena:StartQueryExecution', { resource: arn('athena', 'workgroup/lake') })).toBe(true);
    expect(await ask('glue:GetTable', { resource: arn('glue', 'table/lake/grades_quarantine') })).toBe(true);
    expect(await ask('glue:GetDatabase', { resource: arn('glue', 'database/default') })).toBe(true);
    expect(await ask('s3:GetObject', { object: 'quarantine/processing-failed/2026/11/29/a' })).toBe(true);
    expect(await ask('s3:GetObject', { object: 'data/grades/a' })).toBe(false);
    expect(await ask('glue:GetTable', { resource: arn('glue', 'table/lake/grades_changes') })).toBe(false);
  });

  test('sends records, and writes or deletes no file but results', async () => {
    expect(await ask('firehose:PutRecord', { resource: deliveryArn })).toBe(true);
    expect(await ask('s3:PutObject', { object: 'results/a' })).toBe(true);
    expect(await ask('s3:PutObject', { object: 'quarantine/a' })).toBe(false);
    expect(await ask('s3:DeleteObject', { object: 'quarantine/a' })).toBe(false);
  });

  test('reading quarantine is a grant of its own, without sending', async () => {
    const own = testStack({ env });
    const other = dataLake(own, { name: 'lake', tableName: 'grades' });
    const readers = new Role(own, 'Readers', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    other.grants.readQuarantine(readers);
    const text = JSON.stringify(policiesOfRole(own, own.getLogicalId(readers.node.defaultChild as CfnElement)).identity);
    expect(text).toContain('/quarantine/*');
    for (const action of ['firehose:', 'dynamodb:']) expect(text).not.toContain(action);
  });

  test('clearing quarantine is a grant of its own: it deletes there, and reads and replays nothing', async () => {
    const own = testStack({ env });
    const other = dataLake(own, { name: 'lake', tableName: 'grades' });
    const clerks = new Role(own, 'Clerks', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    other.grants.clearQuarantine(clerks);
    const role = own.getLogicalId(clerks.node.defaultChild as CfnElement);
    const { identity } = policiesOfRole(own, role);
    const may = (action: string, object: string) =>
      isAllowed({ principal: `arn:aws:iam::123456789012:role/${role}`, action, resource: `${bucketArn}/${object}` }, { identity });
    expect(await may('s3:DeleteObject', 'quarantine/processing-failed/2026/11/29/a')).toBe(true);
    for (const object of ['data/grades/a', 'results/a', 'erasures/a']) expect(await may('s3:DeleteObject', object)).toBe(false);
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObjectVersion']) expect(await may(action, 'quarantine/a')).toBe(false);
  });

  test('an imported lake does not know the stream of its table', () => {
    const own = testStack();
    const imported = StreamingDataLake.fromStreamingDataLakeAttributes(own, 'Imported', {
      bucketArn: 'arn:aws:s3:::bucket',
      pipeName: 'pipe',
      deliveryStreamName: 'stream',
      deadLetterQueueArn: 'arn:aws:sqs:us-east-1:123456789012:queue',
      sourceTableName: 'table',
      databaseName: 'lake',
      tableName: 'grades',
      workgroupName: 'lake',
      layout: LakeLayout.perTenant(),
      tenantNoun: 'school',
      bufferInterval: Duration.minutes(15),
    });
    const role = new Role(own, 'Operators', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    expect(() => StreamingDataLakeGrants.fromStreamingDataLake(imported).replay(role)).toThrow(
      /Imported: invalid grants\.replay .*a StreamingDataLake of this app/,
    );
  });
});
