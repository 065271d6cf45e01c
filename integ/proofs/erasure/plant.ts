import { gzipSync } from 'node:zlib';
import { type AttributeValue, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CopyObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { athenaIn } from '../../kit/athena';
import type { Observer } from '../../kit/observer';
import { sdkSettings } from '../../kit/sdk-settings';
import type { RunningPlatform } from '../../systems/school-platform/platform';
import { parquetRows } from './parquet';
import { isElsewhere, OTHER_SCHOOL, type Person, SCHOOL } from './person';

/** Sends requests of teachers, and writes what only operators could. */
export interface Planter {
  register(name: string, officialId: string): Promise<Person>;
  /** Grades, behaviour and visits, by the API. */
  schoolDay(person: Person): Promise<void>;
  /** An item whose type does not fit, so that the whole of it is put into quarantine. */
  misfit(person: Person): Promise<void>;
  /** A visit whose message cannot be processed. */
  deadLetter(person: Person): Promise<void>;
  /** A student of another school with the same random id and the same sort keys, one of them in quarantine. */
  sameIdElsewhere(person: Person): Promise<void>;
  /** An export of the table, the results of a query, a file that was replaced, and what an interrupted rewrite left. */
  copies(person: Person): Promise<void>;
  /** A change that is written directly. */
  change(person: Person, sortKey: string): Promise<void>;
  /**
   * Remembers objects that have the person.
   *
   * @returns puts one into each place again, as an erasure that misses a place would leave it, and returns the names of the places
   */
  remember(person: Person): Promise<() => Promise<string[]>>;
  close(): void;
}

async function bytesOf({ Body }: GetObjectCommandOutput): Promise<Buffer> {
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

export function createPlanter(platform: RunningPlatform, observer: Observer): Planter {
  const { sandbox, tableName: TableName } = platform;
  const settings = sdkSettings(sandbox);
  const dynamodb = new DynamoDBClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const Bucket = sandbox.assembly.ref(platform.resource('AWS::S3::Bucket', '/Lake/Changes/Bucket/'));
  let requests = 0;

  async function call(method: string, path: string, body: object): Promise<Record<string, unknown>> {
    requests += 1;
    const reply = await fetch(`${platform.apiUrl}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${platform.token(SCHOOL)}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': `key-${requests}`,
      },
      body: JSON.stringify(body),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  }

  return {
    async register(name, officialId) {
      const { student } = await call('POST', '/students', { name, officialId });
      return { name, officialId, student: String(student) };
    },
    async schoolDay({ student }) {
      await call('PUT', `/students/${student}/evaluations/Maths`, { grade: 7 });
      await call('PUT', `/students/${student}/evaluations/Maths`, { grade: 8 });
      await call('PUT', `/students/${student}/evaluations/Music`, { grade: 5 });
      await call('POST', `/students/${student}/behaviour`, { kind: 'praise', points: 2 });
      await call('POST', '/visits', { student, page: '/home' });
    },
    async misfit({ student }) {
      const Key = { pk: { S: `${SCHOOL}#STUDENTS` }, sk: { S: `PROFILE#${student}` } };
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key }));
      await dynamodb.send(new PutItemCommand({ TableName, Item: { ...Item, ...Key, registeredAt: { S: 'yesterday' } } }));
      await dynamodb.send(new PutItemCommand({ TableName, Item: { ...Item, ...Key, recordedBy: { N: '1' } } }));
    },
    async sameIdElsewhere({ student }) {
      const put = (pk: string, sk: string, more: Record<string, AttributeValue>) =>
        dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: sk }, student: { S: student }, ...more } }));
      for (const item of await observer.items(TableName)) {
        const { pk, sk } = item as { readonly pk?: { readonly S?: string }; readonly sk?: { readonly S?: string } };
        if (pk?.S === `${SCHOOL}#STUDENT#${student}`)
          await put(`${OTHER_SCHOOL}#STUDENT#${student}`, String(sk?.S), { points: { N: '2' } });
      }
      await put(`${OTHER_SCHOOL}#STUDENTS`, `PROFILE#${student}`, {});
      await put(`${OTHER_SCHOOL}#EVALUATION`, `STUDENT#${student}#1`, { recordedBy: { N: '1' } });
    },
    async deadLetter({ student }) {
      const MessageBody = JSON.stringify({ student, page: 1 });
      await observer.sqs.send(new SendMessageCommand({ QueueUrl: platform.deadLetterQueueUrl, MessageBody }));
    },
    async copies({ student }) {
      const items = await observer.items(TableName);
      const lines = items.map((Item) => `${JSON.stringify({ Item })}\n`);
      const Key = 'backfill/AWSDynamoDB/1/data/items.json.gz';
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: gzipSync(lines.join('')) }));
      const workgroup = sandbox.assembly.ref(sandbox.assembly.ofType('AWS::Athena::WorkGroup')[0]);
      await athenaIn(
        sandbox,
        workgroup,
      )(`SELECT * FROM luca_lake.records_changes WHERE school = '${SCHOOL}' AND student_id = '${student}'`);
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'data/' }));
      for (const { Key: file = '' } of Contents) {
        await s3.send(
          new CopyObjectCommand({ Bucket, Key: file, CopySource: `${Bucket}/${encodeURIComponent(file)}`, MetadataDirective: 'REPLACE' }),
        );
        if (!file.includes(`=${SCHOOL}/`)) continue;
        const rewrite = file.replace(/^data\//, 'rewrites/').replace(/[^/]*$/, 'interrupted/0/');
        const [name] = file.split('/').slice(-1);
        await s3.send(new CopyObjectCommand({ Bucket, Key: `${rewrite}${name}`, CopySource: `${Bucket}/${encodeURIComponent(file)}` }));
      }
    },
    async change({ student }, sortKey) {
      const Item = { pk: { S: `${SCHOOL}#STUDENT#${student}` }, sk: { S: sortKey }, student: { S: student }, points: { N: '1' } };
      await dynamodb.send(new PutItemCommand({ TableName, Item }));
    },
    async remember({ student }) {
      const files = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'data/' }));
      const bodies = await Promise.all(
        (files.Contents ?? []).map(async ({ Key = '' }) => ({
          Key,
          Body: await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key }))),
        })),
      );
      const rows = await Promise.all(bodies.map(({ Body }) => parquetRows([Body])));
      const own = bodies.find((_, index) => rows[index].some((row) => row.includes(student) && !isElsewhere(row)));
      const item = JSON.stringify({ item: { pk: { S: `${SCHOOL}#STUDENT#${student}` }, sk: { S: 'BEHAVIOUR#left' } } });
      const put = (Key: string, Body: string | Buffer) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
      return async () => {
        await put(own?.Key ?? 'none', own?.Body ?? '');
        await put('quarantine/left', JSON.stringify({ rawData: Buffer.from(item).toString('base64') }));
        await put('backfill/left.json.gz', gzipSync(item));
        await put('results/left.csv', student);
        const rewritten = (own?.Key ?? 'none').replace(/^data\//, 'rewrites/').replace(/[^/]*$/, 'interrupted/0/left');
        await put(rewritten, own?.Body ?? '');
        // Two versions, of which the older one has the person.
        await put('rewrites/left', own?.Body ?? '');
        await put('rewrites/left', 'nothing');
        return ['files of the lake', 'rewrites', 'quarantine', 'exports', 'results of queries', 'older versions of objects'];
      };
    },
    close() {
      dynamodb.destroy();
      s3.destroy();
    },
  };
}
