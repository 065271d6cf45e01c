import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { Engines } from '../../contracts';
import { installEngines, startEngines } from '../../engines';
import { createClock } from '../../process/clock';
import { ACCOUNT, failure, openTestEndpoint, type TestEndpoint } from '../../testing/endpoint';
import { provision } from '../../testing/engines';
import {
  assembly as build,
  clientOf,
  HISTORY,
  KEYS,
  LOCKED,
  PLAIN,
  RECORDS,
  raw,
  SEALED,
  sessionOf,
  type Watch,
  watchEngine,
} from './fixtures';

let sandbox: TestEndpoint;
let engines: Engines;
let watch: Watch;
let owner: S3Client;
const clients: S3Client[] = [];
const as = (role: string) => kept(clientOf(sandbox, sandbox.as(role)));
const kept = (client: S3Client) => {
  clients.push(client);
  return client;
};

beforeAll(async () => {
  const assembly = build();
  engines = await startEngines(await installEngines(() => {}), () => {});
  await provision(assembly, engines, createClock(1));
  watch = await watchEngine(engines.ministack);
  sandbox = await openTestEndpoint(assembly, { engines: { ...engines, ministack: watch.engine } });
  owner = as('Owner');
});
afterAll(async () => {
  for (const client of clients) {
    client.destroy();
  }
  await sandbox?.close();
  await watch?.close();
  await engines?.close();
});
beforeEach(() => {
  watch.seen.length = 0;
});

