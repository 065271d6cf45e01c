import type { CfnElement } from 'aws-cdk-lib';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { LakeErasure, type LakeErasureProps, LakeLayout, type StreamingDataLake } from '../../src';
import { isAllowed, policiesOfRole } from '../iam';
import { keepsPromises } from '../promises';
import { dataLake } from '../streaming-data-lake/fixtures';
import { logicalIds, places, scrubbed, templateOf, testApp, testStack } from '../synth';
import { minimal } from './apps';

keepsPromises(minimal);

const stack = testStack({ env: { account: '123456789012', region: 'us-east-1' } });
const lake = dataLake(stack, { name: 'lake', tableName: 'grades', firstYear: 2025 });
const erasure = new LakeErasure(stack, 'Erasure', { lake });
erasure.alarms.all();
const operators = new Role(stack, 'Operators', { assumedBy: new AccountRootPrincipal() });
erasure.grants.start(operators);
const template = templateOf(stack);

test('the smallest app, as a template', () => {
  const smallest = testStack();
  minimal(smallest);
  const { Resources } = scrubbed(templateOf(smallest)) as { Resources: object };
  const own = Object.fromEntries(Object.entries(Resources).filter(([id]) => id.startsWith('Erasure')));
  expect(own).toMatchSnapshot();
});

test('no concurrency is reserved, because a new account has none to reserve', () => {
  template.allResourcesProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: Match.absent() });
});

test('the function that operators invoke returns at once, and knows the other one', () => {
  template.hasResourceProperties('AWS::Lambda::Function', {
    Timeout: 60,
    Environment: {
      Variables: {
        BUCKET: Match.anyValue(),
        KEYS: '["pk","sk"]',
        ARRIVAL_SECONDS: '176400',
        ERASE_FUNCTION: { Ref: stack.getLogicalId(erasure.eraseFunction.node.defaultChild as CfnElement) },
      },
    },
  });
});

test('the function that erases knows the lake', () => {
  template.hasResourceProperties('AWS::Lambda::Function', {
    Timeout: 900,
    Environment: {
      Variables: {
        BUCKET: Match.anyValue(),
        DATA_FOLDER: 'data/grades/',
        REWRITES_FOLDER: 'rewrites/grades/',
        DATABASE: 'lake',
        TABLE: 'grades',
        WORKGROUP: 'lake',
        TENANT_NOUN: 'school',
        HAS_TENANT_FOLDERS: 'true',
        YEARS: '{"first":2025,"last":2049}',
        SOURCE_TABLE: Match.anyValue(),
        KEYS: '["pk","sk"]',
        // A stream keeps a change for 24 hours, and Firehose tries for 24 hours to deliver it.
        ARRIVAL_SECONDS: '176400',
      },
    },
  });
});

test('open erasures are continued every hour', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 hour)',
    Targets: [Match.objectLike({ Input: '{}', Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ErasureEraseFunction'), 'Arn'] } })],
  });
});

test('without folders of tenants, all files of a month may hold the items', () => {
  const other = testStack();
  new LakeErasure(other, 'Erasure', { lake: dataLake(other, { layout: LakeLayout.perMonth() }) });
  templateOf(other).hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { HAS_TENANT_FOLDERS: 'false' } } });
});

test('an erasure that is not finished in time is critical, and a failed invocation is a warning', () => {
  expect(erasure.recommendedAlarms.map(({ name, severity, threshold }) => [name, severity, threshold])).toEqual([
    ['Overdue', 'critical', 0],
    ['Errors', 'warning', 0],
  ]);
  template.resourceCountIs('AWS::CloudWatch::Alarm', 2);
  expect(erasure.alarms.overdue()).toBe(erasure.alarms.all()[0]);
  expect(erasure.alarms.errors()).toBe(erasure.alarms.all()[1]);
  // A period without a report counts as one with something overdue, at once: CloudWatch would evaluate older periods instead.
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    TreatMissingData: 'breaching',
    Metrics: Match.arrayWith([
      Match.objectLike({ Expression: 'FILL(reported, 1)', ReturnData: true }),
      Match.objectLike({
        Id: 'reported',
        MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName: 'Overdue' }), Period: 10_800 }),
      }),
    ]),
  });
  expect(erasure.metrics.metricOpen().namespace).toBe('Andamio/LakeErasure');
});

