import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Call, Credentials, DenialNotice, OwnRequest } from '../contracts';
import { NotSendable } from '../protocol/http';
import { assemble, openTestEndpoint, roleArn, type TestEndpoint } from '../testing/endpoint';
import { sign } from '../testing/sign';

let sandbox: TestEndpoint;
const denials: DenialNotice[] = [];

beforeAll(async () => {
  const assembly = assemble((stack) => {
    const assumedBy = new iam.ServicePrincipal('apigateway.amazonaws.com');
    const queue = new sqs.Queue(stack, 'Queue', { queueName: 'inbox' });
    queue.grantSendMessages(new iam.Role(stack, 'Sender', { roleName: 'Sender', assumedBy }));
    new iam.Role(stack, 'Idle', { roleName: 'Idle', assumedBy });
  });
  sandbox = await openTestEndpoint(assembly, { engines: true });
  sandbox.endpoint.onDenial((denial) => denials.push(denial));
});
afterAll(() => sandbox.close());

const of = (role: string) => sandbox.endpoint.assumeAsService(roleArn(role), 'apigateway.amazonaws.com', 'session');
const send = (credentials: Credentials, more: Partial<OwnRequest> = {}): OwnRequest => ({
  credentials,
  service: 'sqs',
  region: 'us-east-1',
  method: 'POST',
  url: '/123456789012/inbox',
  headers: { host: 'sqs.us-east-1.amazonaws.com', accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
  body: Buffer.from('Action=SendMessage&MessageBody=hello'),
  ...more,
});

/** The outcome of a request: its response without IDs, dates and hashes, its record, and its denials. */
async function outcome(way: (request: OwnRequest) => Promise<{ status: number; headers: Headers; body: string }>, request: OwnRequest) {
  const from = [sandbox.calls.length, denials.length];
  const { status, headers, body } = await way(request);
  const { at: _, milliseconds: __, ...call } = sandbox.calls[from[0]] as Call;
  const denied = denials.slice(from[1]);
  const shown = [...headers]
    .filter(([name]) => !['connection', 'keep-alive', 'content-length'].includes(name))
    .map(([name, value]) => [name, masked(value)]);
  return { status, headers: shown.sort(), body: masked(body), calls: sandbox.calls.length - from[0], call, denied };
}

const masked = (text: string) =>
  text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID').replace(/\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/g, 'DATE');

async function overHttp({ credentials, service, region, ...request }: OwnRequest) {
  const headers = await sign(request, credentials, { service, region });
  const { host: _, ...others } = headers;
  // fetch sets the Host header from the URL, which is not the signed one.
  const signed = await sign({ ...request, headers: { ...request.headers, host: new URL(sandbox.endpoint.url).host } }, credentials, {
    service,
    region,
  });
  const { authorization } = signed;
  const response = await fetch(`${sandbox.endpoint.url}${request.url}`, {
    method: request.method,
    headers: { ...others, authorization },
    body: request.body,
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

async function inProcess(request: OwnRequest) {
  const { status, headers, body } = await sandbox.endpoint.call(request);
  return { status, headers: new Headers(headers), body: body.toString() };
}

describe('an internal call has the same outcome as the signed request', () => {
  test.each<[string, () => OwnRequest, number]>([
    ['allowed', () => send(of('Sender')), 200],
    ['denied by the policies', () => send(of('Idle')), 403],
    ['of an unknown access key', () => send({ ...of('Sender'), accessKeyId: 'ASIAUNKNOWN' }), 403],
    ['with another token', () => send({ ...of('Sender'), sessionToken: 'other' }), 403],
    ['with another secret', () => send({ ...of('Sender'), secretAccessKey: 'other' }), 403],
    ['for another Region', () => send(of('Sender'), { region: 'eu-west-1' }), 403],
    ['of an unsupported service', () => send(of('Sender'), { service: 'sns' }), 501],
    ['of an unsupported operation', () => send(of('Sender'), { body: Buffer.from('Action=Dance') }), 400],
    ['with an invalid body', () => send(of('Sender'), { body: Buffer.from('Action=SendMessage&MessageBody=%') }), 400],
    ['that the service rejects', () => send(of('Sender'), { body: Buffer.from('Action=SendMessage&MessageBody=%07') }), 400],
    ['of the other protocol', () => json(of('Sender')), 200],
    ['denied in the other protocol', () => json(of('Idle')), 403],
  ])('%s', async (_, make, status) => {
    const request = make();
    const own = await outcome(inProcess, request);
    expect(own).toMatchObject({ status, calls: 1 });
    expect(own).toEqual(await outcome(overHttp, request));
  });

  const json = (credentials: Credentials) =>
    send(credentials, {
      url: '/',
      headers: {
        host: 'sqs.us-east-1.amazonaws.com',
        'x-amz-target': 'AmazonSQS.SendMessage',
        'content-type': 'application/x-amz-json-1.0',
      },
      body: Buffer.from(JSON.stringify({ QueueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/inbox', MessageBody: 'hello' })),
    });
});

test('expired credentials are rejected with ExpiredToken', async () => {
  const now = jest.spyOn(Date, 'now');
  const credentials = of('Sender');
  now.mockReturnValue((credentials.expiration ?? 0) + 1);
  const { body } = await inProcess(send(credentials));
  now.mockRestore();
  expect(body).toContain('ExpiredToken');
});

test('gets the faults and delays of the service', async () => {
  const undo = sandbox.endpoint.inject({ service: 'sqs', operation: 'SendMessage', code: 'InternalFailure' });
  expect(await inProcess(send(of('Sender')))).toMatchObject({ status: 500, body: expect.stringContaining('InternalFailure') });
  undo();
  sandbox.endpoint.delay('sqs', 200);
  const started = performance.now();
  await inProcess(send(of('Sender')));
  expect(performance.now() - started).toBeGreaterThan(190);
  sandbox.endpoint.delay('sqs', 0);
});

test('gets the faults of its role, and not those of another one', async () => {
  const arn = roleArn('Sender');
  const fault = { service: 'sqs', operation: 'SendMessage', code: 'InternalFailure' };
  const ends = [sandbox.endpoint.inject({ ...fault, roleArn: `${arn}x` })];
  expect(await inProcess(send(of('Sender')))).toMatchObject({ status: 200 });
  ends.push(sandbox.endpoint.inject({ ...fault, roleArn: arn, calls: [1] }));
  expect(await inProcess(send(of('Sender')))).toMatchObject({ status: 500 });
  for (const end of ends) end();
});

test('fails if the response is lost, after the engine has executed it', async () => {
  const before = sandbox.calls.length;
  const undo = sandbox.endpoint.inject({ service: 'sqs', operation: 'SendMessage', code: 'RequestTimeout', afterwards: true });
  await expect(sandbox.endpoint.call(send(of('Sender')))).rejects.toThrow('socket hang up');
  undo();
  expect(sandbox.calls.slice(before)).toMatchObject([{ operation: 'SendMessage', status: 200, error: 'RequestTimeout' }]);
});

test.each<[string, Partial<OwnRequest>]>([
  ['a line break in a header', { headers: { 'x-mapped': 'a\r\nx-amz-target: AmazonSQS.PurgeQueue' } }],
  ['a character that is not allowed in a header', { headers: { 'x-mapped': '\u2028' } }],
  ['an invalid name of a header', { headers: { 'a b': 'x' } }],
  ['a blank in the path', { url: '/123456789012/in service' }],
])('rejects %s, as Node’s HTTP does', async (_, more) => {
  const before = sandbox.calls.length;
  await expect(sandbox.endpoint.call(send(of('Sender'), more))).rejects.toThrow(NotSendable);
  expect(sandbox.calls).toHaveLength(before);
});

test('header names are read in lower case, and values without surrounding spaces', async () => {
  const { body } = await inProcess(send(of('Sender'), { headers: { Accept: ' \tapplication/json ' } }));
  expect(Object.keys(JSON.parse(body))).toEqual(['SendMessageResponse']);
});