const put = (Key: string, Body = 'x', Bucket = RECORDS) => owner.send(new PutObjectCommand({ Bucket, Key, Body }));
const textOf = async (client: S3Client, Key: string, Bucket = RECORDS) =>
  (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
/** The error of a call, which must not have reached the engine. */
const rejected = async (promise: Promise<unknown>) => {
  watch.seen.length = 0;
  const error = await failure(promise);
  expect(watch.seen).toEqual([]);
  return error;
};
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

describe('a session with a tag', () => {
  let school: S3Client;
  beforeAll(async () => {
    school = kept(clientOf(sandbox, await sessionOf(sandbox, 'a-1')));
    await Promise.all([put('p/a-1/x', 'mine'), put('p/a-10/x', 'theirs'), put('p/a-1', 'neither')]);
  });

  test('reads, writes, lists and deletes within its prefix', async () => {
    expect(await textOf(school, 'p/a-1/x')).toBe('mine');
    await school.send(new PutObjectCommand({ Bucket: RECORDS, Key: 'p/a-1/y', Body: 'new' }));
    const { Contents = [] } = await school.send(new ListObjectsV2Command({ Bucket: RECORDS, Prefix: 'p/a-1/' }));
    expect(Contents.map(({ Key }) => Key)).toEqual(['p/a-1/x', 'p/a-1/y']);
    await school.send(new DeleteObjectCommand({ Bucket: RECORDS, Key: 'p/a-1/y' }));
  });

  test.each(['p/a-10/x', 'p/a-1', 'p/a-1x/y', 'p/', 'p/A-1/x', 'q/a-1/x', '/p/a-1/x', 'p//a-1/x', 'p/a-10/../a-1/x', 'p/*/x', 'p/?-1/x'])(
    'may not read, write or delete %s, and the engine is not called',
    async (Key) => {
      expect(await rejected(school.send(new GetObjectCommand({ Bucket: RECORDS, Key })))).toMatchObject({
        ...denied,
        message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/Tenant/service is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::${RECORDS}/${Key}" because no identity-based policy allows the s3:GetObject action`,
      });
      expect(await rejected(school.send(new PutObjectCommand({ Bucket: RECORDS, Key, Body: 'x' })))).toMatchObject(denied);
      expect(await rejected(school.send(new DeleteObjectCommand({ Bucket: RECORDS, Key })))).toMatchObject(denied);
    },
  );

  test.each([undefined, '', 'p', 'p/', 'p/a-1', 'p/a-10/', 'p/*/', 'p/a-10/../a-1/'])(
    'may not list the prefix %j, in either version of the operation',
    async (Prefix) => {
      expect(await rejected(school.send(new ListObjectsV2Command({ Bucket: RECORDS, Prefix })))).toMatchObject(denied);
      expect(await rejected(school.send(new ListObjectsCommand({ Bucket: RECORDS, Prefix })))).toMatchObject(denied);
    },
  );

  test('has no access without the tag, or with a tag that is a wildcard', async () => {
    for (const tag of [undefined, '', '@', '-1']) {
      const other = kept(clientOf(sandbox, await sessionOf(sandbox, tag)));
      expect(await rejected(other.send(new GetObjectCommand({ Bucket: RECORDS, Key: 'p/a-1/x' })))).toMatchObject(denied);
    }
  });

  test('cannot copy from or to another prefix', async () => {
    const copy = (CopySource: string, Key: string) => school.send(new CopyObjectCommand({ Bucket: RECORDS, CopySource, Key }));
    await copy(`${RECORDS}/p/a-1/x`, 'p/a-1/z');
    expect(await textOf(school, 'p/a-1/z')).toBe('mine');
    for (const [source, key] of [
      [`${RECORDS}/p/a-10/x`, 'p/a-1/z'],
      [`/${RECORDS}/p/a-10/x`, 'p/a-1/z'],
      [`${RECORDS}/p/a-1/../a-10/x`, 'p/a-10/z'],
      [`${RECORDS}/p%2Fa-10%2Fx`, 'p/a-1/z'],
      [`${RECORDS}/p/a-1/x`, 'p/a-10/z'],
    ]) {
      expect(await rejected(copy(source, key))).toMatchObject(denied);
    }
  });

  test('with DeleteObjects deletes only objects within its prefix, and the engine receives no others', async () => {
    await put('p/a-1/gone');
    watch.seen.length = 0;
    const Objects = ['p/a-1/gone', 'p/a-10/x', 'p/a-1'].map((Key) => ({ Key }));
    const { Deleted, Errors } = await school.send(new DeleteObjectsCommand({ Bucket: RECORDS, Delete: { Objects } }));
    expect(Deleted).toEqual([{ Key: 'p/a-1/gone' }]);
    expect(Errors).toEqual([
      {
        Key: 'p/a-10/x',
        Code: 'AccessDenied',
        Message: expect.stringContaining('s3:DeleteObject on resource: "arn:aws:s3:::records-bucket/p/a-10/x"'),
      },
      { Key: 'p/a-1', Code: 'AccessDenied', Message: expect.any(String) },
    ]);
    expect(watch.seen).toEqual([`POST /${RECORDS}?delete=`]);
    expect(await textOf(owner, 'p/a-10/x')).toBe('theirs');
    watch.seen.length = 0;
    await school.send(new DeleteObjectsCommand({ Bucket: RECORDS, Delete: { Objects: [{ Key: 'p/a-10/x' }] } }));
    expect(watch.seen).toEqual([]);
  });
});

test('the SDK writes and reads objects: whole, in ranges, with conditions, as streams, compressed', async () => {
  const Key = 'objects/a';
  const { ETag } = await owner.send(
    new PutObjectCommand({ Bucket: RECORDS, Key, Body: 'hello world', ContentType: 'text/plain', Metadata: { trace: 'Zürich' } }),
  );
  const whole = await owner.send(new GetObjectCommand({ Bucket: RECORDS, Key }));
  expect(await whole.Body?.transformToString()).toBe('hello world');
  expect(whole).toMatchObject({ ContentType: 'text/plain', ETag, ContentLength: 11, ServerSideEncryption: 'AES256' });
  const part = await owner.send(new GetObjectCommand({ Bucket: RECORDS, Key, Range: 'bytes=6-8' }));
  expect([await part.Body?.transformToString(), part.ContentRange]).toEqual(['wor', 'bytes 6-8/11']);
  expect(await owner.send(new HeadObjectCommand({ Bucket: RECORDS, Key }))).toMatchObject({ ContentLength: 11, ETag });
  expect(await failure(owner.send(new GetObjectCommand({ Bucket: RECORDS, Key, IfNoneMatch: ETag })))).toMatchObject({
    $metadata: { httpStatusCode: 304 },
  });
  expect(await failure(owner.send(new PutObjectCommand({ Bucket: RECORDS, Key, Body: 'x', IfNoneMatch: '*' })))).toMatchObject({
    name: 'PreconditionFailed',
  });
  const streamed = Buffer.alloc(100_000, 'abc');
  await owner.send(
    new PutObjectCommand({ Bucket: RECORDS, Key: 'objects/s', Body: Readable.from([streamed]), ContentLength: streamed.length }),
  );
  expect((await textOf(owner, 'objects/s'))?.length).toBe(streamed.length);
  const bytes = Buffer.from([0, 255, 1, 128, 13, 10]);
  await owner.send(new PutObjectCommand({ Bucket: RECORDS, Key: 'objects/b', Body: bytes, ContentEncoding: 'gzip' }));
  const binary = await owner.send(new GetObjectCommand({ Bucket: RECORDS, Key: 'objects/b' }));
  expect([Buffer.from((await binary.Body?.transformToByteArray()) ?? []), binary.ContentEncoding]).toEqual([bytes, 'gzip']);
  await owner.send(new PutObjectCommand({ Bucket: RECORDS, Key: 'objects/empty', Body: Buffer.alloc(0) }));
  expect(await textOf(owner, 'objects/empty')).toBe('');
});

// documented: "Signature calculations for trailing headers" (Amazon S3 API Reference)
test('a chunked body is decoded, with its trailing checksum', async () => {
  const send = (body: string, headers: Record<string, string> = {}) =>
    raw(sandbox, sandbox.as('Owner'), {
      method: 'PUT',
      path: `/${RECORDS}/chunked`,
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '5',
        'x-amz-trailer': 'x-amz-checksum-crc32',
        ...headers,
      },
      body,
    });
  const chunks = '3\r\nhel\r\n2\r\nlo\r\n0\r\n';
  const sum = 'x-amz-checksum-crc32:NhCmhg==\r\n\r\n';
  expect((await send(chunks + sum)).status).toBe(200);
  expect(await textOf(owner, 'chunked')).toBe('hello');
  expect((await owner.send(new HeadObjectCommand({ Bucket: RECORDS, Key: 'chunked' }))).ContentEncoding).toBeUndefined();
  expect((await send(`${chunks}x-amz-checksum-crc32:AAAAAA==\r\n\r\n`)).code).toBe('BadDigest');
  watch.seen.length = 0;
  expect((await send(`${chunks}\r\n`)).code).toBe('MalformedTrailerError');
  expect((await send(`3\r\nhel\r\n0\r\n${sum}`)).code).toBe('IncompleteBody');
  expect((await send(`9\r\nhel\r\n0\r\n${sum}`)).code).toBe('IncompleteBody');
  expect((await send('', { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' })).code).toBe('NotImplemented');
  expect(watch.seen).toEqual([]);
});

test('a multipart upload becomes one object, and can be aborted', async () => {
  const target = { Bucket: RECORDS, Key: 'parts/a b' };
  const { UploadId } = await owner.send(new CreateMultipartUploadCommand(target));
  const first = await owner.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: Buffer.alloc(5 * 1024 * 1024, 'a') }));
  await put('parts/source', 'tail');
  const second = await owner.send(new UploadPartCopyCommand({ ...target, UploadId, PartNumber: 2, CopySource: `${RECORDS}/parts/source` }));
  expect((await owner.send(new ListPartsCommand({ ...target, UploadId }))).Parts?.length).toBe(2);
  const Parts = [
    { PartNumber: 1, ETag: first.ETag },
    { PartNumber: 2, ETag: second.CopyPartResult?.ETag },
  ];
  const done = await owner.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
  expect(done.Location).toBe(`https://${RECORDS}.s3.us-east-1.amazonaws.com/parts/a%20b`);
  expect(await owner.send(new HeadObjectCommand(target))).toMatchObject({ ContentLength: 5 * 1024 * 1024 + 4 });
  const other = await owner.send(new CreateMultipartUploadCommand(target));
  await owner.send(new AbortMultipartUploadCommand({ ...target, UploadId: other.UploadId }));
  expect(await failure(owner.send(new ListPartsCommand({ ...target, UploadId: other.UploadId })))).toMatchObject({ name: 'NoSuchUpload' });
  expect(await rejected(as('Reader').send(new CreateMultipartUploadCommand(target)))).toMatchObject(denied);
});

test('a part goes into an upload of its own key only, also as a copy', async () => {
  const target = { Bucket: RECORDS, Key: 'parts/own' };
  const { UploadId } = await owner.send(new CreateMultipartUploadCommand(target));
  await put('parts/source', 'forged');
  const other = { Bucket: RECORDS, Key: 'parts/other', UploadId };
  const attempts = [
    new UploadPartCommand({ ...other, PartNumber: 1, Body: 'forged' }),
    new UploadPartCopyCommand({ ...other, PartNumber: 1, CopySource: `${RECORDS}/parts/source` }),
    new CompleteMultipartUploadCommand({ ...other, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: 'e' }] } }),
    new AbortMultipartUploadCommand(other),
    new ListPartsCommand(other),
  ];
  for (const attempt of attempts)
    expect(await failure(owner.send(attempt as UploadPartCommand))).toMatchObject({
      name: 'NoSuchUpload',
      $metadata: { httpStatusCode: 404 },
    });
  expect((await owner.send(new ListPartsCommand({ ...target, UploadId }))).Parts ?? []).toEqual([]);
});

