import { gunzipSync } from 'node:zlib';
import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectVersionsCommand, type ListObjectVersionsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { jsonCaller } from '../../kit/aws-json';
import type { Observer } from '../../kit/observer';
import { sdkSettings } from '../../kit/sdk-settings';
import { streamRecords } from '../../kit/stream-records';
import type { RunningPlatform } from '../../systems/school-platform/platform';
import { parquetRows } from './parquet';

/**
 * - erased: nothing of the person is left
 * - expires: the person's data is gone after a time that the service sets
 * - pseudonym: the random id stays for a time, and neither name nor official id was ever there
 */
export type Promised = 'erased' | 'expires' | 'pseudonym';

/** A place that can hold data of a person, with its content decoded. */
export interface Place {
  readonly name: string;
  readonly promised: Promised;
  /** Texts in which a search finds what it looks for. */
  texts(): Promise<readonly string[]>;
}

export interface Places {
  readonly all: readonly Place[];
  /** Objects of the lake's bucket, decoded, by key and whether they are current. */
  objects(prefix: string): Promise<readonly Decoded[]>;
  close(): void;
}

interface Decoded {
  readonly key: string;
  readonly isLatest: boolean;
  readonly texts: readonly string[];
}

/** An item that has the random id of a student, under the key of the request that registered the student. TTL removes it after 30 days. */
const REGISTRATION = 'REGISTRATION#';

/** Every place of the example. Backups are not among them: only a restored table can be searched. */
export function placesOf(platform: RunningPlatform, observer: Observer): Places {
  const { sandbox, tableName } = platform;
  const { assembly, endpoint } = sandbox;
  const settings = sdkSettings(sandbox);
  const dynamodb = new DynamoDBClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const bucket = assembly.ref(platform.resource('AWS::S3::Bucket', '/Lake/Changes/Bucket/'));
  const calls: string[] = [];
  endpoint.onCall(({ service, operation, checks, principal }) => {
    calls.push(JSON.stringify({ service, operation, principal, checks }));
  });

  async function items(index?: string): Promise<Record<string, AttributeValue>[]> {
    const found: Record<string, AttributeValue>[] = [];
    for await (const page of paginateScan({ client: dynamodb }, { TableName: tableName, IndexName: index }))
      found.push(...(page.Items ?? []));
    return found;
  }
  const isRegistration = ({ sk }: Record<string, AttributeValue>) => String(sk?.S).startsWith(REGISTRATION);

  async function objects(Prefix: string, Bucket = bucket): Promise<Decoded[]> {
    const found: Decoded[] = [];
    let markers: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
    while (markers !== undefined) {
      const page: ListObjectVersionsCommandOutput = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix, ...markers }));
      for (const { Key = '', VersionId, IsLatest = false } of page.Versions ?? []) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
        const body = Buffer.from((await Body?.transformToByteArray()) ?? []);
        found.push({ key: Key, isLatest: IsLatest, texts: [Key, ...(await decoded(body))] });
      }
      markers = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
    }
    return found;
  }
  const inFolder = (prefix: string) => async () => (await objects(prefix)).filter(({ isLatest }) => isLatest).flatMap(({ texts }) => texts);
  const queue = (url: string) => async () => (await observer.messages(url)).map((message) => JSON.stringify(message));
  const exported = inFolder('backfill/');
  const lakeQueue = () => assembly.ref(platform.resource('AWS::SQS::Queue', '/Lake/Changes/DeadLetterQueue/'));

  const place = (name: string, promised: Promised, texts: Place['texts']): Place => ({ name, promised, texts });
  const all = [
    place('table', 'erased', async () => (await items()).filter((item) => !isRegistration(item)).map((item) => JSON.stringify(item))),
    place('idempotency records of registrations', 'pseudonym', async () =>
      (await items()).filter(isRegistration).map((item) => JSON.stringify(item)),
    ),
    place('index by-course', 'erased', async () => (await items('by-course')).map((item) => JSON.stringify(item))),
    place('stream', 'expires', async () => (await streamRecords(sandbox, tableName)).map((record) => JSON.stringify(record))),
    place('queue of visits', 'pseudonym', queue(platform.queueUrl)),
    place('retry queue of visits', 'pseudonym', queue(platform.retryQueueUrl)),
    place('dead letters of visits', 'pseudonym', queue(platform.deadLetterQueueUrl)),
    place('dead letters of the lake', 'erased', () => queue(lakeQueue())()),
    place('files of the lake', 'erased', inFolder('data/')),
    place('rewrites', 'erased', inFolder('rewrites/')),
    place('quarantine', 'erased', inFolder('quarantine/')),
    place('exports', 'erased', async () => (await exported()).filter((line) => !line.includes(REGISTRATION))),
    place('idempotency records in exports', 'pseudonym', async () => (await exported()).filter((line) => line.includes(REGISTRATION))),
    place('results of queries', 'erased', inFolder('results/')),
    place('records of erasures', 'erased', inFolder('erasures/')),
    place('older versions of objects', 'erased', async () =>
      (await objects('')).filter(({ isLatest }) => !isLatest).flatMap(({ texts }) => texts),
    ),
    place('logs', 'pseudonym', async () => {
      const groups = assembly.ofType('AWS::Logs::LogGroup').map((group) => assembly.ref(group));
      return groups.flatMap((group) => sandbox.logs.lines(group)).map(({ message }) => String(message));
    }),
    place('traces', 'pseudonym', async () => sandbox.traces.segments().map((segment) => JSON.stringify(segment))),
    place('history of queries', 'pseudonym', () => historyOfQueries(platform)),
    place('audit of calls', 'pseudonym', async () => calls),
    // A stated exception (ADR-135): locked for a year.
    place('audit trail', 'pseudonym', async () => {
      await sandbox.trails.flush();
      const trail = assembly.ref(platform.resource('AWS::S3::Bucket', '/AuditTrail/Bucket/'));
      // One text for each event: a file has those of all schools. A digest, which has no events, is one text.
      return (await objects('', trail)).flatMap(({ texts: [, file] }) => {
        const { Records = [] } = JSON.parse(file) as { Records?: object[] };
        return Records.length === 0 ? [file] : Records.map((event) => JSON.stringify(event));
      });
    }),
  ];
  return {
    all,
    objects,
    close() {
      dynamodb.destroy();
      s3.destroy();
    },
  };
}

/** What an object has, whatever its format: Parquet, or lines that may be compressed, with records in Base64. */
async function decoded(body: Buffer): Promise<string[]> {
  if (body.subarray(0, 4).toString('latin1') === 'PAR1') return parquetRows([body]);
  const text = (body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body).toString();
  return text.split('\n').flatMap((line) => {
    const raw = /"rawData":"([^"]+)"/.exec(line)?.[1];
    return raw === undefined ? [line] : [line, Buffer.from(raw, 'base64').toString()];
  });
}

async function historyOfQueries({ sandbox }: RunningPlatform): Promise<string[]> {
  const call = jsonCaller(sandbox, { service: 'athena', target: 'AmazonAthena' });
  const workgroups = sandbox.assembly.ofType('AWS::Athena::WorkGroup').map((group) => sandbox.assembly.ref(group));
  const lists = await Promise.all(workgroups.map((WorkGroup) => call('ListQueryExecutions', { WorkGroup })));
  const found = await Promise.all(
    lists
      .flatMap(({ QueryExecutionIds }) => QueryExecutionIds as string[])
      .map((QueryExecutionId) => call('GetQueryExecution', { QueryExecutionId })),
  );
  return found.map((execution) => JSON.stringify(execution));
}
