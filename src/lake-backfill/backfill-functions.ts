import { Duration, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type IFunction, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { createHandler, type Handler } from '../core/private/handler';
import { CONSUMER_ACTIONS, keyUse, PRODUCER_ACTIONS, resourceKeyUse } from '../core/private/key-use';
import type { Logged } from '../core/private/retained';
import { acknowledge, acknowledgeWildcard } from '../core/private/rule-packs';
import { LAKE_FOLDERS } from '../runtime/lake-folders';
import type { StreamingDataLake } from '../streaming-data-lake';
import { type BackfillQueues, SEND_TIMEOUT } from './backfill-queues';
import { SEND_VARIABLES, type SendSettings, START_VARIABLES, type StartSettings } from './settings';

/** What the functions are made of. */
export interface BackfillFunctionsProps {
  readonly lake: StreamingDataLake;
  readonly table: ITable;
  readonly queues: BackfillQueues;
  readonly changedAtAttributes: readonly string[];
  readonly bytesPerSecond: number;
  readonly name?: string;
  readonly logged: Logged;
}

/** The functions of a backfill. */
export interface BackfillFunctions {
  readonly start: Handler;
  readonly send: Handler;
}

/** Folders of the lake's bucket, without a slash at the end, as DynamoDB takes them. The quarantine table includes the second one. */
const EXPORTS_FOLDER = LAKE_FOLDERS.backfill.slice(0, -1);
const QUARANTINE_FOLDER = `${LAKE_FOLDERS.quarantine}backfill`;

/** The least that Lambda accepts. Firehose, not the function, decides how long a backfill takes. */
const CONCURRENT_FILES = 2;
const NO_DEAD_LETTERS = 'The function is not invoked asynchronously.';

/** Creates the functions, as the children `StartFunction` and `SendFunction`, and what invokes the second one. */
export function createFunctions(scope: Construct, props: BackfillFunctionsProps): BackfillFunctions {
  const start = createStart(scope, props);
  const send = createSend(scope, props);
  createEventSource(scope, send.function, props.queues);
  return { start, send };
}

function createStart(scope: Construct, { table, queues: { queue }, name, logged }: BackfillFunctionsProps): Handler {
  const start = createHandler<StartSettings>(scope, 'StartFunction', {
    asset: 'lake-backfill/start-backfill',
    description: 'Starts a backfill of the lake: {} for the whole table, {"from":"…","to":"…"} for a span',
    timeout: Duration.minutes(1),
    settings: { QUEUE_URL: queue.queueUrl, TABLE_NAME: table.tableName },
    variables: START_VARIABLES,
    ...(name === undefined ? {} : { name: `${name}-start` }),
    concurrency: { unreserved: 'Operators invoke the function, a few times a year.' },
    noDeadLetters: NO_DEAD_LETTERS,
    ...logged,
  });
  start.role.addToPolicy(new PolicyStatement({ actions: ['dynamodb:DescribeContinuousBackups'], resources: [table.tableArn] }));
  allowQueues(start.role, logged, ['sqs:SendMessage'], PRODUCER_ACTIONS, queue.queueArn);
  return start;
}

function createSend(scope: Construct, props: BackfillFunctionsProps): Handler {
  const { lake, table, queues, changedAtAttributes, bytesPerSecond, name, logged } = props;
  const { keys, timeToLiveAttribute } = lake._source;
  const send = createHandler<SendSettings>(scope, 'SendFunction', {
    asset: 'lake-backfill/send-items',
    description: 'Exports the table of the lake, and sends the items to its delivery stream',
    timeout: SEND_TIMEOUT,
    settings: {
      QUEUE_URL: queues.queue.queueUrl,
      DEAD_LETTER_QUEUE_URL: queues.deadLetterQueue.queueUrl,
      TABLE_ARN: table.tableArn,
      BUCKET_NAME: lake.bucket.bucketName,
      BUCKET_KEY_ARN: lake.bucket.encryptionKey?.keyArn ?? '',
      EXPORTS_FOLDER,
      QUARANTINE_FOLDER,
      DELIVERY_STREAM_NAME: lake.deliveryStreamName,
      BYTES_PER_SECOND: Math.floor(bytesPerSecond / CONCURRENT_FILES),
      KEYS: keys,
      ...(timeToLiveAttribute === undefined ? {} : { TIME_TO_LIVE_ATTRIBUTE: timeToLiveAttribute }),
      CHANGED_AT_ATTRIBUTES: changedAtAttributes,
      FIRST_YEAR: lake.firstYear,
    },
    variables: SEND_VARIABLES,
    ...(name === undefined ? {} : { name: `${name}-send` }),
    concurrency: { unreserved: 'Its event source processes two messages at a time.' },
    noDeadLetters: NO_DEAD_LETTERS,
    // The function puts the next step into its own queue. Lambda would end such a loop after 16 invocations (documented: "Use Lambda
    // recursive loop detection"), in the middle of an export of 20 minutes. Each message waits longer, and is a dead letter after two days.
    recursiveLoop: RecursiveLoop.ALLOW,
    ...logged,
  });
  allowSend(send.role, props);
  return send;
}

/** The function's role exports the table, because DynamoDB writes an export with the permissions of its caller. */
function allowSend(role: Role, { lake, table, queues, logged }: BackfillFunctionsProps): void {
  const { bucket } = lake;
  const [exports, quarantine] = [EXPORTS_FOLDER, QUARANTINE_FOLDER].map((folder) => bucket.arnForObjects(`${folder}/*`));
  const exportsOfTable = `${table.tableArn}/export/*`;
  const deliveryStream = Stack.of(lake).formatArn({
    ...{ service: 'firehose', resource: 'deliverystream', resourceName: lake.deliveryStreamName },
  });
  const statements = [
    new PolicyStatement({ actions: ['dynamodb:ExportTableToPointInTime'], resources: [table.tableArn] }),
    new PolicyStatement({ actions: ['dynamodb:DescribeExport'], resources: [exportsOfTable] }),
    ...resourceKeyUse(table, 'dynamodb', ['kms:Decrypt']),
    // Documented: "Requesting a table export in DynamoDB", permissions.
    new PolicyStatement({
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject', 's3:PutObjectAcl'],
      resources: [exports],
    }),
    // A file is removed with its versions once it is sent.
    new PolicyStatement({ actions: ['s3:DeleteObjectVersion'], resources: [exports] }),
    new PolicyStatement({
      actions: ['s3:ListBucketVersions'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${EXPORTS_FOLDER}/*` } },
    }),
    new PolicyStatement({ actions: ['s3:PutObject'], resources: [quarantine] }),
    ...resourceKeyUse(bucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']),
    new PolicyStatement({ actions: ['firehose:PutRecordBatch'], resources: [deliveryStream] }),
    new PolicyStatement({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      resources: [queues.queue.queueArn],
    }),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  const keyActions = [...new Set([...PRODUCER_ACTIONS, ...CONSUMER_ACTIONS])];
  allowQueues(role, logged, ['sqs:SendMessage'], keyActions, queues.queue.queueArn, queues.deadLetterQueue.queueArn);
  const policy = role.node.findChild('DefaultPolicy');
  acknowledgeWildcard(policy, exportsOfTable, 'The wildcard stands for the exports of one table, whose ids DynamoDB chooses.');
  acknowledgeWildcard(policy, exports, 'The wildcard comes after the folder of exports, whose files DynamoDB names.');
  acknowledgeWildcard(policy, quarantine, 'The wildcard comes after a folder of quarantine.');
}

function allowQueues(role: Role, { encryptionKey }: Logged, actions: string[], keyActions: string[], ...resources: string[]): void {
  role.addToPolicy(new PolicyStatement({ actions, resources }));
  role.addToPolicy(keyUse(encryptionKey, { service: 'sqs', region: Stack.of(role).region }, keyActions));
}

function createEventSource(scope: Construct, target: IFunction, { queue }: BackfillQueues): void {
  const source = new EventSourceMapping(scope, 'EventSource', {
    ...{ target, eventSourceArn: queue.queueArn, batchSize: 1, maxConcurrency: CONCURRENT_FILES },
  });
  acknowledge(
    source,
    ['Serverless'],
    'LambdaEventSourceMappingDestination',
    'An SQS event source has no failure destination: failed messages stay in the queue, whose redrive policy moves them to the dead-letter queue.',
  );
}
