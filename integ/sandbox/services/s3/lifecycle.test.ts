import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Clock } from '../../contracts';
import { startServices } from '../../start-services';
import { assemblyOf, provision, startedEngines, temporaryFolder } from '../../testing/engines';
import { services } from '..';

// Rules as those of a lake, by a clock that only this test moves.
const folder = temporaryFolder();
const { engines } = startedEngines(folder);
const DAY = 24 * 3_600_000;
const LARGE = Buffer.alloc(131_072);
let client: S3Client;
let clock: Clock & { to(time: string): Promise<void> };
let [lake, plain] = ['', ''];
const closing: (() => Promise<void> | void)[] = [];

function manualClock(from: string): typeof clock {
  let now = Date.parse(from);
  const waiting = new Set<{ readonly until: number; wake(): void }>();
  const sleep: Clock['sleep'] = (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const aborted = () => reject(signal?.reason);
      const wake = () => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      };
      waiting.add({ until: now + milliseconds, wake });
      signal?.addEventListener('abort', aborted, { once: true });
    });
  return {
    ...{ sleep, watch: sleep },
    speed: 1,
    real: (milliseconds) => milliseconds,
    now: () => now,
    async to(time) {
      now = Date.parse(time);
      for (const sleeper of waiting) {
        if (sleeper.until > now) continue;
        waiting.delete(sleeper);
        sleeper.wake();
      }
      // The rules are applied in the background, as on AWS.
      await new Promise((done) => setTimeout(done, 400));
    },
  } as typeof clock;
}

