import { Duration } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { AuditTrail, AuditTrailAlarms, AuditTrailGrants, ManagementEvents, TenantTable } from '../../src';
import { secureFunction } from '../secure-function/fixtures';
import { dataLake } from '../streaming-data-lake/fixtures';
import { policiesIn, templateOf, testStack } from '../synth';
import { tenancy } from '../tenant-isolated-api/fixtures';
import { auditTrail } from './fixtures';

const env = { account: '111122223333', region: 'eu-west-1' };

interface Selector {
  readonly Name: string;
  readonly FieldSelectors: readonly Record<string, unknown>[];
}

test('data events are those of the given tables, buckets and functions alone', () => {
  const stack = testStack();
  const { table } = new TenantTable(stack, 'Data', { tenancy });
  const { bucket } = dataLake(stack);
  auditTrail(stack, { tables: [table], buckets: [bucket], functions: [secureFunction(stack).function] });
  const [{ Properties }] = Object.values(templateOf(stack).findResources('AWS::CloudTrail::Trail'));
  const [, tables, buckets, functions] = Properties.AdvancedEventSelectors as Selector[];
  const data = { Field: 'eventCategory', Equals: ['Data'] };
  expect(tables.FieldSelectors).toEqual([
    data,
    { Field: 'resources.type', Equals: ['AWS::DynamoDB::Table'] },
    { Field: 'resources.ARN', Equals: [stack.resolve(table.tableArn)] },
    // The polls of streams would be most of what is recorded.
    { Field: 'eventName', NotEquals: ['GetRecords'] },
  ]);
  // With a slash: otherwise the events of another bucket whose name begins with this one's would be recorded, too.
  expect(buckets.FieldSelectors).toEqual([
    data,
    { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
    { Field: 'resources.ARN', StartsWith: [{ 'Fn::Join': ['', [stack.resolve(bucket.bucketArn), '/']] }] },
  ]);
  expect(functions.FieldSelectors).toMatchObject([data, { Equals: ['AWS::Lambda::Function'] }, { Field: 'resources.ARN' }]);
});

test.each([
  [
    ManagementEvents.changes(),
    [
      { Field: 'eventCategory', Equals: ['Management'] },
      { Field: 'readOnly', Equals: ['false'] },
    ],
  ],
  [ManagementEvents.none(), undefined],
])('%s', (managementEvents, expected) => {
  const stack = testStack();
  auditTrail(stack, { managementEvents, tables: [new TenantTable(stack, 'Data', { tenancy }).table] });
  const [{ Properties }] = Object.values(templateOf(stack).findResources('AWS::CloudTrail::Trail'));
  const management = (Properties.AdvancedEventSelectors as Selector[]).find(({ Name }) => Name === 'Management events');
  expect(management?.FieldSelectors).toEqual(expected);
});

test('the names are those that operators look for', () => {
  const stack = testStack({ env });
  auditTrail(stack, { name: 'luca' });
  const template = templateOf(stack);
  template.hasResourceProperties('AWS::S3::Bucket', { BucketName: 'luca-cloudtrail-logs-111122223333-eu-west-1' });
  template.hasResourceProperties('AWS::CloudTrail::Trail', { TrailName: 'luca-audit' });
  template.hasResourceProperties('AWS::Athena::WorkGroup', { Name: 'luca-audit' });
  template.hasResourceProperties('AWS::Glue::Database', { DatabaseInput: { Name: 'luca_audit' } });
  template.hasResourceProperties('AWS::Glue::Table', {
    TableInput: { Parameters: { 'projection.region.values': 'eu-west-1,us-east-1' } },
  });
});

test('the lock, the expiry and the days of the table are one period', () => {
  const stack = testStack();
  auditTrail(stack, { retention: ObjectLockRetention.compliance(Duration.days(400)) });
  const template = templateOf(stack);
  template.hasResourceProperties('AWS::S3::Bucket', {
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Days: 400, Mode: 'COMPLIANCE' } } },
    LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 400 })]) },
  });
  template.hasResourceProperties('AWS::Glue::Table', { TableInput: { Parameters: { 'projection.day.range': 'NOW-400DAYS,NOW' } } });
});

test('a reader may query and not write, delete or unlock events', () => {
  const stack = testStack({ env });
  const trail = auditTrail(stack, { name: 'luca' });
  const auditors = new Role(stack, 'Auditors', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  trail.grants.query(auditors);
  trail.grants.validate(auditors);
  const [{ Properties }] = Object.entries(policiesIn(templateOf(stack)))
    .filter(([id]) => id.startsWith('Auditors'))
    .map(([, policy]) => policy);
  const statements = Properties.PolicyDocument.Statement as { readonly Action: string | string[]; readonly Resource: unknown }[];
  const writing = statements.filter(({ Action }) => /s3:(Put|Delete|Abort|Bypass)/.test(JSON.stringify(Action)));
  expect(writing).toHaveLength(1);
  expect(JSON.stringify(writing[0].Resource)).toMatch(/AuditTrailResults.*results\/\*/);
  const actions = statements.flatMap(({ Action }) => Action);
  expect(actions).toEqual(expect.arrayContaining(['athena:StartQueryExecution', 'cloudtrail:ListPublicKeys', 'kms:Decrypt']));
  expect(actions.filter((action) => /^cloudtrail:(?!List|Describe|Get)/.test(action))).toEqual([]);
});

test('the policy of an imported key cannot be changed: warnings have both statements', () => {
  const stack = testStack({ env });
  const encryptionKey = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab');
  auditTrail(stack, { name: 'luca', encryptionKey });
  const found = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('allows CloudTrail to use it'));
  expect(found.map(({ entry }) => String(entry.data))).toEqual([
    expect.stringContaining('"aws:SourceArn":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/luca-audit"'),
    expect.stringContaining('kms:DescribeKey'),
  ]);
});

test('a trail of another stack can be queried and watched', () => {
  const stack = testStack({ env });
  const encryptionKey = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab');
  const trail = AuditTrail.fromAuditTrailAttributes(stack, 'Trail', {
    trailName: 'luca-audit',
    bucketArn: 'arn:aws:s3:::luca-cloudtrail-logs-111122223333-eu-west-1',
    resultsBucketArn: 'arn:aws:s3:::luca-results',
    databaseName: 'luca_audit',
    workgroupName: 'luca-audit',
    encryptionKey,
  });
  const auditors = new Role(stack, 'Auditors', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  AuditTrailGrants.fromAuditTrail(trail).query(auditors);
  expect(AuditTrailAlarms.fromAuditTrail(trail).all()).toHaveLength(2);
  const template = templateOf(stack);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    TreatMissingData: 'breaching',
    Metrics: Match.arrayWith([
      Match.objectLike({
        MetricStat: {
          Metric: {
            Namespace: 'AWS/S3',
            MetricName: 'PutRequests',
            Dimensions: [
              { Name: 'BucketName', Value: 'luca-cloudtrail-logs-111122223333-eu-west-1' },
              { Name: 'FilterId', Value: 'deliveries' },
            ],
          },
        },
      }),
    ]),
  });
  expect(JSON.stringify(policiesIn(template))).toContain('arn:aws:s3:::luca-results/results/*');
});
