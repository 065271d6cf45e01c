import { Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LakeCompaction, LakeLayout, StreamingDataLake, type StreamingDataLakeAttributes } from '../../src';
import { violations } from '../nag';
import { keepsPromises } from '../promises';
import { dataLake } from '../streaming-data-lake/fixtures';
import { logicalIds, places, policiesIn, scrubbed, templateOf, testApp, testStack } from '../synth';
import { maximal, minimal } from './apps';

const stack = testStack();
minimal(stack);
const template = templateOf(stack);
const propertiesOf = (type: string, id = 'Compaction', from = template) =>
  Object.entries(from.findResources(type)).flatMap(([name, { Properties }]) => (name.startsWith(id) ? [Properties ?? {}] : []));

keepsPromises(minimal);

test.each([undefined, { account: '111122223333', region: 'eu-west-1' }])('no rule pack has open findings, env %j', (env) => {
  for (const make of [minimal, maximal]) {
    const made = testStack({ env });
    make(made);
    templateOf(made);
    expect(violations(made)).toEqual([]);
  }
});

test('runs start every hour of the night in UTC, and what could not be started is a dead letter', () => {
  const [schedule] = propertiesOf('AWS::Scheduler::Schedule');
  expect(schedule).toMatchObject({
    ScheduleExpression: 'cron(0 1-5 * * ? *)',
    ScheduleExpressionTimezone: 'Etc/UTC',
    Target: { Input: '{}', DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^CompactionDeadLetterQueue/), 'Arn'] } } },
  });
  const [handler] = propertiesOf('AWS::Lambda::Function');
  expect(handler.DeadLetterConfig.TargetArn).toEqual(schedule.Target.DeadLetterConfig.Arn);
  expect(handler.Timeout).toBe(900);
});

test('the function knows the table, and the settings', () => {
  const own = testStack();
  maximal(own);
  const [handler] = propertiesOf('AWS::Lambda::Function', 'Compaction', templateOf(own));
  expect(handler.Environment.Variables).toEqual({
    BUCKET: { Ref: expect.stringMatching(/^LakeBucket/) },
    DATA_FOLDER: 'data/items/',
    REWRITES_FOLDER: 'rewrites/items/',
    DATABASE: expect.any(String),
    TABLE: 'items',
    WORKGROUP: expect.any(String),
    TENANT_NOUN: 'school',
    YEARS: '{"first":2026,"last":2050}',
    HAS_TENANT_FOLDERS: 'true',
    MOST_NEW_FILES: '20',
    CONCURRENCY: '10',
  });
});

test('the role reads the definition of the default database, which Athena reads with each query', () => {
  const text = JSON.stringify(Object.entries(policiesIn(template)).filter(([id]) => id.startsWith('CompactionFunctionRole')));
  expect(text).toContain('"Action":"glue:GetDatabase"');
  expect(text).toContain(':database/default');
});

test('the role deletes current objects of the table and of rewrites, nothing else, and no version', () => {
  const statements = Object.entries(policiesIn(template)).flatMap(([id, { Properties }]) =>
    id.startsWith('CompactionFunctionRole')
      ? (Properties?.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown }[])
      : [],
  );
  const deleting = statements.filter(({ Action }) => JSON.stringify(Action).includes('Delete'));
  const bucket = { 'Fn::GetAtt': ['LakeBucketB1D32E10', 'Arn'] };
  expect(deleting).toEqual([
    expect.objectContaining({
      Action: 's3:DeleteObject',
      Resource: ['/data/items/*', '/rewrites/items/*'].map((path) => ({ 'Fn::Join': ['', [bucket, path]] })),
    }),
  ]);
  expect(JSON.stringify(statements)).not.toContain('quarantine');
  expect(JSON.stringify(statements)).not.toContain('athena:GetQueryResults');
});

test('the logical ids of what holds data never change', () => {
  expect(logicalIds(template, 'AWS::SQS::Queue').filter((id) => id.startsWith('Compaction'))).toEqual([
    'CompactionDeadLetterQueueE125A24B',
  ]);
});

test.each(places)('two compactions with alarms work %s', (_, into) => {
  const made = into((scope) => {
    for (const id of ['Grades', 'Visits']) new LakeCompaction(scope, `${id}Compaction`, { lake: dataLake(scope, {}, id) }).alarms.all();
  });
  templateOf(made).resourceCountIs('AWS::Scheduler::Schedule', 2);
});

