import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Engines } from '../../contracts';
import { installEngines, startEngines } from '../../engines';
import { createClock } from '../../process/clock';
import { failure, openTestEndpoint, type TestEndpoint } from '../../testing/endpoint';
import { provision } from '../../testing/engines';
import { assembly as build, clientOf, LOCKED, PLAIN, raw } from './fixtures';

let sandbox: TestEndpoint;
let engines: Engines;
let owner: S3Client;
/** May delete objects and versions, and has no permission about locks. */
let deleting: S3Client;

beforeAll(async () => {
  const assembly = build();
  engines = await startEngines(await installEngines(() => {}), () => {});
  await provision(assembly, engines, createClock(1));
  sandbox = await openTestEndpoint(assembly, { engines });
  owner = clientOf(sandbox, sandbox.as('Owner'));
  deleting = clientOf(sandbox, sandbox.as('Deleting'));
});
afterAll(async () => {
  for (const client of [owner, deleting]) client?.destroy();
  await sandbox?.close();
  await engines?.close();
});

const DAY = 86_400_000;
const put = async (Key: string, more: Partial<PutObjectCommandInput> = {}, client = owner) =>
  (await client.send(new PutObjectCommand({ Bucket: LOCKED, Key, Body: 'x', ...more }))).VersionId ?? '';
const compliance = () => ({ ObjectLockMode: 'COMPLIANCE' as const, ObjectLockRetainUntilDate: new Date(Date.now() + DAY) });
const remove = (client: S3Client, Key: string, VersionId: string, BypassGovernanceRetention?: boolean) =>
  client.send(new DeleteObjectCommand({ Bucket: LOCKED, Key, VersionId, BypassGovernanceRetention }));
const PROTECTED = {
  name: 'AccessDenied',
  message: 'Access Denied because object protected by object lock.',
  $metadata: { httpStatusCode: 403 },
};

test('a new object has the default retention of its bucket, and the caller needs no permission for it', async () => {
  const VersionId = await put('default', {}, deleting);
  const { Retention } = await owner.send(new GetObjectRetentionCommand({ Bucket: LOCKED, Key: 'default', VersionId }));
  expect(Retention?.Mode).toBe('GOVERNANCE');
  expect(((Retention?.RetainUntilDate?.getTime() ?? 0) - Date.now()) / DAY).toBeCloseTo(30, 1);
});

// documented: GetObject and HeadObject (Amazon S3 API Reference), x-amz-object-lock-mode
test('the lock of an object is shown only with the permission to read it', async () => {
  await put('shown', { ObjectLockLegalHoldStatus: 'ON', ...compliance() });
  const head = (client: S3Client) => client.send(new HeadObjectCommand({ Bucket: LOCKED, Key: 'shown' }));
  expect(await head(owner)).toMatchObject({ ObjectLockMode: 'COMPLIANCE', ObjectLockLegalHoldStatus: 'ON' });
  const { ObjectLockMode, ObjectLockRetainUntilDate, ObjectLockLegalHoldStatus } = await head(deleting);
  expect([ObjectLockMode, ObjectLockRetainUntilDate, ObjectLockLegalHoldStatus]).toEqual([undefined, undefined, undefined]);
  expect(await failure(deleting.send(new GetObjectRetentionCommand({ Bucket: LOCKED, Key: 'shown' })))).toMatchObject({
    message: expect.stringContaining('perform: s3:GetObjectRetention on'),
  });
});

test('a locked version in governance mode is deleted only by a caller who may bypass it, and says so', async () => {
  const version = await put('governance');
  expect(await failure(remove(deleting, 'governance', version))).toMatchObject(PROTECTED);
  expect(await failure(remove(deleting, 'governance', version, true))).toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('perform: s3:BypassGovernanceRetention on'),
  });
  expect(await failure(remove(owner, 'governance', version))).toMatchObject(PROTECTED);
  await remove(owner, 'governance', version, true);
  expect(await failure(owner.send(new GetObjectCommand({ Bucket: LOCKED, Key: 'governance' })))).toMatchObject({ name: 'NoSuchKey' });
});

test('a locked version in compliance mode, or with a legal hold, is deleted by nobody', async () => {
  for (const [key, lock] of [
    ['compliance', compliance()],
    ['hold', { ObjectLockLegalHoldStatus: 'ON' as const }],
  ] as const) {
    const version = await put(key, lock);
    expect(await failure(remove(owner, key, version, true))).toMatchObject(PROTECTED);
  }
});

test('DeleteObjects deletes what is not locked, and has an error for each locked version', async () => {
  const versions = [await put('many', compliance()), await put('many', { Body: 'y' })];
  const Objects = versions.map((VersionId) => ({ Key: 'many', VersionId }));
  const Delete = { Objects };
  const { Deleted, Errors } = await owner.send(new DeleteObjectsCommand({ Bucket: LOCKED, Delete, BypassGovernanceRetention: true }));
  expect(Deleted?.map(({ VersionId }) => VersionId)).toEqual([versions[1]]);
  expect(Errors).toEqual([{ Key: 'many', VersionId: versions[0], Code: 'AccessDenied', Message: PROTECTED.message }]);
});

test('a locked object can be hidden by a delete marker and by a new version, and its version stays', async () => {
  const version = await put('hidden', compliance());
  await deleting.send(new DeleteObjectCommand({ Bucket: LOCKED, Key: 'hidden' }));
  // A delete marker counts as no object for If-None-Match.
  await put('hidden', { Body: 'z', IfNoneMatch: '*' });
  const { Versions = [], DeleteMarkers = [] } = await owner.send(new ListObjectVersionsCommand({ Bucket: LOCKED, Prefix: 'hidden' }));
  expect([Versions.length, DeleteMarkers.length]).toEqual([2, 1]);
  const { Body } = await owner.send(new GetObjectCommand({ Bucket: LOCKED, Key: 'hidden', VersionId: version }));
  expect(await Body?.transformToString()).toBe('x');
});

test('a lock in the request needs s3:PutObjectRetention', async () => {
  expect(await failure(put('own', compliance(), deleting))).toMatchObject({
    message: expect.stringContaining('perform: s3:PutObjectRetention on'),
  });
});

test.each<[why: string, lock: Partial<PutObjectCommandInput>, message: string]>([
  [
    'without its date',
    { ObjectLockMode: 'COMPLIANCE' },
    'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
  ],
  ['in the past', { ...compliance(), ObjectLockRetainUntilDate: new Date(0) }, 'The retain until date must be in the future!'],
  ['of an unknown mode', { ...compliance(), ObjectLockMode: 'FOREVER' as never }, 'Unknown wormMode directive.'],
])('a lock %s is rejected', async (_, lock, message) => {
  expect(await failure(put('bad', lock))).toMatchObject({ name: 'InvalidArgument', message });
});

test('a lock needs a checksum of the object, and a bucket with Object Lock', async () => {
  const headers = {
    'x-amz-object-lock-mode': 'COMPLIANCE',
    'x-amz-object-lock-retain-until-date': new Date(Date.now() + DAY).toISOString(),
  };
  const answer = await raw(sandbox, sandbox.as('Owner'), { method: 'PUT', path: `/${LOCKED}/unchecked`, headers, body: 'x' });
  expect([answer.status, answer.code]).toEqual([400, 'InvalidRequest']);
  expect(await failure(put('elsewhere', { Bucket: PLAIN, ...compliance() }))).toMatchObject({
    name: 'InvalidRequest',
    message: 'Bucket is missing ObjectLockConfiguration',
  });
});
