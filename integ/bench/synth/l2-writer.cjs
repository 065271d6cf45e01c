// Function and table behind the queue with aws-cdk-lib alone, for contestants without a construct for them.
const { join } = require('node:path');
const { Duration, RemovalPolicy, Stack } = require('aws-cdk-lib');
const { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } = require('aws-cdk-lib/aws-dynamodb');
const { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } = require('aws-cdk-lib/aws-iam');
const { Key } = require('aws-cdk-lib/aws-kms');
const {
  Architecture,
  Code,
  EventSourceMapping,
  Function: LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} = require('aws-cdk-lib/aws-lambda');
const { LogGroup, RetentionDays } = require('aws-cdk-lib/aws-logs');

exports.createKey = (stack) => {
  const key = new Key(stack, 'Key', { enableKeyRotation: true, rotationPeriod: Duration.days(365), removalPolicy: RemovalPolicy.RETAIN });
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${Stack.of(stack).region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
    }),
  );
  return key;
};

exports.createTable = (stack, encryptionKey) =>
  new Table(stack, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });

exports.createWriter = (stack, { key, table, queue, retryQueue }) => {
  const logGroup = new LogGroup(stack, 'WriterLogs', { encryptionKey: key, retention: RetentionDays.ONE_MONTH });
  const role = new Role(stack, 'WriterRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  role.addToPolicy(new PolicyStatement({ actions: ['dynamodb:PartiQLInsert'], resources: [table.tableArn] }));
  role.addToPolicy(
    new PolicyStatement({
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(stack).region}.amazonaws.com` } },
    }),
  );
  new ManagedPolicy(stack, 'WriterTraces', {
    roles: [role],
    statements: [new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] })],
  });
  const target = new LambdaFunction(stack, 'Writer', {
    code: Code.fromAsset(join(__dirname, '..', '..', '..', 'assets', 'buffered-ingest-path', 'batch-writer')),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: 512,
    timeout: Duration.seconds(30),
    tracing: Tracing.ACTIVE,
    loggingFormat: LoggingFormat.JSON,
    logGroup,
    role,
    environment: { TABLE_NAME: table.tableName, PARTITION_KEY: 'pk', SORT_KEY: 'sk', TIME_TO_LIVE_ATTRIBUTE: 'expiresAt' },
  });
  queue.grantConsumeMessages(target);
  new EventSourceMapping(stack, 'EventSource', {
    target,
    eventSourceArn: queue.queueArn,
    batchSize: 50,
    maxBatchingWindow: Duration.seconds(5),
    maxConcurrency: 10,
    reportBatchItemFailures: true,
  });
  if (retryQueue === undefined) return;
  retryQueue.grantConsumeMessages(target);
  new EventSourceMapping(stack, 'RetryEventSource', {
    target,
    eventSourceArn: retryQueue.queueArn,
    batchSize: 1,
    maxConcurrency: 10,
    reportBatchItemFailures: true,
  });
};