test('listings support pages, prefixes and versions', async () => {
  await Promise.all(['l/1', 'l/2', 'l/sub/3'].map((key) => put(key)));
  const page = await owner.send(new ListObjectsV2Command({ Bucket: RECORDS, Prefix: 'l/', Delimiter: '/', MaxKeys: 1 }));
  expect([page.Contents?.map(({ Key }) => Key), page.IsTruncated]).toEqual([['l/1'], true]);
  const rest = await owner.send(
    new ListObjectsV2Command({ Bucket: RECORDS, Prefix: 'l/', Delimiter: '/', ContinuationToken: page.NextContinuationToken }),
  );
  expect([rest.Contents?.map(({ Key }) => Key), rest.CommonPrefixes]).toEqual([['l/2'], [{ Prefix: 'l/sub/' }]]);
  const { Buckets } = await owner.send(new ListBucketsCommand({}));
  expect(Buckets?.map(({ Name }) => Name)).toEqual([HISTORY, KEYS, LOCKED, PLAIN, RECORDS, SEALED]);
  expect(await rejected(as('Reader').send(new ListBucketsCommand({})))).toMatchObject(denied);
  await owner.send(new HeadBucketCommand({ Bucket: RECORDS }));
  expect(await rejected(as('Reader').send(new HeadBucketCommand({ Bucket: RECORDS })))).toMatchObject({
    $metadata: { httpStatusCode: 403 },
  });
  expect((await owner.send(new GetBucketLocationCommand({ Bucket: RECORDS }))).$metadata.httpStatusCode).toBe(200);
});

