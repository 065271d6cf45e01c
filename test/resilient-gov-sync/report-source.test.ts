import { type CfnElement, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  type IResilientGovSync,
  LakeColumn,
  LakeLayout,
  ResilientGovSync,
  ResilientGovSyncGrants,
  StreamingDataLake,
  Tenancy,
  TenantDirectory,
  Tier,
} from '../../src';
import type { LakeReportsOptions } from '../../src/resilient-gov-sync/lake-reports-options';
import { ReportSource } from '../../src/resilient-gov-sync/report-source';
import { isAllowed, policiesOfRole, resolvedResources } from '../iam';
import { dataLake, everyType } from '../streaming-data-lake/fixtures';
import { policiesIn, templateOf, testStack } from '../synth';
import { tenancy } from '../tenant-isolated-api/fixtures';
import { govSync } from './fixtures';

const env = { account: '123456789012', region: 'us-east-1' };

/** The function of a lake's reports in a stack, with overrides. */
function bound(stack: Stack, options: Partial<LakeReportsOptions> = {}) {
  const lake = dataLake(stack, { columns: everyType, name: 'lake', tableName: 'grades' });
  const tenants = options.tenants ?? new TenantDirectory(stack, 'Directory', { tenancy });
  const source = ReportSource.lake(lake, { tenants, fields: { student: 'student_id', score: 'score' }, ...options });
  const encryptionKey = new Key(stack, 'Key');
  const bucket = new Bucket(stack, 'Destination');
  const fn = source._bind(stack, {
    bucket,
    prefix: 'source/',
    timeZone: 'Europe/Berlin',
    logged: { encryptionKey, removalPolicy: RemovalPolicy.RETAIN },
    name: 'sync',
  });
  return { lake, fn: fn as LambdaFunction };
}

test('a function of the user is called as it is', () => {
  const stack = testStack();
  const fn = new LambdaFunction(stack, 'Own', {
    ...{ runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('exports.handler = async () => ({})') },
  });
  const logged = { encryptionKey: new Key(stack, 'Key'), removalPolicy: RemovalPolicy.RETAIN };
  expect(
    ReportSource.fromFunction(fn)._bind(stack, {
      bucket: new Bucket(stack, 'Bucket'),
      prefix: 'source/',
      timeZone: 'Europe/Berlin',
      logged,
    }),
  ).toBe(fn);
});

