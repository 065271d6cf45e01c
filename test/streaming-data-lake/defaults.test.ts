import { keepsPromises } from '../promises';
import { logicalIds, policiesIn, scrubbed, templateOf, testStack } from '../synth';
import { minimal } from './apps';

const stack = testStack();
minimal(stack);
const template = templateOf(stack);
const propertiesOf = (type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties ?? {});

keepsPromises(minimal);

test('the logical ids of what holds data never change', () => {
  expect(
    ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::KinesisFirehose::DeliveryStream'].flatMap((type) => logicalIds(template, type)),
  ).toEqual([
    'LakeAccessLogs4431AB8D',
    'LakeBucketB1D32E10',
    'LakeDeadLetterQueueFB77318D',
    'LakeDeadLetterDeliveryE5E584C1',
    'LakeDeliveryFACA03A1',
  ]);
});

test('the pipe reads insertions and modifications only, so that removals by TTL are never in the lake', () => {
  const [pipe] = propertiesOf('AWS::Pipes::Pipe');
  expect(pipe.SourceParameters.FilterCriteria).toEqual({ Filters: [{ Pattern: '{"eventName":["INSERT","MODIFY"]}' }] });
});

test('a record that always fails does not hold the stream: it is bisected from its batch, tried again a few times, and a dead letter', () => {
  const [pipe] = propertiesOf('AWS::Pipes::Pipe');
  expect(pipe.SourceParameters.DynamoDBStreamParameters).toEqual({
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 5,
    MaximumRetryAttempts: 10,
    // Earlier than DynamoDB drops it, so that it is not lost silently.
    MaximumRecordAgeInSeconds: 23 * 3_600,
    OnPartialBatchItemFailure: 'AUTOMATIC_BISECT',
    DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['LakeDeadLetterQueueFB77318D', 'Arn'] } },
  });
});

