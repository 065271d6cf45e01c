import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openTenantData } from '../../app/grades/src/tenant-data';
import { closeServers, HEADERS, SCHOOL, testServer } from './fixtures';

// The audit trail finds calls by the correlation id of their request.

interface Call {
  readonly name: string;
  readonly agent: string;
}

const calls: Call[] = [];
const SESSION = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>id</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>`;

/** Answers as STS and as DynamoDB, whose table is empty. */
const aws = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const target = request.headers['x-amz-target'];
    const name = typeof target === 'string' ? target.split('.')[1] : 'AssumeRole';
    calls.push({ name, agent: String(request.headers['user-agent']) });
    const Item = { state: { S: 'active' }, pk: { S: '' } };
    response.setHeader('content-type', name === 'AssumeRole' ? 'text/xml' : 'application/x-amz-json-1.0');
    response.end(name === 'AssumeRole' ? SESSION : JSON.stringify(name === 'GetItem' ? { Item } : {}));
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  const { port } = aws.address() as AddressInfo;
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_REGION: 'eu-central-1' },
    ...{ AWS_ACCESS_KEY_ID: 'own', AWS_SECRET_ACCESS_KEY: 'own' },
  });
});
afterEach(closeServers);
afterAll(async () => {
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
  aws.closeAllConnections();
  await new Promise((resolve) => aws.close(resolve));
});

const opened = () =>
  openTenantData({ tableName: 'data', directoryTableName: 'directory', tenantRoleArn: 'arn:aws:iam::123456789012:role/tenants' });
const idIn = ({ agent }: Call) =>
  agent
    .split(' ')
    .find((word) => word.startsWith('md/correlation-id#'))
    ?.slice(18);
const idsOf = (wanted: string) => calls.filter(({ name }) => name === wanted).map(idIn);

test('each call has the id of its request, also of those that are answered at the same time', async () => {
  calls.length = 0;
  const { ask, server } = testServer({ send: async () => ({}) }, { data: opened() });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const ids = Array.from({ length: 20 }, (_, number) => `GwI-EFXvj${10 + number}_w=`);
  const replies = await Promise.all(
    ids.map((id, number) => {
      const headers = { ...HEADERS, 'x-correlation-id': id };
      const post = { method: 'POST', url: '/students/s-1/behaviour', payload: { kind: 'late', points: -1 } };
      return ask(number % 2 === 0 ? { ...post, headers } : { url: '/students', headers });
    }),
  );
  expect(replies.map(({ status }) => status)).toEqual(ids.map((_, number) => (number % 2 === 0 ? 201 : 200)));
  const expected = ids.map((id) => id.replace('=', ''));
  expect(idsOf('TransactWriteItems').sort()).toEqual(expected.filter((_, number) => number % 2 === 0));
  expect(idsOf('Query').sort()).toEqual(expected.filter((_, number) => number % 2 === 1));
  // They share one session, which was opened for the first of them.
  const [first, ...others] = [...idsOf('GetItem'), ...idsOf('AssumeRole')];
  expect([expected.includes(String(first)), others]).toEqual([true, [first]]);
});

test('a caller’s own headers, path and body are no id', async () => {
  calls.length = 0;
  const { ask } = testServer({ send: async () => ({}) }, { data: opened() });
  const forged = 'AAAAAAAA-AAA_AA';
  const headers = { ...HEADERS, 'x-correlation-id': 'own-id', 'user-agent': forged, 'idempotency-key': forged, 'x-amzn-requestid': forged };
  const { status } = await ask({
    method: 'POST',
    url: `/students/${forged}/behaviour`,
    headers,
    payload: { kind: 'late', points: 0, course: forged },
  });
  expect(status).toBe(201);
  expect(calls.map(idIn)).toEqual(['own-id', 'own-id', 'own-id']);
  for (const { agent } of calls) expect(agent).not.toContain(forged);
});

test('a call without a request has none', async () => {
  calls.length = 0;
  await opened().of(SCHOOL);
  expect(calls.map(idIn)).toEqual([undefined, undefined]);
});
