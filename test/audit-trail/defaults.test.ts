import { keepsPromises } from '../promises';
import { logicalIds, scrubbed, templateOf, testStack } from '../synth';
import { minimal } from './apps';

const stack = testStack();
minimal(stack);
const template = templateOf(stack);
const propertiesOf = (type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties ?? {});

keepsPromises(minimal);

test('the logical ids of what holds data never change', () => {
  expect(logicalIds(template, 'AWS::S3::Bucket')).toMatchInlineSnapshot(`
   [
     "AuditTrailAccessLogsC856A1A5",
     "AuditTrailBucketA91FD435",
     "AuditTrailResults8A462C26",
   ]
  `);
});

test('the whole account is recorded in all Regions, and its files can be validated', () => {
  const [trail] = propertiesOf('AWS::CloudTrail::Trail');
  expect(trail).toMatchObject({
    IsLogging: true,
    IsMultiRegionTrail: true,
    IncludeGlobalServiceEvents: true,
    EnableLogFileValidation: true,
  });
  expect(trail.AdvancedEventSelectors).toEqual([
    { Name: 'Management events', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
  ]);
});

test('events are locked from their delivery until they expire', () => {
  const [bucket] = propertiesOf('AWS::S3::Bucket').filter(({ ObjectLockEnabled }) => ObjectLockEnabled);
  expect(bucket.ObjectLockConfiguration.Rule.DefaultRetention).toEqual({ Days: 365, Mode: 'GOVERNANCE' });
  expect(bucket.LifecycleConfiguration.Rules).toMatchObject([
    { ExpirationInDays: 365 },
    { NoncurrentVersionExpiration: { NoncurrentDays: 1 }, ExpiredObjectDeleteMarker: true },
  ]);
});

test('only CloudTrail may deliver, only for this trail, and only into the folder of the account', () => {
  const trailArn = (name: string) => ({
    'Fn::Join': [
      '',
      ['arn:', { Ref: 'AWS::Partition' }, ':cloudtrail:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, `:trail/${name}`],
    ],
  });
  const [{ TrailName }] = propertiesOf('AWS::CloudTrail::Trail');
  const source = { 'aws:SourceArn': trailArn(TrailName) };
  const statements = propertiesOf('AWS::S3::BucketPolicy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const delivery = statements.filter(({ Principal }) => Principal.Service === 'cloudtrail.amazonaws.com');
  expect(delivery).toMatchObject([
    { Effect: 'Allow', Action: 's3:GetBucketAcl', Condition: { StringEquals: source } },
    {
      Effect: 'Allow',
      Action: 's3:PutObject',
      Condition: { StringEquals: { ...source, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    },
  ]);
  expect(JSON.stringify(delivery[1].Resource)).toContain('/AWSLogs/",{"Ref":"AWS::AccountId"},"/*"');
  const [{ KeyPolicy }] = propertiesOf('AWS::KMS::Key');
  const uses = KeyPolicy.Statement.filter(
    ({ Principal }: { readonly Principal: { readonly Service?: string } }) => Principal.Service === 'cloudtrail.amazonaws.com',
  );
  expect(uses).toMatchObject([
    { Action: 'kms:GenerateDataKey*', Condition: { StringEquals: source } },
    { Action: 'kms:DescribeKey', Condition: { StringEquals: source } },
  ]);
  expect(Object.keys(uses[0].Condition.StringLike)).toEqual(['kms:EncryptionContext:aws:cloudtrail:arn']);
});

test('the trail is created after the policy that lets it deliver', () => {
  const [trail] = Object.values(template.findResources('AWS::CloudTrail::Trail'));
  expect(trail.DependsOn).toEqual([expect.stringMatching(/^AuditTrailBucketPolicy/)]);
});

test('a table of Athena has a partition for each Region and day for as long as there are events', () => {
  const [{ TableInput }] = propertiesOf('AWS::Glue::Table');
  expect(TableInput.PartitionKeys.map(({ Name }: { readonly Name: string }) => Name)).toEqual(['region', 'day']);
  expect(TableInput.Parameters).toMatchObject({
    'projection.day.type': 'date',
    'projection.day.range': 'NOW-365DAYS,NOW',
    'projection.day.format': 'yyyy/MM/dd',
    'projection.region.type': 'enum',
  });
  // In us-east-1, its events would be read twice.
  const [condition] = Object.keys(template.toJSON().Conditions);
  expect(TableInput.Parameters['projection.region.values']).toEqual({
    'Fn::If': [condition, { Ref: 'AWS::Region' }, { 'Fn::Join': ['', [{ Ref: 'AWS::Region' }, ',us-east-1']] }],
  });
});

test('who asks an operator finds the answers as saved queries', () => {
  expect(propertiesOf('AWS::Athena::NamedQuery').map(({ Name, Description }) => [Name, Description])).toMatchInlineSnapshot(`
   [
     [
       "calls-about-a-tenant",
       "Who read or changed a tenant's data: calls with a key or an object of the tenant, and all calls of its own sessions, which are named after it. Parameters: the first day in UTC, such as '2026/11/30'; the last day; the tenant, such as 'north-high'.",
     ],
     [
       "calls-of-a-principal",
       "All calls of a role, a session or a user. Parameters: the first day in UTC, such as '2026/11/30'; the last day; a part of its ARN, such as 'assumed-role/Operators/maria'.",
     ],
     [
       "calls-of-a-request",
       "All calls that were made for one request to the API, by its correlation id, which their user agent contains. Parameters: the first day in UTC, such as '2026/11/30'; the last day; the correlation id.",
     ],
   ]
  `);
});

test('the template is as reviewed', () => {
  expect(scrubbed(template)).toMatchSnapshot();
});
