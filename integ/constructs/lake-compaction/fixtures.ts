import { S3Client } from '@aws-sdk/client-s3';
import { Duration, Size, type Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LakeLayout, LakeSource, StreamingDataLake, Tenancy, TenantTable, Tier } from '../../../src';
import { everyType } from '../../../test/streaming-data-lake/fixtures';
import type { Credentials, Sandbox } from '../../sandbox';
import { callerWith } from '../../sandbox/streams/service-caller';
import { askAthena } from '../../sandbox/testing/athena';

/** A lake with a column of each type, which a role may query. */
export function lakeOf(stack: Stack, reports: Role, id = 'Lake', layout = LakeLayout.perTenant()): StreamingDataLake {
  const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
  const lake = new StreamingDataLake(stack, id, {
    source: LakeSource.tableStream(new TenantTable(stack, `${id}Data`, { tenancy })),
    columns: everyType,
    name: id.toLowerCase(),
    tableName: 'grades',
    layout,
    bufferInterval: Duration.minutes(1),
    bufferSize: Size.mebibytes(64),
    firstYear: 2025,
  });
  lake.grants.queryAllTenants(reports);
  return lake;
}

export function roleOf(stack: Stack, id: string): Role {
  return new Role(stack, id, { roleName: id, assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
}

/** The settings of a client with the permissions of a role; those of the administrator by default. */
export function clientSettings({ endpoint, assembly }: Sandbox, role?: string) {
  const { expiration: _, ...credentials }: Credentials =
    role === undefined
      ? endpoint.administrator()
      : endpoint.assumeAsService(`arn:aws:iam::${assembly.account}:role/${role}`, 'lambda.amazonaws.com', 'test');
  return { endpoint: endpoint.url, region: assembly.region, credentials, maxAttempts: 1 };
}

export function s3Of(sandbox: Sandbox, role?: string): S3Client {
  return new S3Client({ ...clientSettings(sandbox, role), forcePathStyle: true });
}

/** The physical name of the first resource of a type whose logical id starts with a text. */
export function nameOf({ assembly }: Sandbox, type: string, id: string): string {
  const found = assembly.ofType(type).find(({ logicalId }) => logicalId.startsWith(id));
  return found === undefined ? '' : assembly.ref(found);
}

/** The rows of a query by the role `Reports`. */
export async function query({ endpoint, assembly }: Sandbox, QueryString: string, WorkGroup = 'lake'): Promise<(string | null)[][]> {
  const reports = callerWith(endpoint, assembly.region, () =>
    endpoint.assumeAsService(`arn:aws:iam::${assembly.account}:role/Reports`, 'lambda.amazonaws.com', 'reports'),
  );
  const { rows } = await askAthena((operation, input) => reports.json('athena', 'AmazonAthena', operation, input), {
    QueryString,
    WorkGroup,
  });
  return rows.slice(1);
}

/** A change of an item, as the pipe sends it. */
export interface Change {
  readonly id: string;
  readonly tenant: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Attributes in DynamoDB's JSON, without the keys. */
  readonly attributes?: object;
  readonly sortKey?: string;
}

/** Sends changes to the delivery stream of the lake, and delivers them as one file for each folder. */
export async function deliver(sandbox: Sandbox, changes: readonly Change[], lake = 'Lake'): Promise<void> {
  const administrator = callerWith(sandbox.endpoint, sandbox.assembly.region, () => sandbox.endpoint.administrator());
  const DeliveryStreamName = nameOf(sandbox, 'AWS::KinesisFirehose::DeliveryStream', `${lake}Delivery`);
  for (let at = 0; at < changes.length; at += 500) {
    const Records = changes.slice(at, at + 500).map(({ id, tenant, at: time, attributes = {}, sortKey = id }) => {
      const item = { pk: { S: `${tenant}#STUDENT#1` }, sk: { S: sortKey }, ...attributes };
      const record = { event_id: id, event_name: 'INSERT', changed_at: Math.floor(time / 1000), sequence: id, item };
      return { Data: Buffer.from(JSON.stringify(record)).toString('base64') };
    });
    await administrator.json('firehose', 'Firehose_20150804', 'PutRecordBatch', { DeliveryStreamName, Records });
  }
  await sandbox.deliveryStreams.flush();
}

/** An item with a value in each column, and one without any. */
export const EVERY_TYPE = {
  student: { S: 'Zoë "1" – 数学 🎓' },
  attempts: { N: '2147483647' },
  officialNumber: { N: '9007199254740993' },
  average: { N: '4.5' },
  score: { N: '95.5' },
  passed: { BOOL: true },
  gradedAt: { S: '2026-11-29T08:15:30.123Z' },
  expiresAt: { N: '1767225600' },
  clubs: { L: [{ S: 'chess' }, { N: '2' }] },
  address: { M: { city: { S: 'Ulm' }, other: { N: '1' } } },
  correlationId: { S: 'request-1' },
};

export const COLUMNS =
  'event_id, event_name, changed_at, sequence, partition_key, sort_key, correlation_id, deleted_at, school, year, month, student_id, attempts, official_number, average, score, passed, graded_at, expires_at, clubs, city';