describe('the role of the function that erases', () => {
  const idOf = (of: { node: { defaultChild?: unknown } }) => stack.getLogicalId(of.node.defaultChild as CfnElement);
  const role = stack.node.findAll().find(({ node }) => node.path === 'Test/Erasure/EraseFunctionRole');
  const roleId = role === undefined ? '' : idOf(role);
  const bucket = `arn:aws:s3:::${idOf(lake.bucket).toLowerCase()}`;
  const ask = (action: string, resource: string) =>
    isAllowed({ principal: `arn:aws:iam::123456789012:role/${roleId}`, action, resource }, policiesOfRole(stack, roleId));

  test.each(['data/grades/', 'quarantine/', 'backfill/', 'results/', 'rewrites/grades/', 'erasures/'])(
    'removes versions in %s',
    async (folder) => {
      expect(await ask('s3:DeleteObjectVersion', `${bucket}/${folder}x`)).toBe(true);
      expect(await ask('s3:PutObject', `${bucket}/${folder}x`)).toBe(true);
    },
  );

  test('has no access to anything else', async () => {
    expect(await ask('s3:GetObject', `${bucket}/other/x`)).toBe(false);
    expect(await ask('s3:DeleteObjectVersion', `${bucket}/data/other/x`)).toBe(false);
    expect(await ask('s3:DeleteObjectVersion', 'arn:aws:s3:::other/data/x')).toBe(false);
    expect(await ask('s3:PutLifecycleConfiguration', bucket)).toBe(false);
  });

  test('deletes items of the table, and does not write any', async () => {
    const table = `arn:aws:dynamodb:us-east-1:123456789012:table/${logicalIds(template, 'AWS::DynamoDB::Table')[0]}`;
    expect(await ask('dynamodb:DeleteItem', table)).toBe(true);
    expect(await ask('dynamodb:Query', table)).toBe(true);
    expect(await ask('dynamodb:PutItem', table)).toBe(false);
  });
});

describe('operators', () => {
  const idOf = (of: { node: { defaultChild?: unknown } }) => stack.getLogicalId(of.node.defaultChild as CfnElement);
  const roleOf = (id: string) => {
    const role = stack.node.findAll().find(({ node }) => node.path === `Test/${id}`);
    if (role === undefined) throw new Error(`no ${id}`);
    return idOf(role);
  };
  const asking = (roleId: string) => (action: string, resource: string) =>
    isAllowed({ principal: `arn:aws:iam::123456789012:role/${roleId}`, action, resource }, policiesOfRole(stack, roleId));

  test('may open erasures, and nothing else', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'lambda:InvokeFunction',
            Resource: { 'Fn::GetAtt': [idOf(erasure.startFunction), 'Arn'] },
          },
        ],
      },
      Roles: [{ Ref: idOf(operators) }],
    });
  });

  test('the function that they invoke has access to open erasures only', async () => {
    const ask = asking(roleOf('Erasure/StartFunctionRole'));
    const bucket = `arn:aws:s3:::${idOf(lake.bucket).toLowerCase()}`;
    expect(await ask('s3:PutObject', `${bucket}/erasures/open/x`)).toBe(true);
    for (const key of ['data/grades/x', 'quarantine/x', 'backfill/x', 'results/x', 'erasures/x']) {
      expect(await ask('s3:GetObject', `${bucket}/${key}`)).toBe(false);
      expect(await ask('s3:PutObject', `${bucket}/${key}`)).toBe(false);
    }
    expect(await ask('s3:DeleteObjectVersion', `${bucket}/erasures/open/x`)).toBe(false);
    const table = `arn:aws:dynamodb:us-east-1:123456789012:table/${logicalIds(template, 'AWS::DynamoDB::Table')[0]}`;
    expect(await ask('dynamodb:DeleteItem', table)).toBe(false);
  });
});

describe('errors', () => {
  const make = (props: Partial<LakeErasureProps>) => () => {
    const other = testStack();
    new LakeErasure(other, 'Erasure', { lake: dataLake(other), ...props });
  };

  test.each<[Partial<LakeErasureProps>, string]>([
    [{ lake: undefined }, 'Test/Erasure: missing lake: expected a value for each required property'],
    [{ lake: {} as StreamingDataLake }, 'Test/Erasure: invalid lake {}: expected a StreamingDataLake of this app'],
    [{ removalPolicy: RemovalPolicy.DESTROY }, 'Test/Erasure: invalid removalPolicy "DESTROY": expected RETAIN, or DataDestruction.allow'],
  ])('%#', (props, message) => {
    expect(make(props)).toThrow(message);
  });
});

test.each(places)('two erasures of two lakes work %s', (_, into) => {
  const made = into((scope) => {
    for (const id of ['Grades', 'Visits']) new LakeErasure(scope, `${id}Erasure`, { lake: dataLake(scope, {}, id) }).alarms.all();
  });
  templateOf(made).resourceCountIs('AWS::Events::Rule', 2);
});

test('the lake can be in another stack, on which the stack of the erasure depends', () => {
  const app = testApp();
  const lakes = new Stack(app, 'Lakes');
  const operations = new Stack(app, 'Operations');
  new LakeErasure(operations, 'Erasure', { lake: dataLake(lakes) });
  app.synth();
  expect(operations.dependencies).toEqual([lakes]);
  expect(lakes.dependencies).toEqual([]);
});
