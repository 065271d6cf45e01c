import { keepsPromises } from '../promises';
import { logicalIds, templateOf, testStack } from '../synth';
import { minimal } from './apps';

const stack = testStack();
minimal(stack);
const template = templateOf(stack);

keepsPromises(minimal);

/** The statements of the policies of a role, as actions by resources. */
function allowed(role: string): Record<string, string[]> {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith(role));
  const statements = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
  return Object.fromEntries(
    statements.map(({ Action, Resource }) => [[Action].flat().join(' '), [Resource].flat().map((one) => text(one))]),
  );
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': joined, 'Fn::GetAtt': attribute, Ref } = value as Record<string, unknown>;
  if (joined !== undefined) return (joined as [string, unknown[]])[1].map(text).join('');
  return String(Ref ?? (attribute as string[]).join('.'));
}

test('the logical ids of what holds data never change', () => {
  expect(logicalIds(template, 'AWS::SQS::Queue').filter((id) => id.startsWith('Backfill'))).toEqual([
    'BackfillDeadLetterQueue1F7F6069',
    'BackfillQueue0B5C7931',
  ]);
});

test('the function that starts a backfill reads no data, and puts messages into its queue only', () => {
  const start = allowed('BackfillStartFunctionRoleDefaultPolicy');
  expect(Object.keys(start)).toEqual([
    'logs:CreateLogStream logs:PutLogEvents',
    'dynamodb:DescribeContinuousBackups',
    'sqs:SendMessage',
    'kms:GenerateDataKey kms:Decrypt',
  ]);
  expect(start['sqs:SendMessage']).toEqual([expect.stringMatching(/^BackfillQueue.*\.Arn$/)]);
});

test('the sending function exports one table into one folder, and sends to one delivery stream', () => {
  const send = allowed('BackfillSendFunctionRoleDefaultPolicy');
  expect(send['dynamodb:ExportTableToPointInTime']).toEqual([expect.stringMatching(/^LakeData.*\.Arn$/)]);
  expect(send['dynamodb:DescribeExport']).toEqual([expect.stringMatching(/^LakeData.*\.Arn\/export\/\*$/)]);
  expect(send['s3:AbortMultipartUpload s3:GetObject s3:PutObject s3:PutObjectAcl']).toEqual(['LakeBucketB1D32E10.Arn/backfill/*']);
  expect(send['s3:DeleteObjectVersion']).toEqual(['LakeBucketB1D32E10.Arn/backfill/*']);
  expect(send['s3:PutObject']).toEqual(['LakeBucketB1D32E10.Arn/quarantine/backfill/*']);
  expect(send['firehose:PutRecordBatch']).toEqual([expect.stringMatching(/:deliverystream\/LakeDelivery[^*]*$/)]);
  const actions = Object.keys(send).flatMap((names) => names.split(' '));
  expect(actions.filter((action) => /Scan|GetItem|Query|DeleteObject$|ListBucket$|\*/.test(action))).toEqual([]);
});

test('the sending function lists versions of exported files only', () => {
  const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
  expect(statements.filter(({ Action }) => JSON.stringify(Action).includes('ListBucketVersions'))).toEqual([
    expect.objectContaining({ Action: 's3:ListBucketVersions', Condition: { StringLike: { 's3:prefix': 'backfill/*' } } }),
  ]);
});

test('only the sending function, which puts messages into its own queue, may invoke itself', () => {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  const loops = functions.map(([id, { Properties }]) => [id.slice(0, 12), Properties.RecursiveLoop]);
  expect(loops.filter(([, loop]) => loop !== undefined)).toEqual([['BackfillSend', 'Allow']]);
});

test('a file is sent alone, two at a time, is tried three times, and is a dead letter then', () => {
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
  template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 1_800, RedrivePolicy: { maxReceiveCount: 3 } });
  template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 300, Environment: { Variables: { BYTES_PER_SECOND: '262144' } } });
});

test('exported files are deleted after 15 days, a day after the last dead letter about them', () => {
  const [bucket] = Object.values(template.findResources('AWS::S3::Bucket')).map(({ Properties }) => Properties);
  expect(bucket.LifecycleConfiguration.Rules).toContainEqual({
    Id: 'Backfill',
    Prefix: 'backfill/',
    ExpirationInDays: 15,
    NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    Status: 'Enabled',
  });
  for (const { Properties } of Object.values(template.findResources('AWS::SQS::Queue'))) {
    expect(Properties.MessageRetentionPeriod).toBeLessThanOrEqual(14 * 24 * 3_600);
  }
});