function imported(scope: Stack): StreamingDataLakeAttributes {
  return {
    bucketArn: 'arn:aws:s3:::lake',
    pipeName: 'pipe',
    deliveryStreamName: 'stream',
    sourceTableName: 'data',
    deadLetterQueueArn: 'arn:aws:sqs:eu-west-1:111122223333:dead',
    databaseName: 'lake',
    tableName: 'grades',
    workgroupName: 'lake',
    layout: LakeLayout.perMonth(),
    tenantNoun: 'school',
    firstYear: 2020,
    bufferInterval: dataLake(scope, {}, 'Another').bufferInterval,
  };
}

test('the lake can be in another stack, or imported', () => {
  const app = testApp();
  const lakes = new Stack(app, 'Lakes');
  const other = new Stack(app, 'Other');
  new LakeCompaction(other, 'Compaction', { lake: dataLake(lakes) });
  app.synth();
  expect(other.dependencies).toEqual([lakes]);
  const alone = testStack();
  const lake = StreamingDataLake.fromStreamingDataLakeAttributes(alone, 'Lake', {
    ...imported(alone),
    encryptionKey: Key.fromKeyArn(alone, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
  });
  new LakeCompaction(alone, 'Compaction', { lake });
  const [handler] = propertiesOf('AWS::Lambda::Function', 'Compaction', templateOf(alone));
  expect(handler.Environment.Variables).toMatchObject({ BUCKET: 'lake', HAS_TENANT_FOLDERS: 'false', DATA_FOLDER: 'data/grades/' });
  expect(handler.Environment.Variables.YEARS).toBe('{"first":2020,"last":2044}');
});

test.each([
  ['mostNewFiles', 0, 'an integer between 1 and 10000, known at synthesis'],
  ['mostNewFiles', 1.5, 'an integer between 1 and 10000, known at synthesis'],
  ['maxConcurrency', 11, 'an integer between 1 and 10, known at synthesis'],
])('%s %d is an error at synthesis', (property, value, right) => {
  const app = testApp();
  const made = new Stack(app, 'Test');
  new LakeCompaction(made, 'Compaction', { lake: dataLake(made), [property]: value });
  expect(() => app.synth()).toThrow(`Test/Compaction: invalid ${property} ${value}: expected ${right}`);
});

test('alarms report a folder that fails, a compaction that is late, and dead letters', () => {
  const made = testStack();
  const compaction = new LakeCompaction(made, 'Compaction', { lake: dataLake(made) });
  expect(compaction.recommendedAlarms.map(({ name, threshold, evaluationPeriods }) => [name, threshold, evaluationPeriods])).toEqual([
    ['FailedFolders', 0, 1],
    ['Outside', 0, 1],
    ['Overdue', 0, 3],
    ['DeadLetters', 0, 1],
  ]);
  compaction.alarms.failedFolders();
  compaction.alarms.outside();
  compaction.alarms.overdue();
  compaction.alarms.deadLetters();
  const alarms = templateOf(made);
  alarms.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Left', Statistic: 'Minimum', Period: 86_400 });
  alarms.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Failed', Namespace: 'Andamio/LakeCompaction' });
});

test('operators may start runs, and get nothing else', () => {
  const made = testStack();
  const operators = new Role(made, 'Operators', { assumedBy: new AccountRootPrincipal() });
  new LakeCompaction(made, 'Compaction', { lake: dataLake(made), name: 'compaction' }).grants.start(operators);
  const granted = templateOf(made);
  const [policy] = Object.entries(policiesIn(granted)).filter(([id]) => id.startsWith('Operators'));
  expect(policy[1].Properties?.PolicyDocument.Statement).toEqual([
    {
      Action: 'lambda:InvokeFunction',
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^CompactionFunction/), 'Arn'] },
    },
  ]);
  granted.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/lambda/compaction' });
});

test('an imported lake without its key is an error at synthesis', () => {
  const app = testApp();
  const made = new Stack(app, 'Test');
  new LakeCompaction(made, 'Compaction', { lake: StreamingDataLake.fromStreamingDataLakeAttributes(made, 'Lake', imported(made)) });
  expect(() => app.synth()).toThrow(
    'Test/Compaction: invalid lake "Test/Lake": expected an imported lake with its encryptionKey, which the function needs to read and write files',
  );
});

test('the default shape', () => {
  const own = Object.fromEntries(
    Object.entries((scrubbed(template) as { Resources: Record<string, unknown> }).Resources).filter(([id]) => id.startsWith('Compaction')),
  );
  expect(own).toMatchSnapshot();
});
