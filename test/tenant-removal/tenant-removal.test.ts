import type { CfnElement } from 'aws-cdk-lib';
import { Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  LakeErasure,
  type ResilientGovSync,
  Tenancy,
  TenantDirectory,
  TenantFolder,
  TenantRemoval,
  type TenantRemovalProps,
  TenantTable,
  Tier,
} from '../../src';
import { isAllowed, policiesOfRole } from '../iam';
import { keepsPromises } from '../promises';
import { govSync } from '../resilient-gov-sync/fixtures';
import { dataLake } from '../streaming-data-lake/fixtures';
import { places, scrubbed, templateOf, testApp, testStack } from '../synth';
import { tenancy } from '../tenant-isolated-api/fixtures';
import { minimal } from './apps';
import { removalFromAll, tenantRemoval } from './fixtures';

keepsPromises(minimal);

const env = { account: '123456789012', region: 'us-east-1' };
const stack = testStack({ env });
const removal = removalFromAll(stack);
removal.alarms.all();
const operators = new Role(stack, 'Operators', { assumedBy: new AccountRootPrincipal() });
removal.grants.start(operators);
const template = templateOf(stack);
const idOf = (of: { node: { defaultChild?: unknown } }) => stack.getLogicalId(of.node.defaultChild as CfnElement);

test('the smallest app, as a template', () => {
  const smallest = testStack();
  minimal(smallest);
  const { Resources } = scrubbed(templateOf(smallest)) as { Resources: object };
  const own = Object.fromEntries(Object.entries(Resources).filter(([id]) => /^Removal(?!Data|Directory)/.test(id)));
  expect(own).toMatchSnapshot();
});

test('the function knows all places by their paths, and the hold period', () => {
  template.hasResourceProperties('AWS::Lambda::Function', {
    Timeout: 900,
    ReservedConcurrentExecutions: Match.absent(),
    Environment: {
      Variables: {
        DIRECTORY_TABLE: Match.anyValue(),
        HOLD_SECONDS: '2592000',
        TENANT_ROLE_ARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^RemovalTenantsRole'), 'Arn'] },
        TENANT_TAG: 'school',
        TABLES: { 'Fn::Join': ['', ['[{"place":"Test/RemovalData","table":"', Match.anyValue(), '","keys":["pk","sk"]}]']] },
        FOLDERS: '[{"place":"Test/RemovalFiles/reports/","bucket":"removal-files","prefix":"reports/"}]',
        SYNCS: {
          'Fn::Join': [
            '',
            ['[{"place":"Test/RemovalGovernment","removeFunction":"', Match.anyValue(), '","bucket":"', Match.anyValue(), '"}]'],
          ],
        },
        LAKES: { 'Fn::Join': ['', ['[{"place":"Test/RemovalErasure","startFunction":"', Match.anyValue(), '"}]']] },
      },
    },
  });
});

test('what is open is continued every 15 minutes', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(15 minutes)',
    Targets: [Match.objectLike({ Input: '{"continue":true}' })],
  });
});

test('a removal without progress is critical, and a failed invocation is a warning', () => {
  expect(removal.recommendedAlarms.map(({ name, severity, threshold }) => [name, severity, threshold])).toEqual([
    ['Overdue', 'critical', 0],
    ['Errors', 'warning', 0],
  ]);
  expect(removal.alarms.overdue()).toBe(removal.alarms.all()[0]);
  expect(removal.alarms.errors()).toBe(removal.alarms.all()[1]);
  // A period without a report counts as one with something overdue, at once: CloudWatch would evaluate older periods instead.
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    TreatMissingData: 'breaching',
    Metrics: Match.arrayWith([
      Match.objectLike({ Expression: 'FILL(reported, 1)', ReturnData: true }),
      Match.objectLike({
        Id: 'reported',
        MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName: 'Overdue' }), Period: 3_600 }),
      }),
    ]),
  });
  expect(removal.metrics.metricOpen().namespace).toBe('Andamio/TenantRemoval');
});