test('dead letters and records that cannot be stored are in one folder, and one table shows both with the reason', () => {
  const [delivery, deadLetters] = propertiesOf('AWS::KinesisFirehose::DeliveryStream').map((one) => one.ExtendedS3DestinationConfiguration);
  expect(delivery.ErrorOutputPrefix).toBe('quarantine/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/');
  expect(deadLetters.Prefix).toBe('quarantine/dead-letters/!{timestamp:yyyy/MM/dd}/');
  const [, pipe] = propertiesOf('AWS::Pipes::Pipe');
  expect(pipe.Source).toEqual({ 'Fn::GetAtt': ['LakeDeadLetterQueueFB77318D', 'Arn'] });
  expect(pipe.TargetParameters.InputTemplate).toMatch(/^\{"errorCode":"DeadLetter","errorMessage":"[^"]+","deadLetter":<\$\.body>\}$/);
  const table = propertiesOf('AWS::Glue::Table').find(({ TableInput }) => TableInput.Name === 'items_quarantine')?.TableInput
    .StorageDescriptor;
  expect(table.Columns.map(({ Name }: { readonly Name: string }) => Name)).toEqual([
    'errorcode',
    'errormessage',
    'lasterrorcode',
    'lasterrormessage',
    'rawdata',
    'deadletter',
    'attemptsmade',
    'arrivaltimestamp',
    'attemptendingtimestamp',
    'datacatalogtable',
  ]);
  expect(table.Location).toEqual({ 'Fn::Join': ['', ['s3://', { Ref: 'LakeBucketB1D32E10' }, '/quarantine/']] });
});

test('files are Parquet, compressed, in folders of the year and month of the change and of the tenant', () => {
  const [delivery] = propertiesOf('AWS::KinesisFirehose::DeliveryStream').map((one) => one.ExtendedS3DestinationConfiguration);
  expect(delivery.Prefix).toBe(
    'data/items/year=!{partitionKeyFromQuery:year}/month=!{partitionKeyFromQuery:month}/school=!{partitionKeyFromQuery:school}/',
  );
  expect(delivery.ProcessingConfiguration.Processors[0].Parameters[0].ParameterValue).toMatch(
    /^\{year:\(\.changed_at\|strftime\("%Y"\)\),month:\(\.changed_at\|strftime\("%m"\)\),school:/,
  );
  expect(delivery.DataFormatConversionConfiguration.OutputFormatConfiguration.Serializer).toEqual({
    ParquetSerDe: { Compression: 'SNAPPY', WriterVersion: 'V1' },
  });
  expect(delivery.BufferingHints).toEqual({ IntervalInSeconds: 900, SizeInMBs: 128 });
});

test('Athena computes the partitions, and a query must name a tenant', () => {
  template.hasResourceProperties('AWS::Glue::Table', {
    TableInput: {
      Name: 'items',
      PartitionKeys: [
        { Name: 'year', Type: 'int' },
        { Name: 'month', Type: 'int' },
        { Name: 'school', Type: 'string' },
      ],
      Parameters: {
        'projection.enabled': 'true',
        'projection.year.type': 'integer',
        'projection.year.range': '2026,2050',
        'projection.month.type': 'integer',
        'projection.month.range': '1,12',
        'projection.month.digits': '2',
        'projection.school.type': 'injected',
      },
    },
  });
});

test('queries have a limit, and their results are encrypted, whatever a client asks for', () => {
  template.hasResourceProperties('AWS::Athena::WorkGroup', {
    WorkGroupConfiguration: {
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 10 * 1024 ** 3,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' } },
    },
  });
});

test('the bucket is private, versioned, logged, accepts TLS only, and moves files to colder classes that can be queried', () => {
  const [bucket] = propertiesOf('AWS::S3::Bucket');
  expect(bucket).toMatchObject({
    VersioningConfiguration: { Status: 'Enabled' },
    LoggingConfiguration: { DestinationBucketName: { Ref: 'LakeAccessLogs4431AB8D' } },
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  });
  expect(bucket.LifecycleConfiguration.Rules.find(({ Id }: { Id: string }) => Id === 'Data').Transitions).toEqual([
    { StorageClass: 'STANDARD_IA', TransitionInDays: 90 },
    { StorageClass: 'GLACIER_IR', TransitionInDays: 365 },
  ]);
  // Otherwise the delete markers of replaced files would stay for ever.
  expect(bucket.LifecycleConfiguration.Rules.find(({ Id }: { Id: string }) => Id === 'Versions')).toMatchObject({
    ...{ NoncurrentVersionExpiration: { NoncurrentDays: 30 }, ExpiredObjectDeleteMarker: true },
  });
  const denied = propertiesOf('AWS::S3::BucketPolicy').map(({ PolicyDocument }) => JSON.stringify(PolicyDocument));
  expect(denied).toHaveLength(2);
  for (const policy of denied) expect(policy).toContain('"aws:SecureTransport":"false"');
});

test('each role has what it needs for its own part', () => {
  const actionsOf = (role: string) =>
    Object.values(policiesIn(template))
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .flatMap(({ Action }) => Action)
      .sort();
  expect(actionsOf('LakePipeRole')).toEqual([
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'firehose:PutRecordBatch',
    'kms:Decrypt',
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'sqs:SendMessage',
  ]);
  expect(actionsOf('LakeDeadLetterPipeRole')).toEqual([
    'firehose:PutRecordBatch',
    'kms:Decrypt',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
  ]);
  expect(actionsOf('LakeDeliveryRole').filter((action) => action.startsWith('s3:'))).toEqual([
    's3:AbortMultipartUpload',
    's3:GetBucketLocation',
    's3:GetObject',
    's3:ListBucket',
    's3:ListBucketMultipartUploads',
    's3:PutObject',
  ]);
});

test('logs contain errors only, and no records', () => {
  for (const { LogConfiguration } of propertiesOf('AWS::Pipes::Pipe')) {
    expect(LogConfiguration.Level).toBe('ERROR');
    expect(LogConfiguration).not.toHaveProperty('IncludeExecutionData');
  }
});

test('the default shape', () => {
  expect(scrubbed(template)).toMatchSnapshot();
});