test('a version requires its own action', async () => {
  const { VersionId } = await put('v', 'old', HISTORY);
  await put('v', 'new', HISTORY);
  const target = { Bucket: HISTORY, Key: 'v', VersionId };
  const old = await owner.send(new GetObjectCommand(target));
  expect(await old.Body?.transformToString()).toBe('old');
  expect(await owner.send(new HeadObjectCommand(target))).toMatchObject({ ContentLength: 3, VersionId });
  expect((await owner.send(new ListObjectVersionsCommand({ Bucket: HISTORY }))).Versions?.length).toBe(2);
  const current = as('Current');
  expect(await textOf(current, 'v', HISTORY)).toBe('new');
  for (const command of [new GetObjectCommand(target), new DeleteObjectCommand(target)]) {
    expect((await rejected(current.send(command as GetObjectCommand))).message).toMatch(/s3:(Get|Delete)ObjectVersion on resource/);
  }
  const many = { Bucket: HISTORY, Delete: { Objects: [{ Key: 'v', VersionId }] } };
  expect((await current.send(new DeleteObjectsCommand(many))).Errors).toMatchObject([{ Key: 'v', VersionId, Code: 'AccessDenied' }]);
  expect(await rejected(current.send(new ListObjectVersionsCommand({ Bucket: HISTORY })))).toMatchObject(denied);
  expect(
    await rejected(current.send(new CopyObjectCommand({ Bucket: HISTORY, Key: 'w', CopySource: `${HISTORY}/v?versionId=${VersionId}` }))),
  ).toMatchObject(denied);
});

// documented: GetObject and HeadObject (Amazon S3 API Reference), Permissions
test('only a caller who may list the bucket learns that an object is missing', async () => {
  const missing = { Bucket: RECORDS, Key: 'missing' };
  const [reader, lister] = [as('Reader'), as('Lister')];
  expect(await failure(lister.send(new GetObjectCommand(missing)))).toMatchObject({
    name: 'NoSuchKey',
    $metadata: { httpStatusCode: 404 },
  });
  expect(await failure(lister.send(new HeadObjectCommand(missing)))).toMatchObject({ $metadata: { httpStatusCode: 404 } });
  expect(await failure(reader.send(new GetObjectCommand(missing)))).toMatchObject({
    ...denied,
    message: expect.stringContaining(`s3:ListBucket on resource: "arn:aws:s3:::${RECORDS}" because no identity-based policy allows`),
  });
  expect(await failure(reader.send(new HeadObjectCommand(missing)))).toMatchObject({ $metadata: { httpStatusCode: 403 } });
  expect(sandbox.calls.at(-1)).toMatchObject({ operation: 'HeadObject', error: 'AccessDenied', denied: { action: 's3:ListBucket' } });
  expect(await rejected(reader.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'a' })))).toMatchObject({
    name: 'NoSuchBucket',
    $metadata: { httpStatusCode: 404 },
  });
});