beforeAll(async () => {
  const assembly = assemblyOf(folder, (stack) => {
    new s3.Bucket(stack, 'Lake', {
      versioned: true,
      lifecycleRules: [
        {
          prefix: 'data/',
          transitions: [
            { storageClass: s3.StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(90) },
            { storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(365) },
          ],
        },
        { prefix: 'quarantine/', expiration: Duration.days(90) },
        { prefix: 'results/', expiration: Duration.days(30) },
        {
          noncurrentVersionExpiration: Duration.days(30),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
        { prefix: 'off/', expiration: Duration.days(1), enabled: false },
      ],
    });
    new s3.Bucket(stack, 'Plain', {
      lifecycleRules: [
        { prefix: 'logs/', expiration: Duration.days(1) },
        { prefix: 'archive/', transitions: [{ storageClass: s3.StorageClass.GLACIER, transitionAfter: Duration.days(1) }] },
      ],
    });
  });
  clock = manualClock('2026-01-15T10:30Z');
  await provision(assembly, engines(), clock);
  const running = await startServices(services, { assembly, engines: engines(), clock, report: () => undefined });
  closing.push(() => running.close());
  await running.ready();
  const { expiration: _, ...credentials } = running.endpoint.administrator();
  client = new S3Client({ endpoint: running.endpoint.url, region: 'us-east-1', credentials, forcePathStyle: true });
  closing.push(() => client.destroy());
  [lake, plain] = assembly.ofType('AWS::S3::Bucket').map((one) => assembly.ref(one));
}, 120_000);

afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

const put = (Bucket: string, Key: string, Body: Buffer | string = LARGE) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
const keys = async (Bucket: string) => ((await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);
/** Versions and delete markers, as `<key> version` and `<key> marker`. */
async function versions(Bucket: string): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  return [...Versions.map(({ Key }) => `${Key} version`), ...DeleteMarkers.map(({ Key }) => `${Key} marker`)].sort();
}
const classOf = async (Bucket: string, Key: string) => (await client.send(new HeadObjectCommand({ Bucket, Key }))).StorageClass;

test('each rule is applied at midnight UTC after its days, to its own folder', async () => {
  for (const key of ['data/file', 'data/replaced', 'quarantine/record', 'results/answer', 'off/kept']) await put(lake, key);
  await put(lake, 'data/small', 'less than 128 KiB');
  await put(lake, 'data/replaced');
  await client.send(new DeleteObjectCommand({ Bucket: lake, Key: 'data/small' }));
  await put(lake, 'data/small', 'less than 128 KiB');
  await put(lake, 'data/two');
  await client.send(new DeleteObjectsCommand({ Bucket: lake, Delete: { Objects: [{ Key: 'data/two' }] } }));
  const begun = await client.send(new CreateMultipartUploadCommand({ Bucket: lake, Key: 'data/incomplete' }));
  await client.send(new UploadPartCommand({ Bucket: lake, Key: 'data/incomplete', UploadId: begun.UploadId, PartNumber: 1, Body: 'x' }));
  const uploads = async () => ((await client.send(new ListMultipartUploadsCommand({ Bucket: lake }))).Uploads ?? []).length;

  await clock.to('2026-01-22T23:59Z');
  expect(await uploads()).toBe(1);
  await clock.to('2026-01-23T00:00Z');
  expect(await uploads()).toBe(0);

  await clock.to('2026-02-14T23:59Z');
  const all = ['data/file', 'data/replaced', 'data/small', 'off/kept', 'quarantine/record', 'results/answer'];
  expect(await keys(lake)).toEqual(all);
  expect(await versions(lake)).toHaveLength(11);
  // 30 days: the results, and the versions that were replaced or deleted.
  await clock.to('2026-02-15T00:00Z');
  expect(await keys(lake)).toEqual(all.slice(0, -1));
  expect(await versions(lake)).toEqual([
    ...['data/file version', 'data/replaced version', 'data/small version', 'off/kept version'],
    ...['quarantine/record version', 'results/answer marker', 'results/answer version'],
  ]);
  // 30 days after its removal, what was a result is gone for ever.
  await clock.to('2026-03-17T23:59Z');
  expect(await versions(lake)).toContain('results/answer version');
  await clock.to('2026-03-18T00:00Z');
  expect(await versions(lake)).not.toContain('results/answer version');

  await clock.to('2026-04-15T23:59Z');
  expect(await keys(lake)).toContain('quarantine/record');
  expect(await classOf(lake, 'data/file')).toBeUndefined();
  await clock.to('2026-04-16T00:00Z');
  expect(await keys(lake)).toEqual(['data/file', 'data/replaced', 'data/small', 'off/kept']);
  expect(await Promise.all(['data/file', 'data/replaced', 'data/small', 'off/kept'].map((key) => classOf(lake, key)))).toEqual([
    ...['STANDARD_IA', 'STANDARD_IA', undefined, undefined],
  ]);
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: lake, Prefix: 'data/' }));
  expect(Contents.map(({ StorageClass }) => StorageClass)).toEqual(['STANDARD_IA', 'STANDARD_IA', 'STANDARD']);

  // A replaced object is a new one. Everything that is due in a leap of the clock is done, as if each had been done in time.
  await put(lake, 'data/replaced');
  await clock.to('2027-01-20T12:00Z');
  expect(await classOf(lake, 'data/file')).toBe('GLACIER_IR');
  expect(await classOf(lake, 'data/replaced')).toBe('STANDARD_IA');
  // The record's version is gone, and then its marker.
  expect(await versions(lake)).toEqual(['data/file version', 'data/replaced version', 'data/small version', 'off/kept version']);
  expect((await (await client.send(new GetObjectCommand({ Bucket: lake, Key: 'data/file' }))).Body?.transformToByteArray())?.length).toBe(
    LARGE.length,
  );
}, 60_000);

test('a bucket without versions removes objects for ever, and an archived object cannot be read', async () => {
  await put(plain, 'logs/old');
  await put(plain, 'archive/old');
  const begun = await client.send(new CreateMultipartUploadCommand({ Bucket: plain, Key: 'logs/parts' }));
  const upload = { Bucket: plain, Key: 'logs/parts', UploadId: begun.UploadId };
  const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'x' }));
  await clock.to(new Date(clock.now() + DAY).toISOString());
  // Its age is that of the completed object.
  await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }));
  await clock.to(new Date(clock.now() + DAY).toISOString());
  expect(await keys(plain)).toEqual(['archive/old', 'logs/parts']);
  expect(await classOf(plain, 'archive/old')).toBe('GLACIER');
  await expect(client.send(new GetObjectCommand({ Bucket: plain, Key: 'archive/old' }))).rejects.toMatchObject({
    name: 'InvalidObjectState',
  });
  await put(plain, 'archive/old', 'new');
  expect(await classOf(plain, 'archive/old')).toBeUndefined();
});
