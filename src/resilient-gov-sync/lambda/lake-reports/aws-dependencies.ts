import { AthenaClient, GetQueryExecutionCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LAKE_FOLDERS } from '../../../runtime/lake-folders';
import { isTenantId } from '../../../runtime/tenant-id';
import { TENANT_SORT_KEY, tenantPartition } from '../../../runtime/tenant-record';
import type { LakeReportsSettings } from '../../lake-reports-settings';
import { NOT_MADE, reasonAsMetadata } from '../../report-folders';
import type { PrepareDependencies, QueryState } from './prepare';
import { hasChangeOf } from './quarantined';
import type { Period, SourceRequest } from './source-request';

/** The services that a lake is made of, for one request. Clients are kept between requests. */
export function awsDependencies(settings: LakeReportsSettings): (request: SourceRequest, now: () => number) => PrepareDependencies {
  const { BUCKET: Bucket, DATABASE: Database, WORKGROUP: WorkGroup, PIPE: pipe } = settings;
  const [athena, tables, pipes, objects, queues] = [
    new AthenaClient(),
    new DynamoDBClient(),
    new PipesClient(),
    new S3Client(),
    new SQSClient(),
  ];
  return ({ destination }, now) => ({
    now,
    pipe,
    async pipeState() {
      const { CurrentState = 'unknown' } = await pipes.send(new DescribePipeCommand({ Name: pipe }));
      return CurrentState;
    },
    async deadLetters() {
      const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const { Attributes = {} } = await queues.send(
        new GetQueueAttributesCommand({ QueueUrl: settings.DEAD_LETTER_QUEUE_URL, AttributeNames: [...names] }),
      );
      return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    },
    quarantined: (period) => quarantined(objects, Bucket, period),
    tenants: () => tenantsOf(tables, settings.DIRECTORY),
    async start(QueryString, ClientRequestToken) {
      const { QueryExecutionId = '' } = await athena.send(
        new StartQueryExecutionCommand({ QueryString, ClientRequestToken, WorkGroup, QueryExecutionContext: { Database } }),
      );
      return QueryExecutionId;
    },
    async query(QueryExecutionId) {
      const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      const { State = 'QUEUED', StateChangeReason: reason } = QueryExecution?.Status ?? {};
      const location = QueryExecution?.ResultConfiguration?.OutputLocation ?? '';
      return { state: State as QueryState['state'], location, ...(reason === undefined ? {} : { reason }) };
    },
    async read(location) {
      const { hostname, pathname } = new URL(location);
      const { Body } = await objects.send(new GetObjectCommand({ Bucket: hostname, Key: decodeURIComponent(pathname.slice(1)) }));
      return Body as unknown as AsyncIterable<Uint8Array>;
    },
    put: (tenant, Body, notMade) =>
      objects.send(
        new PutObjectCommand({
          ...{ Bucket: destination.bucket, Key: `${destination.prefix}${encodeURIComponent(tenant)}.json` },
          ...(notMade === undefined
            ? { ContentType: 'application/json' }
            : { ContentType: 'text/plain', Metadata: { [NOT_MADE]: reasonAsMetadata(notMade) } }),
          Body,
        }),
      ),
  });
}

/** Objects from before the period cannot have its changes. */
async function quarantined(objects: S3Client, Bucket: string, period: Period): Promise<string | undefined> {
  let ContinuationToken: string | undefined;
  do {
    const page = await objects.send(new ListObjectsV2Command({ Bucket, Prefix: LAKE_FOLDERS.quarantine, ContinuationToken }));
    for (const { Key = '', LastModified } of page.Contents ?? []) {
      if ((LastModified?.getTime() ?? Number.POSITIVE_INFINITY) < Date.parse(period.start)) continue;
      const { Body } = await objects.send(new GetObjectCommand({ Bucket, Key }));
      if (hasChangeOf(period, Buffer.from((await Body?.transformToByteArray()) ?? []))) return `s3://${Bucket}/${Key}`;
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return undefined;
}

/** The directory has no index of its tenants: a scan once a quarter costs less than one. */
async function tenantsOf(tables: DynamoDBClient, TableName: string): Promise<string[]> {
  const tenants: string[] = [];
  let ExclusiveStartKey: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const { Items = [], LastEvaluatedKey }: ScanCommandOutput = await tables.send(
      new ScanCommand({
        ...{ TableName, ExclusiveStartKey },
        FilterExpression: '#sk = :tenant AND NOT #state IN (:onboarding, :offboarding, :departed)',
        ProjectionExpression: '#pk',
        ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk', '#state': 'state' },
        ExpressionAttributeValues: {
          ':tenant': { S: TENANT_SORT_KEY },
          ':onboarding': { S: 'onboarding' },
          ':offboarding': { S: 'offboarding' },
          ':departed': { S: 'departed' },
        },
      }),
    );
    for (const { pk } of Items) {
      const tenant = pk?.S?.slice(tenantPartition('').length);
      if (!isTenantId(tenant)) throw new Error('the directory has the record of a tenant whose id has other characters than ids have');
      tenants.push(tenant);
    }
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return tenants;
}