test('the bucket policy is evaluated, and so are the headers of a new object', async () => {
  expect((await rejected(put('locked/a'))).message).toMatch('with an explicit deny in a resource-based policy');
  const writer = as('Writer');
  const target = { Bucket: RECORDS, Key: 'w', Body: 'x' };
  await writer.send(new PutObjectCommand(target));
  for (const [more, action] of [
    [{ ACL: 'public-read' }, 's3:PutObjectAcl'],
    [{ GrantRead: 'id=1' }, 's3:PutObjectAcl'],
    [{ Tagging: 'a=b' }, 's3:PutObjectTagging'],
    [{ ObjectLockLegalHoldStatus: 'ON' }, 's3:PutObjectLegalHold'],
  ] as const) {
    expect((await rejected(writer.send(new PutObjectCommand({ ...target, ...more })))).message).toMatch(`perform: ${action} on`);
  }
  expect(await failure(owner.send(new PutObjectCommand({ ...target, ACL: 'public-read' })))).toMatchObject({
    name: expect.stringMatching(/AccessControlListNotSupported|AccessDenied/),
  });
  const encrypting = as('Encrypting');
  expect(await rejected(encrypting.send(new PutObjectCommand(target)))).toMatchObject(denied);
  await encrypting.send(new PutObjectCommand({ ...target, ServerSideEncryption: 'AES256' }));
});

test('condition keys of a listing are set only if the request has the parameters', async () => {
  const list = (role: string, more: object) => as(role).send(new ListObjectsV2Command({ Bucket: RECORDS, ...more }));
  await list('Few', { MaxKeys: 10 });
  expect(await rejected(list('Few', { MaxKeys: 11 }))).toMatchObject(denied);
  expect(await rejected(list('Few', {}))).toMatchObject(denied);
  await list('Flat', {});
  expect(await rejected(list('Flat', { Prefix: 'a' }))).toMatchObject(denied);
  const bare = await raw(sandbox, sandbox.as('Flat'), { path: `/${RECORDS}`, query: { 'list-type': '2', prefix: '' } });
  expect([bare.status, bare.code]).toEqual([403, 'AccessDenied']);
});

test('the tags of an object and of a request are condition keys', async () => {
  const labelled = as('Labelled');
  const tag = (Key: string, value: string) =>
    new PutObjectTaggingCommand({ Bucket: RECORDS, Key, Tagging: { TagSet: [{ Key: 'class', Value: value }] } });
  await put('t/a');
  expect(await failure(textOf(labelled, 't/a'))).toMatchObject(denied);
  expect(await failure(labelled.send(tag('t/a', 'shut')))).toMatchObject(denied);
  await labelled.send(tag('t/a', 'open'));
  expect((await owner.send(new GetObjectTaggingCommand({ Bucket: RECORDS, Key: 't/a' }))).TagSet).toEqual([
    { Key: 'class', Value: 'open' },
  ]);
  expect(await textOf(labelled, 't/a')).toBe('x');
  await labelled.send(new PutObjectCommand({ Bucket: RECORDS, Key: 't/b', Body: 'b', Tagging: 'class=open' }));
  expect(
    await failure(labelled.send(new PutObjectCommand({ Bucket: RECORDS, Key: 't/b', Body: 'b', Tagging: 'class=shut' }))),
  ).toMatchObject(denied);
});