test('operators may invoke the function, and nothing else', () => {
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [idOf(removal.function), 'Arn'] } }],
    },
    Roles: [{ Ref: idOf(operators) }],
  });
});

describe('who may do what', () => {
  const roleAt = (path: string) => {
    const role = stack.node.findAll().find(({ node }) => node.path === `Test/Removal/${path}`);
    return role === undefined ? '' : idOf(role);
  };
  const asking = (roleId: string, tags: Record<string, string> = {}) => {
    return (action: string, resource: string, context: Record<string, string | string[]> = {}) =>
      isAllowed(
        { principal: `arn:aws:iam::123456789012:role/${roleId}`, action, resource, context: { ...tags, ...context } },
        policiesOfRole(stack, roleId),
      );
  };
  const table = (path: string) => {
    const found = stack.node.findAll().find(({ node }) => node.path === `Test/${path}/Table`);
    return `arn:aws:dynamodb:us-east-1:123456789012:table/${found === undefined ? '' : idOf(found)}`;
  };
  const data = table('RemovalData');
  const directory = table('RemovalDirectory');
  const north = asking(roleAt('Tenants/Role'), { 'aws:PrincipalTag/school': 'north-high' });
  const own = asking(roleAt('FunctionRole'));
  const keys = { 'dynamodb:Attributes': ['pk', 'sk'], 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' };

  test('a session deletes the items of its own tenant, and reads none', async () => {
    const of = (tenant: string) => ({ 'dynamodb:LeadingKeys': [`${tenant}#STUDENT#1`] });
    expect(await north('dynamodb:DeleteItem', data, of('north-high'))).toBe(true);
    expect(await north('dynamodb:DeleteItem', data, of('south-high'))).toBe(false);
    expect(await north('dynamodb:DeleteItem', data)).toBe(false);
    for (const action of ['GetItem', 'Query', 'PutItem', 'BatchWriteItem', 'Scan']) {
      expect([action, await north(`dynamodb:${action}`, data, of('north-high'))]).toEqual([action, false]);
    }
  });

  test('a session lists and removes the versions of its own tenant, and reads none', async () => {
    const object = (tenant: string) => `arn:aws:s3:::removal-files/reports/${tenant}/x`;
    expect(await north('s3:DeleteObjectVersion', object('north-high'))).toBe(true);
    expect(await north('s3:DeleteObjectVersion', object('south-high'))).toBe(false);
    expect(await north('s3:GetObject', object('north-high'))).toBe(false);
    const list = (prefix: string) => north('s3:ListBucketVersions', 'arn:aws:s3:::removal-files', { 's3:prefix': prefix });
    expect(await list('reports/north-high/')).toBe(true);
    expect(await list('reports/south-high/')).toBe(false);
    expect(await list('reports/')).toBe(false);
  });

  test('the function finds keys, and has no other access to items', async () => {
    expect(await own('dynamodb:Scan', data, keys)).toBe(true);
    expect(await own('dynamodb:Scan', data, { ...keys, 'dynamodb:Attributes': ['pk', 'sk', 'grade'] })).toBe(false);
    expect(await own('dynamodb:Scan', data, { ...keys, 'dynamodb:Select': 'ALL_ATTRIBUTES' })).toBe(false);
    expect(await own('dynamodb:Scan', data)).toBe(false);
    for (const action of ['GetItem', 'Query', 'DeleteItem', 'PutItem', 'BatchWriteItem']) {
      expect([action, await own(`dynamodb:${action}`, data, { 'dynamodb:LeadingKeys': ['north-high#x'] })]).toEqual([action, false]);
    }
    expect(await own('s3:DeleteObjectVersion', 'arn:aws:s3:::removal-files/reports/north-high/x')).toBe(false);
  });

  test('the function reads records of tenants, keeps those of removals, and deletes none', async () => {
    const of = (partition: string) => ({ 'dynamodb:LeadingKeys': [partition] });
    expect(await own('dynamodb:GetItem', directory, of('TENANT#north-high'))).toBe(true);
    expect(await own('dynamodb:PutItem', directory, of('REMOVALS'))).toBe(true);
    expect(await own('dynamodb:Query', directory, of('REMOVALS'))).toBe(true);
    expect(await own('dynamodb:PutItem', directory, of('TENANT#north-high'))).toBe(false);
    expect(await own('dynamodb:GetItem', directory, of('USER#1'))).toBe(false);
    expect(await own('dynamodb:DeleteItem', directory, of('REMOVALS'))).toBe(false);
    expect(await own('dynamodb:PutItem', directory)).toBe(false);
  });

  const { node: ofSync } = stack.node.findChild('RemovalGovernment') as ResilientGovSync;
  const bucketOf = (name: string) => `arn:aws:s3:::${idOf(ofSync.findChild(name)).toLowerCase()}`;
  const reports = bucketOf('ReportBucket');

  test('a session removes the payloads and the source files of its own tenant, and nothing else of a sync', async () => {
    const mayRemove = (key: string) => north('s3:DeleteObjectVersion', `${reports}/${key}`);
    const mayList = (prefix: string) => north('s3:ListBucketVersions', reports, { 's3:prefix': prefix });
    for (const [key, isAllowedTo] of [
      ['payloads/north-high/2026Q4/1.json', true],
      ['payloads/south-high/2026Q4/1.json', false],
      ['source/2026Q4/north-high.json', true],
      ['source/2026Q4/south-high.json', false],
      ['source/2026Q4/south-high/north-high.json', false],
      ['lists/2026Q4/1.jsonl', false],
      ['results/1/manifest.json', false],
    ] as const) {
      expect([key, await mayRemove(key)]).toEqual([key, isAllowedTo]);
      expect([key, await mayList(key)]).toEqual([key, isAllowedTo]);
    }
    for (const prefix of ['', 'payloads/', 'source/2026Q4/', 'source/']) expect([prefix, await mayList(prefix)]).toEqual([prefix, false]);
    expect(await north('s3:GetObject', `${reports}/source/2026Q4/north-high.json`)).toBe(false);
    expect(await north('s3:DeleteObjectVersion', `${bucketOf('AuditBucket')}/audit/2026Q4/north-high/000001.json`)).toBe(false);
  });

  test('the function of a sync empties reports, and can neither plan, confirm nor delete one', async () => {
    const id = [...stack.node.findAll()].find(({ node }) => /^Test\/Removal\/Sync[0-9a-f]{8}Role$/.test(node.path));
    const ofFunction = asking(id === undefined ? '' : idOf(id));
    const state = table('RemovalGovernment');
    const period = { 'dynamodb:LeadingKeys': ['PERIOD#2026Q4'] };
    const naming = (...attributes: string[]) => ({
      ...period,
      'dynamodb:Attributes': ['pk', 'sk', 'auditHead', 'removedAt', ...attributes],
    });
    expect(await ofFunction('dynamodb:GetItem', state, period)).toBe(true);
    expect(await ofFunction('dynamodb:GetItem', state, { 'dynamodb:LeadingKeys': ['API'] })).toBe(false);
    expect(await ofFunction('dynamodb:UpdateItem', state, naming('payloadKey', 'receipt'))).toBe(true);
    for (const attribute of ['status', 'sends', 'auditEntries', 'listKey', 'leaseOwner']) {
      expect([attribute, await ofFunction('dynamodb:UpdateItem', state, naming(attribute))]).toEqual([attribute, false]);
    }
    expect(await ofFunction('dynamodb:UpdateItem', state, { ...naming(), 'dynamodb:LeadingKeys': ['API'] })).toBe(false);
    expect(await ofFunction('dynamodb:UpdateItem', state, period)).toBe(false);
    for (const action of ['DeleteItem', 'PutItem', 'Query', 'Scan']) {
      expect([action, await ofFunction(`dynamodb:${action}`, state, naming())]).toEqual([action, false]);
    }
    expect(await ofFunction('s3:DeleteObjectVersion', `${reports}/source/2026Q4/north-high.json`)).toBe(false);
  });

  test('the function may invoke that of the sync', async () => {
    const id = [...stack.node.findAll()].find(({ node }) => /^Test\/Removal\/Sync[0-9a-f]{8}$/.test(node.path));
    const remove = `arn:aws:lambda:us-east-1:123456789012:function:${id === undefined ? '' : idOf(id)}`;
    expect(await own('lambda:InvokeFunction', remove)).toBe(true);
    expect(await own('lambda:InvokeFunction', `${remove}:1`)).toBe(false);
  });
});

describe('errors', () => {
  const make = (props: (other: Stack) => Partial<TenantRemovalProps>) => () => {
    const other = testStack();
    tenantRemoval(other, props(other));
  };
  const otherTenancy = Tenancy.of('clinic', { tiers: [Tier.of('standard', { rate: 1, burst: 1 })] });

  test.each<[string, (other: Stack) => Partial<TenantRemovalProps>]>([
    ['Test/Removal: invalid tables []: expected at least one of tables, folders, lakes and syncs', () => ({ tables: [] })],
    ['Test/Removal: invalid holdPeriod "Duration.days(22)": expected whole days, at least 23', () => ({ holdPeriod: Duration.days(22) })],
    ['Test/Removal: invalid holdPeriod "Duration.minutes(43201)": expected', () => ({ holdPeriod: Duration.minutes(60 * 24 * 30 + 1) })],
    ['Test/Removal: invalid holdPeriod', () => ({ holdPeriod: Duration.days(Lazy.number({ produce: () => 30 })) })],
    [
      'Test/Removal: invalid tables[0].tenancy.noun "clinic": expected school, as in the directory',
      (other) => ({ tables: [new TenantTable(other, 'Clinics', { tenancy: otherTenancy })] }),
    ],
    [
      'Test/Removal: invalid tables ["Test/Twice", "Test/Twice"]: expected each of them once: Test/Twice is there twice',
      (other) => {
        const table = new TenantTable(other, 'Twice', { tenancy });
        return { tables: [table, table] };
      },
    ],
    [
      'Test/Removal: invalid syncs ["Test/Government", "Test/Government"]: expected each of them once',
      (other) => {
        const sync = govSync(other);
        return { syncs: [sync, sync] };
      },
    ],
    [
      'Test/Removal: invalid lakes[0] <construct Test/Erasure>: expected a lake whose table is among the tables: add the table of Test/LakeData/Table',
      (other) => ({ lakes: [new LakeErasure(other, 'Erasure', { lake: dataLake(other) })] }),
    ],
    [
      'invalid prefix "reports": expected text known at synthesis, empty or ending with /, without *, ? and $: \'reports/\'',
      (other) => ({ folders: [TenantFolder.inBucket(new Bucket(other, 'Files'), 'reports')] }),
    ],
    [
      'Test/Removal: invalid removalPolicy "DESTROY": expected RETAIN, or DataDestruction.allow',
      () => ({ removalPolicy: RemovalPolicy.DESTROY }),
    ],
  ])('%s', (message, props) => {
    expect(make(props)).toThrow(message);
  });
});

test.each(places)('two removals work %s', (_, into) => {
  const made = into((scope) => {
    const directory = new TenantDirectory(scope, 'Directory', { tenancy });
    for (const id of ['One', 'Other']) tenantRemoval(scope, { directory }, id).alarms.all();
  });
  templateOf(made).resourceCountIs('AWS::Events::Rule', 2);
});

test('tables, buckets, lakes and syncs can be in other stacks, on which the stack of the removal depends', () => {
  const app = testApp();
  const stores = new Stack(app, 'Data', { env });
  const operations = new Stack(app, 'Operations', { env });
  const data = new TenantTable(stores, 'Data', { tenancy });
  const directory = new TenantDirectory(stores, 'Directory', { tenancy });
  const folders = [TenantFolder.inBucket(new Bucket(stores, 'Files'))];
  new TenantRemoval(operations, 'Removal', { directory, tables: [data], folders, syncs: [govSync(stores)] });
  app.synth();
  expect(operations.dependencies).toEqual([stores]);
});