describe('who decides about reports may let those of a lake be made again', () => {
  const statements = (sync: IResilientGovSync, stack: Stack) => {
    const role = new Role(stack, 'People', { assumedBy: new AccountRootPrincipal() });
    expect(ResilientGovSyncGrants.fromResilientGovSync(sync).replay(role).success).toBe(true);
    const { Properties } = Object.entries(policiesIn(templateOf(stack))).find(([id]) => id.startsWith('People'))?.[1] ?? {};
    return (Properties.PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] }).Statement;
  };

  test('by invoking the function that the sync creates', () => {
    const stack = testStack();
    const lake = dataLake(stack, { columns: everyType });
    const tenants = new TenantDirectory(stack, 'Directory', { tenancy });
    const sync = govSync(stack, { reports: ReportSource.lake(lake, { tenants, fields: { student: 'student_id' } }) });
    const resources = [sync.resolveFunction, sync.sourceFunction].map((fn) => stack.resolve(fn?.functionArn));
    expect(statements(sync, stack)).toMatchObject(resources.map((Resource) => ({ Action: 'lambda:InvokeFunction', Resource })));
    templateOf(stack).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { REPORT_BUCKET: stack.resolve(sync.reportBucket.bucketName), TIME_ZONE: 'Europe/Berlin' } },
      Description: Match.stringLikeRegexp('^Makes the reports'),
    });
  });

  test('not that of a user, whose owner grants it', () => {
    const stack = testStack();
    const sync = govSync(stack);
    expect(sync.sourceFunction).toBeUndefined();
    expect(statements(sync, stack)).toMatchObject([{ Resource: stack.resolve(sync.resolveFunction.functionArn) }]);
  });

  test('also that of an imported sync, if it is given', () => {
    const stack = testStack();
    const fn = (name: string) => `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;
    const sync = ResilientGovSync.fromResilientGovSyncAttributes(stack, 'Imported', {
      stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:sync',
      ...{ startFunctionArn: fn('start'), statusFunctionArn: fn('status'), resolveFunctionArn: fn('resolve') },
      ...{ sourceFunctionArn: fn('source'), deadLetterQueueArn: 'arn:aws:sqs:eu-west-1:111122223333:dead' },
    });
    expect(statements(sync, stack)).toMatchObject([{ Resource: fn('resolve') }, { Resource: fn('source') }]);
  });
});

test('what is no function is an error', () => {
  expect(() => ReportSource.fromFunction('arn' as never)).toThrow(
    'ReportSource.fromFunction: invalid handler "arn": expected a Lambda function',
  );
});

test('the function knows the lake, and how values of each column are written', () => {
  const stack = testStack();
  const columns = [...everyType.map(({ name }) => name), 'changed_at', 'event_name', 'sort_key', 'deleted_at'];
  bound(stack, { fields: Object.fromEntries(columns.map((name) => [name, name])), required: ['score'] });
  templateOf(stack).hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: {
        ...{ DATABASE: 'lake', TABLE: 'grades', WORKGROUP: 'lake', TENANT_NOUN: 'school', REQUIRED: '["score"]' },
        KEYS: '["partition_key","sort_key"]',
        FIELDS: JSON.stringify([
          { name: 'student_id', column: 'student_id', kind: 'text' },
          { name: 'attempts', column: 'attempts', kind: 'exact' },
          { name: 'official_number', column: 'official_number', kind: 'exact' },
          { name: 'average', column: 'average', kind: 'double' },
          { name: 'score', column: 'score', kind: 'exact' },
          { name: 'passed', column: 'passed', kind: 'boolean' },
          { name: 'graded_at', column: 'graded_at', kind: 'time' },
          { name: 'expires_at', column: 'expires_at', kind: 'time' },
          { name: 'clubs', column: 'clubs', kind: 'json' },
          { name: 'city', column: 'city', kind: 'text' },
          { name: 'changed_at', column: 'changed_at', kind: 'time' },
          { name: 'event_name', column: 'event_name', kind: 'text' },
          { name: 'sort_key', column: 'sort_key', kind: 'text' },
          { name: 'deleted_at', column: 'deleted_at', kind: 'json' },
        ]),
      },
    },
  });
  templateOf(stack).hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/lambda/sync-source' });
});

describe('the function may', () => {
  const stack = testStack({ env });
  const { fn } = bound(stack);
  const roleId = stack.getLogicalId(fn.role?.node.defaultChild as CfnElement);
  const policies = policiesOfRole(stack, roleId);
  const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:123456789012:${resource}`;
  const logicalId = (type: string, start: string) =>
    Object.keys(templateOf(stack).findResources(type)).find((id) => id.startsWith(start)) ?? '';
  const lakeBucket = logicalId('AWS::S3::Bucket', 'LakeBucket').toLowerCase();
  const object = (key: string) => `arn:aws:s3:::${lakeBucket}/${key}`;
  const directory = arn('dynamodb', `table/${logicalId('AWS::DynamoDB::Table', 'Directory')}`);
  const data = arn('dynamodb', `table/${logicalId('AWS::DynamoDB::Table', 'LakeData')}`);
  const ask = (action: string, resource: string) =>
    isAllowed({ principal: `arn:aws:iam::123456789012:role/${roleId}`, action, resource }, policies);

  test.each<[string, string]>([
    ['athena:StartQueryExecution', arn('athena', 'workgroup/lake')],
    ['athena:GetQueryExecution', arn('athena', 'workgroup/lake')],
    ['glue:GetTable', arn('glue', 'table/lake/grades')],
    ['glue:GetTable', arn('glue', 'table/lake/grades_changes')],
    ['glue:GetDatabase', arn('glue', 'database/default')],
    ['s3:GetObject', object('data/grades/year=2026/month=10/school=north-high/a')],
    ['s3:GetObject', object('results/a.csv')],
    ['s3:PutObject', object('results/a.csv')],
    ['s3:GetObject', object('quarantine/processing-failed/2026/11/29/a')],
    ['s3:ListBucket', `arn:aws:s3:::${lakeBucket}`],
    ['dynamodb:Scan', directory],
  ])('%s on %s', async (action, resource) => {
    expect(await ask(action, resource)).toBe(true);
  });

  test.each<[string, string]>([
    ['athena:StartQueryExecution', arn('athena', 'workgroup/primary')],
    ['athena:GetQueryResults', arn('athena', 'workgroup/lake')],
    ['glue:GetTable', arn('glue', 'table/lake/grades_quarantine')],
    ['glue:GetTable', arn('glue', 'table/other/grades')],
    ['s3:GetObject', object('data/visits/a')],
    ['s3:GetObject', object('backfill/a')],
    ['s3:GetObject', object('erasures/a')],
    ['s3:PutObject', object('data/grades/a')],
    ['s3:DeleteObject', object('results/a.csv')],
    ['s3:DeleteObject', object('quarantine/a')],
    ['s3:PutObject', object('quarantine/a')],
    ['dynamodb:PutItem', directory],
    ['dynamodb:GetItem', data],
    ['dynamodb:Scan', data],
  ])('not %s on %s', async (action, resource) => {
    expect(await ask(action, resource)).toBe(false);
  });

  test('describe the pipe of the lake and count its dead letters, and nothing else of both', () => {
    const statements = (policies.identity as { Statement: { Action: string | string[]; Resource: unknown }[] }[]).flatMap(
      ({ Statement }) => Statement,
    );
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /^(pipes|sqs):/.test(action))).toEqual(['pipes:DescribePipe', 'sqs:GetQueueAttributes']);
    const pipe = statements.find(({ Action }) => Action === 'pipes:DescribePipe');
    expect(JSON.stringify(pipe?.Resource)).toMatch(/pipe\/\S*LakePipe/);
  });

  test('use the keys through S3 and DynamoDB alone', async () => {
    const id = logicalId('AWS::KMS::Key', 'AppKey');
    const resource = resolvedResources(stack)[id].Properties.KeyPolicy;
    const use = (action: string, service: string) => {
      const context = { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` };
      const request = { principal: `arn:aws:iam::123456789012:role/${roleId}`, action, resource: arn('kms', `key/${id}`), context };
      return isAllowed(request, { identity: policies.identity, resource });
    };
    expect(await use('kms:Decrypt', 's3')).toBe(true);
    expect(await use('kms:GenerateDataKey', 's3')).toBe(true);
    expect(await use('kms:Decrypt', 'dynamodb')).toBe(true);
    expect(await use('kms:GenerateDataKey', 'dynamodb')).toBe(false);
    expect(await use('kms:Decrypt', 'sqs')).toBe(false);
  });
});

describe('errors', () => {
  const other = Tenancy.of('clinic', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
  test.each<[string, (stack: Stack) => Partial<LakeReportsOptions>, RegExp]>([
    ['no fields', () => ({ fields: {} }), /^ReportSource of Test\/Lake: invalid fields \{\}: expected at least one field/],
    [
      'a field from a column that the lake does not have',
      () => ({ fields: { student: 'pupil' } }),
      /^ReportSource of Test\/Lake: invalid fields\.student "pupil": expected a column of the lake: event_id, event_name, changed_at/,
    ],
    [
      'a required column that the lake does not have',
      () => ({ required: ['score', 'course'] }),
      /^ReportSource of Test\/Lake: invalid required\[1\] "course": expected a column of the lake/,
    ],
    [
      'tenants of another tenancy',
      (stack) => ({ tenants: new TenantDirectory(stack, 'Other', { tenancy: other }) }),
      /^ReportSource of Test\/Lake: invalid tenants <construct Test\/Other>: expected the directory of the tenancy .*each tenant is a school/,
    ],
    ['tenants that are none', () => ({ tenants: 'all' as never }), /invalid tenants "all": expected a TenantDirectory/],
    [
      'fields that are a list',
      () => ({ fields: ['student'] as never }),
      /invalid fields \["student"\]: expected a map of fields and columns/,
    ],
  ])('%s', (_, options, message) => {
    const stack = testStack();
    expect(() => bound(stack, options(stack))).toThrow(message);
  });

  test('an imported lake, whose columns are not known', () => {
    const stack = testStack();
    const { bufferInterval } = dataLake(stack, { columns: [LakeColumn.string('a')] });
    const imported = StreamingDataLake.fromStreamingDataLakeAttributes(stack, 'Imported', {
      bucketArn: 'arn:aws:s3:::lake',
      pipeName: 'pipe',
      deliveryStreamName: 'delivery',
      deadLetterQueueArn: 'arn:aws:sqs:eu-west-1:123456789012:dead-letters',
      sourceTableName: 'data',
      databaseName: 'lake',
      tableName: 'items',
      workgroupName: 'lake',
      layout: LakeLayout.perTenant(),
      tenantNoun: 'school',
      bufferInterval,
    });
    const tenants = new TenantDirectory(stack, 'Directory', { tenancy });
    expect(() => ReportSource.lake(imported as StreamingDataLake, { tenants, fields: { a: 'a' } })).toThrow(
      /ReportSource: invalid lake .*: expected new StreamingDataLake\(…\): the columns of an imported lake are not known/,
    );
  });
});