// documented: "Using server-side encryption with AWS KMS keys (SSE-KMS)" and "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys"
test('the encryption context is the ARN of the object, or of the bucket with an S3 Bucket Key', async () => {
  const write = (role: string, Bucket: string, Key = 'a') => as(role).send(new PutObjectCommand({ Bucket, Key, Body: 'secret' }));
  const sealed = await write('BucketKeyed', SEALED);
  expect(sealed).toMatchObject({
    ServerSideEncryption: 'aws:kms',
    BucketKeyEnabled: true,
    SSEKMSKeyId: expect.stringMatching(/^arn:aws:kms:/),
  });
  expect(await textOf(as('BucketKeyed'), 'a', SEALED)).toBe('secret');
  expect((await rejected(write('Keyless', SEALED))).message).toMatch('perform: kms:GenerateDataKey on resource: arn:aws:kms:');
  expect(await failure(textOf(as('Keyless'), 'a', SEALED))).toMatchObject({ ...denied, message: expect.stringContaining('kms:Decrypt') });
  await as('Keyless').send(new HeadObjectCommand({ Bucket: SEALED, Key: 'a' }));
  await write('ObjectKeyed', PLAIN);
  expect(await textOf(as('ObjectKeyed'), 'a', PLAIN)).toBe('secret');
  expect(await rejected(write('ObjectKeyed', PLAIN, 'b'))).toMatchObject(denied);
  expect(await rejected(write('ObjectKeyed', SEALED))).toMatchObject(denied);
  expect(await rejected(write('BucketKeyed', PLAIN))).toMatchObject(denied);
  await write('WriteOnly', PLAIN, 'w');
  expect(await failure(textOf(as('WriteOnly'), 'w', PLAIN))).toMatchObject(denied);
});

test('a copy requires the key of its source, a multipart upload its own key', async () => {
  await put('source', 'secret', SEALED);
  const writeOnly = as('WriteOnly');
  watch.seen.length = 0;
  const copy = new CopyObjectCommand({ Bucket: RECORDS, Key: 'stolen', CopySource: `${SEALED}/source` });
  expect((await failure(writeOnly.send(copy))).message).toMatch('kms:Decrypt');
  expect(watch.seen).toEqual([`HEAD /${SEALED}/source`]);
  const target = { Bucket: SEALED, Key: 'parts' };
  const { UploadId } = await writeOnly.send(new CreateMultipartUploadCommand(target));
  expect((await rejected(writeOnly.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'x' })))).message).toMatch(
    'kms:Decrypt',
  );
});

test.each([
  ['GET', '?acl', `/${RECORDS}`, 'GET ?acl of a bucket'],
  ['PUT', '?policy', `/${RECORDS}`, 'PUT ?policy of a bucket'],
  ['GET', '?lifecycle', `/${RECORDS}`, 'GET ?lifecycle of a bucket'],
  ['GET', '?acl', `/${RECORDS}/a`, 'GET ?acl of an object'],
  ['PUT', '?retention', `/${RECORDS}/a`, 'PUT ?retention of an object'],
  ['PUT', '', `/${RECORDS}`, 'PUT of a bucket'],
  ['DELETE', '', `/${RECORDS}`, 'DELETE of a bucket'],
  ['GET', '?x-amz-acl', `/${RECORDS}/a`, 'GET ?x-amz-acl of an object'],
])('%s %s of %s is rejected by name', async (method, parameter, path, what) => {
  const query = parameter === '' ? {} : { [parameter.slice(1)]: '' };
  const answer = await raw(sandbox, sandbox.as('Owner'), { method, path, query });
  expect([answer.status, answer.code]).toEqual([501, 'NotImplemented']);
  expect(answer.text).toContain(`The sandbox does not support ${what}<`);
  expect(watch.seen).toEqual([]);
});

test('an unknown header is rejected by name', async () => {
  const headers = { 'x-amz-object-annotation-directive': 'COPY' };
  const answer = await raw(sandbox, sandbox.as('Owner'), { path: `/${RECORDS}/a`, headers });
  expect(answer.text).toContain('The sandbox does not support the header x-amz-object-annotation-directive of GetObject');
  const copied = await raw(sandbox, sandbox.as('Owner'), {
    method: 'PUT',
    path: `/${RECORDS}/a`,
    query: { tagging: '' },
    headers: { 'x-amz-copy-source': `${RECORDS}/b` },
  });
  expect(copied.code).toBe('NotImplemented');
  expect(watch.seen).toEqual([]);
});

