import { CfnResource, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';

/** What tests change in the lake of `lakeStack`. */
export interface LakeSettings {
  /** Without it, records arrive at the delivery stream only. */
  readonly table?: boolean;
  /** The level of the pipe's log, in the group `/pipes/lake`. @default - no log */
  readonly pipeLog?: 'ERROR' | 'INFO';
  /** Properties of the delivery stream's destination. */
  readonly destination?: object;
  readonly columns?: readonly { Name: string; Type: string }[];
  readonly workGroup?: object;
  readonly query?: string;
  /** A statement that the role of the delivery stream does not get. */
  readonly without?: 'glue' | 's3' | 'kms';
  readonly parameters?: object;
}

export const COLUMNS = [
  { Name: 'event_name', Type: 'string' },
  { Name: 'student_id', Type: 'string' },
  { Name: 'course', Type: 'string' },
  { Name: 'score', Type: 'int' },
  { Name: 'sequence', Type: 'string' },
  { Name: 'changed_at', Type: 'timestamp' },
];

const TEMPLATE = `{"event_name": <$.eventName>, "tenant": <$.dynamodb.NewImage.tenant.S>, "student_id": <$.dynamodb.NewImage.student.S>,
"course": <$.dynamodb.NewImage.course.S>, "score": <$.dynamodb.NewImage.score.N>, "sequence": <$.dynamodb.SequenceNumber>,
"changed_at": <$.dynamodb.ApproximateCreationDateTime>}`;

const CURRENT = `SELECT event_name, student_id, course, score, tenant, year, month
FROM (SELECT *, row_number() OVER (PARTITION BY tenant, student_id, course ORDER BY sequence DESC) AS newest FROM grades)
WHERE newest = 1`;

/** A lake of AWS's own resources: table → pipe → delivery stream → bucket → catalog → work group, and an analyst for one tenant. */
export function lakeStack(stack: Stack, settings: LakeSettings = {}): void {
  const { account, region, partition } = stack;
  const key = new kms.Key(stack, 'Key');
  const bucket = (id: string) =>
    new s3.Bucket(stack, id, { encryption: s3.BucketEncryption.KMS, encryptionKey: key, removalPolicy: RemovalPolicy.DESTROY });
  const [lake, results] = [bucket('Lake'), bucket('Results')];
  const role = (id: string, service: string) => new iam.Role(stack, id, { roleName: id, assumedBy: new iam.ServicePrincipal(service) });
  const allow = (to: iam.Role, actions: string[], ...resources: string[]) =>
    to.addToPolicy(new iam.PolicyStatement({ actions, resources }));
  const catalog = ['catalog', 'database/school', 'table/school/*'].map((path) => `arn:${partition}:glue:${region}:${account}:${path}`);

  new CfnResource(stack, 'Database', {
    type: 'AWS::Glue::Database',
    properties: { CatalogId: account, DatabaseInput: { Name: 'school' } },
  });
  const columns = settings.columns ?? COLUMNS;
  const grades = new CfnResource(stack, 'Grades', {
    type: 'AWS::Glue::Table',
    properties: {
      ...{ CatalogId: account, DatabaseName: 'school' },
      TableInput: {
        ...{ Name: 'grades', TableType: 'EXTERNAL_TABLE' },
        PartitionKeys: [
          { Name: 'tenant', Type: 'string' },
          { Name: 'year', Type: 'int' },
          { Name: 'month', Type: 'int' },
        ],
        Parameters: {
          'projection.enabled': 'true',
          'projection.tenant.type': 'injected',
          'projection.year.type': 'integer',
          'projection.year.range': '2025,2028',
          'projection.month.type': 'integer',
          'projection.month.range': '1,12',
          'projection.month.digits': '2',
          'storage.location.template': `s3://${lake.bucketName}/grades/tenant=\${tenant}/year=\${year}/month=\${month}/`,
          ...settings.parameters,
        },
        StorageDescriptor: {
          ...{ Columns: columns, Location: `s3://${lake.bucketName}/grades/` },
          InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
          OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
          SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
        },
      },
    },
  });
  const view = { originalSql: CURRENT, catalog: 'awsdatacatalog', schema: 'school', columns: [] };
  new CfnResource(stack, 'Current', {
    type: 'AWS::Glue::Table',
    properties: {
      ...{ CatalogId: account, DatabaseName: 'school' },
      TableInput: {
        ...{ Name: 'grades_current', TableType: 'VIRTUAL_VIEW', Parameters: { presto_view: 'true' } },
        ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString('base64')} */`,
        StorageDescriptor: { Columns: columns },
      },
    },
  });

  const delivery = role('Delivery', 'firehose.amazonaws.com');
  if (settings.without !== 's3') allow(delivery, ['s3:PutObject'], lake.arnForObjects('*'));
  if (settings.without !== 'glue') allow(delivery, ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'], ...catalog);
  if (settings.without !== 'kms') key.grantEncryptDecrypt(delivery);
  const stream = new CfnResource(stack, 'Stream', {
    type: 'AWS::KinesisFirehose::DeliveryStream',
    properties: {
      ...{ DeliveryStreamName: 'lake', DeliveryStreamType: 'DirectPut' },
      ExtendedS3DestinationConfiguration: {
        ...{ BucketARN: lake.bucketArn, RoleARN: delivery.roleArn },
        Prefix: 'grades/tenant=!{partitionKeyFromQuery:tenant}/year=!{partitionKeyFromQuery:year}/month=!{partitionKeyFromQuery:month}/',
        ErrorOutputPrefix: 'quarantine/!{firehose:error-output-type}/!{timestamp:yyyy-MM-dd}/',
        BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
        EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: key.keyArn } },
        DynamicPartitioningConfiguration: { Enabled: true, RetryOptions: { DurationInSeconds: 300 } },
        ProcessingConfiguration: {
          Enabled: true,
          Processors: [
            {
              Type: 'MetadataExtraction',
              Parameters: [
                {
                  ParameterName: 'MetadataExtractionQuery',
                  ParameterValue: '{tenant: .tenant, year: (.changed_at | strftime("%Y")), month: (.changed_at | strftime("%m"))}',
                },
                { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
              ],
            },
          ],
        },
        DataFormatConversionConfiguration: {
          Enabled: true,
          InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
          OutputFormatConfiguration: { Serializer: { ParquetSerDe: { Compression: 'SNAPPY' } } },
          SchemaConfiguration: {
            DatabaseName: 'school',
            TableName: grades.ref,
            RoleARN: delivery.roleArn,
            Region: region,
            CatalogId: account,
            VersionId: 'LATEST',
          },
        },
        ...settings.destination,
      },
    },
  });

  if (settings.table) {
    const table = new dynamodb.Table(stack, 'Table', {
      ...{
        tableName: 'grades',
        partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
        stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      },
      ...{ billingMode: dynamodb.BillingMode.PAY_PER_REQUEST, timeToLiveAttribute: 'expires', removalPolicy: RemovalPolicy.DESTROY },
    });
    const dead = new sqs.Queue(stack, 'Dead', { queueName: 'dead' });
    const pipe = role('Pipe', 'pipes.amazonaws.com');
    table.grantStreamRead(pipe);
    dead.grantSendMessages(pipe);
    allow(pipe, ['firehose:PutRecordBatch'], stream.getAtt('Arn').toString());
    const log = settings.pipeLog && new logs.LogGroup(stack, 'PipeLog', { logGroupName: '/pipes/lake' });
    new CfnResource(stack, 'ThePipe', {
      type: 'AWS::Pipes::Pipe',
      properties: {
        ...{ Name: 'lake', RoleArn: pipe.roleArn, Source: table.tableStreamArn, Target: stream.getAtt('Arn') },
        SourceParameters: {
          FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT","MODIFY"]}' }] },
          DynamoDBStreamParameters: {
            ...{ StartingPosition: 'TRIM_HORIZON', BatchSize: 100, MaximumRetryAttempts: 3, OnPartialBatchItemFailure: 'AUTOMATIC_BISECT' },
            DeadLetterConfig: { Arn: dead.queueArn },
          },
        },
        TargetParameters: { InputTemplate: TEMPLATE },
        LogConfiguration: log && { Level: settings.pipeLog, CloudwatchLogsLogDestination: { LogGroupArn: log.logGroupArn } },
      },
    });
  }

  const workGroup = new CfnResource(stack, 'WorkGroup', {
    type: 'AWS::Athena::WorkGroup',
    properties: {
      Name: 'analysts',
      WorkGroupConfiguration: {
        ...{ EnforceWorkGroupConfiguration: true, BytesScannedCutoffPerQuery: 10_000_000 },
        ResultConfiguration: {
          OutputLocation: `s3://${results.bucketName}/answers/`,
          EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: key.keyArn },
        },
        ...settings.workGroup,
      },
    },
  });
  new CfnResource(stack, 'Question', {
    type: 'AWS::Athena::NamedQuery',
    properties: { ...{ Database: 'school', Name: 'averages', WorkGroup: workGroup.ref }, QueryString: settings.query ?? 'SELECT 1' },
  });
  const analyst = role('Analyst', 'lambda.amazonaws.com');
  allow(
    analyst,
    ['athena:StartQueryExecution', 'athena:GetQueryExecution', 'athena:GetQueryResults'],
    `arn:${partition}:athena:${region}:${account}:workgroup/analysts`,
  );
  allow(analyst, ['glue:GetTable'], ...catalog);
  allow(analyst, ['s3:GetObject'], lake.arnForObjects('grades/tenant=s1/*'));
  analyst.addToPolicy(
    new iam.PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [lake.bucketArn],
      conditions: { StringLike: { 's3:prefix': 'grades/tenant=s1/*' } },
    }),
  );
  allow(analyst, ['s3:PutObject'], results.arnForObjects('answers/*'));
  key.grantEncryptDecrypt(analyst);
}
