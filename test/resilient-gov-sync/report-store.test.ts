import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import type { LakeReportsSettings } from '../../src/resilient-gov-sync/lake-reports-settings';
import { awsDependencies } from '../../src/resilient-gov-sync/lambda/lake-reports/aws-dependencies';
import { reportStore } from '../../src/resilient-gov-sync/lambda/report-store';

const KEY = 'source/2026Q4/north-high.json';
const destination = { bucket: 'reports', prefix: 'source/2026Q4/' };

/** A server that keeps the metadata of an object as S3 does, or answers with an error. */
const stored: { headers: IncomingHttpHeaders; error?: readonly [status: number, code: string] } = { headers: {} };
let server: Server;
const before = { ...process.env };

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    if (request.method === 'PUT') {
      stored.headers = request.headers;
      response.end();
      return;
    }
    const [status, code] = stored.error ?? [200, ''];
    const notMade = stored.headers['x-amz-meta-not-made'];
    response.writeHead(status, notMade === undefined ? {} : { 'x-amz-meta-not-made': notMade });
    response.end(status === 200 ? 'the reason' : `<Error><Code>${code}</Code><Message>No.</Message></Error>`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'key',
  });
});
afterAll(() => {
  process.env = before;
  server.close();
});
beforeEach(() => {
  stored.headers = {};
  stored.error = undefined;
});

const store = () => reportStore(new S3Client({ forcePathStyle: true, maxAttempts: 1 }), 'reports');

/** The source of a lake. Its client has no setting for paths: the bucket is a part of the host name, unless that is an address. */
const source = () =>
  awsDependencies({ BUCKET: 'lake' } as LakeReportsSettings)({ period: { name: '2026Q4', start: '', end: '' }, destination }, () => 0);

test.each([
  ['of a field in Czech', 'the field příjmení has a value in the result of the query that is no exact'],
  ['of a field in Japanese', 'the field 成績 has a value in the result of the query that is no exact'],
  ['with a line break and a %', 'line 1\nline 2, 50%'],
  ['with half a character', 'a\ud800b', 'a\ufffdb'],
])('the reason %s reaches the list as metadata', async (_, reason, read = reason) => {
  await source().put('north-high', reason, reason);
  expect(stored.headers['x-amz-meta-not-made']).toMatch(/^[ -~]+$/);
  expect(await store().readSource(KEY)).toMatchObject({ notMade: read });
});

test('a long reason is cut at a character, so that S3 takes it', async () => {
  await source().put('north-high', 'x', '成'.repeat(1_000));
  expect(String(stored.headers['x-amz-meta-not-made']).length).toBeLessThan(1_801);
  expect(await store().readSource(KEY)).toMatchObject({ notMade: '成'.repeat(200) });
});

test('a reason that a function of the user did not encode is read as it is', async () => {
  stored.headers = { 'x-amz-meta-not-made': '50% of the rows' };
  expect(await store().readSource(KEY)).toMatchObject({ notMade: '50% of the rows' });
});

test.each([
  [403, 'AccessDenied'],
  [403, 'InvalidObjectState'],
  [400, 'InvalidRequest'],
  [400, 'KMS.DisabledException'],
  [400, 'KMS.NotFoundException'],
])('%i %s is about one file', async (status, code) => {
  stored.error = [status, code];
  expect(await store().readSource(KEY)).toEqual({ unreadable: code });
});

test.each([
  [503, 'SlowDown'],
  [400, 'KMS.ThrottlingException'],
  [500, 'KMS.KMSInternalException'],
  [400, 'RequestTimeout'],
  [400, 'ExpiredToken'],
  [404, 'NoSuchKey'],
])('%i %s is not, and is tried again', async (status, code) => {
  stored.error = [status, code];
  await expect(store().readSource(KEY)).rejects.toMatchObject({ name: code });
});
