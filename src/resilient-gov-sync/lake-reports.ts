import { Duration, Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { defaultDatabaseArn } from '../core/private/default-database';
import { createHandler, type Handler } from '../core/private/handler';
import { resourceKeyUse } from '../core/private/key-use';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import { LAKE_FOLDERS } from '../runtime/lake-folders';
import type { StreamingDataLake } from '../streaming-data-lake';
import type { ITenantDirectory } from '../tenant-directory';
import { type LakeReportsOptions, reportFields } from './lake-reports-options';
import { LAKE_REPORTS_VARIABLES, type LakeReportsSettings } from './lake-reports-settings';
import type { SourceProps } from './report-source-props';

/** Several reports are in memory at the same time. */
const MEMORY_MIB = 1_024;

/** Creates the function that makes reports from a lake, as the child `LakeReportsFunction`. */
export function createLakeReports(
  scope: Construct,
  lake: StreamingDataLake,
  options: LakeReportsOptions,
  { bucket, timeZone, logged, name }: SourceProps,
): Handler {
  const { item } = lake._columns;
  const handler = createHandler<LakeReportsSettings>(scope, 'LakeReportsFunction', {
    asset: 'resilient-gov-sync/lake-reports',
    description: `Makes the reports of a period from ${lake.databaseName}.${lake.tableName}`,
    timeout: Duration.minutes(15),
    memorySize: MEMORY_MIB,
    settings: {
      REPORT_BUCKET: bucket.bucketName,
      TIME_ZONE: timeZone,
      BUCKET: lake.bucket.bucketName,
      DATABASE: lake.databaseName,
      TABLE: lake.tableName,
      WORKGROUP: lake.workgroupName,
      PIPE: lake.pipeName,
      DEAD_LETTER_QUEUE_URL: lake.deadLetterQueue.queueUrl,
      DIRECTORY: options.tenants.table.tableName,
      TENANT_NOUN: lake.tenantNoun,
      KEYS: item.map((column) => column.name).filter((column) => KEY_COLUMNS.includes(column)),
      FIELDS: reportFields(lake, options),
      REQUIRED: options.required ?? [],
    },
    variables: LAKE_REPORTS_VARIABLES,
    environmentRemedy: 'Declare fewer fields.',
    ...(name === undefined ? {} : { name: `${name}-source` }),
    concurrency: { unreserved: 'The state machine calls it, for one period at a time.' },
    noDeadLetters: 'The state machine waits for its result.',
    ...logged,
  });
  allowReports(handler.role, lake, options.tenants);
  return handler;
}

const KEY_COLUMNS = ['partition_key', 'sort_key'];

/** Documented: "Identity-based policies for Athena", and what the tests of the sandbox ask for. The files of other tables are not included. */
function allowReports(role: IRole, lake: StreamingDataLake, { table: directory }: ITenantDirectory): void {
  const { bucket, databaseName, tableName, workgroupName, pipeName, deadLetterQueue } = lake;
  const stack = Stack.of(lake);
  const glue = (resource: string, resourceName?: string) =>
    stack.formatArn({ service: 'glue', resource, ...(resourceName === undefined ? {} : { resourceName }) });
  const folder = (name: string) => bucket.arnForObjects(`${name}*`);
  const [data, results, quarantine] = [`${LAKE_FOLDERS.data}${tableName}/`, LAKE_FOLDERS.results, LAKE_FOLDERS.quarantine].map(folder);
  const tables = [tableName, `${tableName}_changes`].map((name) => glue('table', `${databaseName}/${name}`));
  const statements: [string[], string[]][] = [
    [
      ['athena:GetQueryExecution', 'athena:StartQueryExecution'],
      [stack.formatArn({ service: 'athena', resource: 'workgroup', resourceName: workgroupName })],
    ],
    [
      ['glue:GetDatabase', 'glue:GetPartitions', 'glue:GetTable'],
      [glue('catalog'), glue('database', databaseName), ...tables],
    ],
    [['glue:GetDatabase'], [defaultDatabaseArn(stack)]],
    [['s3:GetBucketLocation', 's3:ListBucket'], [bucket.bucketArn]],
    [['s3:GetObject'], [data, results, quarantine]],
    [['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'], [results]],
    [['pipes:DescribePipe'], [stack.formatArn({ service: 'pipes', resource: 'pipe', resourceName: pipeName })]],
    [['sqs:GetQueueAttributes'], [deadLetterQueue.queueArn]],
    [['dynamodb:Scan'], [directory.tableArn]],
  ];
  for (const [actions, resources] of statements) role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
  for (const statement of [
    ...resourceKeyUse(bucket, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']),
    ...resourceKeyUse(directory, 'dynamodb', ['kms:Decrypt']),
  ]) {
    role.addToPrincipalPolicy(statement);
  }
  const policy = role.node.findChild('DefaultPolicy');
  for (const resource of [data, results, quarantine]) {
    acknowledgeWildcard(policy, resource, 'The wildcard comes after a folder of the lake: Firehose and Athena choose the names of files.');
  }
}