describe('the caller', () => {
  const read = { path: `/${RECORDS}/who` };
  beforeAll(() => put('who', 'me'));
  const codes = async (request: Parameters<typeof raw>[2], credentials = sandbox.as('Owner')) => {
    const { status, code } = await raw(sandbox, credentials, request);
    return [status, code];
  };

  test('the bucket may be in the host name, as in calls of functions', async () => {
    for (const host of [`${RECORDS}.s3.us-east-1.amazonaws.com`, `${RECORDS}.s3.amazonaws.com`]) {
      expect(await raw(sandbox, sandbox.as('Owner'), { path: '/who', host })).toMatchObject({ status: 200, text: 'me' });
    }
    expect(await codes({ path: `/${RECORDS}/who`, host: 's3.us-east-1.amazonaws.com' })).toEqual([200, undefined]);
    expect(await codes({ path: '/p/a-1/x', host: `${RECORDS}.s3.us-east-1.amazonaws.com` }, sandbox.as('Remover'))).toEqual([
      403,
      'AccessDenied',
    ]);
    expect(await codes({ path: '/who', host: `${RECORDS}.s3.eu-west-1.amazonaws.com` })).toEqual([301, 'PermanentRedirect']);
  });

  test('a path, host, query, method or header that differs from the signed one is rejected', async () => {
    const mismatch = [403, 'SignatureDoesNotMatch'];
    expect(await codes({ ...read, signedPath: `/${RECORDS}/other` })).toEqual(mismatch);
    expect(await codes({ ...read, signedPath: `/${RECORDS}/x/../who` })).toEqual(mismatch);
    expect(
      await codes({
        ...read,
        tamper: ({ headers }) => {
          headers.host = 'plain-bucket.s3.us-east-1.amazonaws.com';
        },
      }),
    ).toEqual(mismatch);
    expect(
      await codes({
        ...read,
        tamper: (options) => {
          options.path += '?versionId=1';
        },
      }),
    ).toEqual(mismatch);
    expect(
      await codes({
        ...read,
        tamper: (options) => {
          options.method = 'DELETE';
        },
      }),
    ).toEqual(mismatch);
    expect(
      await codes({
        ...read,
        tamper: ({ headers }) => {
          headers['x-amz-acl'] = 'public-read';
        },
      }),
    ).toEqual([403, 'AccessDenied']);
    expect(await codes({ method: 'PUT', path: `/${RECORDS}/h`, headers: { 'x-amz-content-sha256': '0'.repeat(64) }, body: 'x' })).toEqual([
      400,
      'XAmzContentSHA256Mismatch',
    ]);
    expect(watch.seen).toEqual([]);
  });

  test('an unknown access key, a wrong secret and a missing signature are rejected with the error of S3', async () => {
    const keys = sandbox.as('Owner');
    expect(await codes(read, { ...keys, accessKeyId: 'AKIAUNKNOWN' })).toEqual([403, 'InvalidAccessKeyId']);
    expect(await codes(read, { ...keys, secretAccessKey: 'wrong' })).toEqual([403, 'SignatureDoesNotMatch']);
    const nobody = await raw(sandbox, undefined, { path: '/who', host: `${RECORDS}.s3.us-east-1.amazonaws.com` });
    expect([nobody.status, nobody.code]).toEqual([403, 'AccessDenied']);
    expect(nobody.headers['content-type']).toBe('application/xml');
  });

  test('a presigned URL has the permissions of its signer until it expires', async () => {
    expect(await raw(sandbox, sandbox.as('Owner'), { ...read, presign: 60 })).toMatchObject({ status: 200, text: 'me' });
    expect(await codes({ ...read, presign: 60 }, sandbox.as('Writer'))).toEqual([403, 'AccessDenied']);
    expect(await codes({ ...read, presign: 60, signedAt: new Date(Date.now() - 61_000) })).toEqual([403, 'AccessDenied']);
    expect(
      await codes({
        ...read,
        presign: 60,
        tamper: (options) => {
          options.path = options.path?.replace('/who', '/p/a-1/x');
        },
      }),
    ).toEqual([403, 'SignatureDoesNotMatch']);
    expect(
      await codes({
        ...read,
        presign: 60,
        tamper: (options) => {
          options.path += '&X-Amz-Acl=private';
        },
      }),
    ).toEqual([403, 'SignatureDoesNotMatch']);
    const headers = { 'x-amz-tagging': 'a=b' };
    const hoisted = { method: 'PUT', path: `/${RECORDS}/hoisted`, presign: 60, headers };
    expect(await codes(hoisted)).toEqual([200, undefined]);
    // The signer moves the header to the query, and policies still see it.
    expect(await codes(hoisted, sandbox.as('Writer'))).toEqual([403, 'AccessDenied']);
  });
});
