import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Credentials, DenialNotice, EndpointService } from '../contracts';
import { ACCOUNT, assemble, failure, openTestEndpoint, roleArn, type TestEndpoint } from '../testing/endpoint';
import { sign } from '../testing/sign';

let sandbox: TestEndpoint;

beforeAll(async () => {
  const assembly = assemble((stack) => {
    const assumedBy = new iam.ServicePrincipal('lambda.amazonaws.com');
    const opener = new iam.Role(stack, 'Opener', { roleName: 'Opener', assumedBy });
    const tagged = new iam.Role(stack, 'Tenant', {
      roleName: 'Tenant',
      assumedBy: new iam.PrincipalWithConditions(new iam.ArnPrincipal(opener.roleArn), {
        StringLike: { 'aws:RequestTag/school': '*' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['school'] },
      }),
    });
    tagged.assumeRolePolicy?.addStatements(
      new iam.PolicyStatement({
        actions: ['sts:TagSession'],
        principals: [new iam.ArnPrincipal(opener.roleArn)],
        conditions: { StringLike: { 'aws:RequestTag/school': '*' }, 'ForAllValues:StringEquals': { 'aws:TagKeys': ['school'] } },
      }),
    );
    tagged.addToPolicy(
      new iam.PolicyStatement({
        actions: ['dynamodb:ListTables'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:PrincipalTag/school': ['s1', 'suspended', 'resumed'] } },
      }),
    );
    // Documented: "Revoke IAM role temporary security credentials" (IAM User Guide).
    for (const [school, until] of [
      ['suspended', '2100-01-01T00:00:00Z'],
      ['resumed', '2020-01-01T00:00:00Z'],
    ]) {
      tagged.addToPolicy(
        new iam.PolicyStatement({
          effect: iam.Effect.DENY,
          actions: ['*'],
          resources: ['*'],
          conditions: { StringEquals: { 'aws:PrincipalTag/school': school }, DateLessThan: { 'aws:TokenIssueTime': until } },
        }),
      );
    }
  });
  sandbox = await openTestEndpoint(assembly);
});
afterAll(() => sandbox.close());

/** Sends one signed request without an SDK. */
async function call(credentials: Credentials, service: string, body: string, headers: Record<string, string> = {}) {
  const { host } = new URL(sandbox.endpoint.url);
  const signed = await sign({ method: 'POST', url: '/', headers: { host, ...headers }, body }, credentials, {
    service,
    region: 'us-east-1',
  });
  const response = await fetch(sandbox.endpoint.url, { method: 'POST', headers: signed, body });
  return { status: response.status, text: await response.text() };
}
const sts = (credentials: Credentials, parameters: Record<string, string>) =>
  call(credentials, 'sts', new URLSearchParams({ Version: '2011-06-15', ...parameters }).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
  });
const assume = (credentials: Credentials, tags: Record<string, string>, more: Record<string, string> = {}) => {
  const members = Object.entries(tags).flatMap(([key, value], at) => [
    [`Tags.member.${at + 1}.Key`, key],
    [`Tags.member.${at + 1}.Value`, value],
  ]);
  return sts(credentials, {
    Action: 'AssumeRole',
    RoleArn: roleArn('Tenant'),
    RoleSessionName: 'session',
    ...Object.fromEntries(members),
    ...more,
  });
};
const element = (text: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '';
const credentialsIn = (text: string): Credentials => ({
  accessKeyId: element(text, 'AccessKeyId'),
  secretAccessKey: element(text, 'SecretAccessKey'),
  sessionToken: element(text, 'SessionToken'),
});
const listTables = (credentials: Credentials) => call(credentials, 'dynamodb', '{}', { 'x-amz-target': 'DynamoDB_20120810.ListTables' });

test('a session that was issued before its tenant was suspended is denied', async () => {
  const opener = sandbox.endpoint.assumeAsService(roleArn('Opener'), 'lambda.amazonaws.com', 'opener');
  const call = async (school: string) => listTables(credentialsIn((await assume(opener, { school })).text));
  expect((await call('resumed')).text).not.toContain('AccessDenied');
  const denied = await call('suspended');
  expect([denied.status, denied.text]).toEqual([400, expect.stringContaining('with an explicit deny in an identity-based policy')]);
});

describe('authentication', () => {
  const good = () => sandbox.as('Opener');
  // The codes of "Common Error Types" in each service's API Reference.
  test.each<[string, () => Credentials, string, string]>([
    ['an unknown access key', () => ({ ...good(), accessKeyId: 'ASIAUNKNOWN' }), 'UnrecognizedClientException', 'InvalidClientTokenId'],
    ['another session token', () => ({ ...good(), sessionToken: 'other' }), 'UnrecognizedClientException', 'InvalidClientTokenId'],
    ['another secret', () => ({ ...good(), secretAccessKey: 'other' }), 'InvalidSignatureException', 'SignatureDoesNotMatch'],
  ])('%s is rejected with the error of each service', async (_, make, json, query) => {
    const credentials = make();
    expect(await listTables(credentials)).toMatchObject({ status: 400, text: expect.stringContaining(`#${json}"`) });
    expect(await sts(credentials, { Action: 'GetCallerIdentity' })).toMatchObject({
      status: 403,
      text: expect.stringContaining(`<Code>${query}</Code>`),
    });
    const { expiration: _expiration, ...keys } = credentials;
    const client = new SQSClient({ endpoint: sandbox.endpoint.url, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
    const error = await failure(
      client.send(new SendMessageCommand({ QueueUrl: `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/q`, MessageBody: 'x' })),
    );
    expect([error.$metadata?.httpStatusCode, (error as unknown as { Code?: string }).Code ?? error.name]).toEqual([403, query]);
    client.destroy();
  });

  test('a request without a signature is rejected', async () => {
    const response = await fetch(sandbox.endpoint.url, { method: 'POST', body: '{}' });
    expect([response.status, await response.json()]).toEqual([
      403,
      { __type: 'MissingAuthenticationTokenException', message: 'Request is missing Authentication Token' },
    ]);
  });

  test('a body that was changed after signing is rejected', async () => {
    const signed = await sign({ method: 'POST', url: '/', headers: { host: new URL(sandbox.endpoint.url).host }, body: '{}' }, good(), {
      service: 'dynamodb',
      region: 'us-east-1',
    });
    const response = await fetch(sandbox.endpoint.url, { method: 'POST', headers: signed, body: '{"a":1}' });
    expect(await response.text()).toContain('InvalidSignatureException');
  });

  test('a signature for another Region is rejected with a message that names the Region', async () => {
    const client = new DynamoDBClient({ endpoint: sandbox.endpoint.url, region: 'eu-west-1', credentials: good(), maxAttempts: 1 });
    expect((await failure(client.send(new ListTablesCommand({})))).message).toContain("valid region, not 'eu-west-1'");
    client.destroy();
  });

  test('credentials expire with their session, by the sandbox’s clock', async () => {
    const fast = await openTestEndpoint(sandbox.assembly, { speed: 1e9 });
    const credentials = fast.as('Opener');
    await new Promise((resolve) => setTimeout(resolve, 60));
    const client = new DynamoDBClient({ endpoint: fast.endpoint.url, region: 'us-east-1', credentials, maxAttempts: 1 });
    expect(await failure(client.send(new ListTablesCommand({})))).toMatchObject({
      name: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    });
    client.destroy();
    await fast.close();
  });
});

test('a service that the sandbox does not run is rejected by name', async () => {
  const reply = await call(sandbox.as('Opener'), 'kms', '{}');
  expect([reply.status, JSON.parse(reply.text).message]).toEqual([
    501,
    "The sandbox does not run the service 'kms' (it runs dynamodb, iam, s3, secretsmanager, sqs, ssm, sts)",
  ]);
});

test('a service registers its API at the endpoint, where its calls are authorized like all others', async () => {
  const echo: EndpointService = {
    name: 'echo',
    read: () => ({
      operation: 'Say',
      checks: () => [{ action: 'states:StartExecution', resource: 'arn:aws:states:us-east-1:123456789012:stateMachine:m', context: {} }],
      execute: async () => ({ status: 200, headers: {}, body: 'reported' }),
    }),
    error: (_, code, message, status) => ({ status, headers: {}, body: `${code}: ${message}`, error: code }),
  };
  sandbox.endpoint.register(echo);
  expect(await call(sandbox.endpoint.administrator(), 'echo', '')).toEqual({ status: 200, text: 'reported' });
  expect((await call(sandbox.as('Opener'), 'echo', '')).text).toMatch(
    /^AccessDeniedException: User: .* is not authorized to perform: states:StartExecution/,
  );
  expect(() => sandbox.endpoint.register(echo)).toThrow('already serves echo');
});

describe('AssumeRole', () => {
  test('gives a session with tags that policies can use', async () => {
    const allowed = await assume(sandbox.as('Opener'), { school: 's1' });
    expect(element(allowed.text, 'Arn')).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/Tenant/session`);
    expect((await listTables(credentialsIn(allowed.text))).text).not.toContain('AccessDenied');
    const other = await assume(sandbox.as('Opener'), { school: 's2' });
    expect((await listTables(credentialsIn(other.text))).text).toContain(
      'because no identity-based policy allows the dynamodb:ListTables action',
    );
  });

  test.each<[string, Record<string, string>]>([
    ['without the tag that the trust policy requires', {}],
    ['with a tag that it does not allow', { school: 's1', other: 'x' }],
  ])('is rejected %s', async (_, tags) => {
    const { status, text } = await assume(sandbox.as('Opener'), tags);
    expect([status, element(text, 'Code'), element(text, 'Message')]).toEqual([
      403,
      'AccessDenied',
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/Opener/session is not authorized to perform: sts:AssumeRole on resource: ${roleArn('Tenant')}`,
    ]);
  });

  test('of a role that does not exist gets the same error as a denial', async () => {
    const { text } = await assume(sandbox.endpoint.administrator(), {}, { RoleArn: roleArn('Nobody') });
    expect(element(text, 'Code')).toBe('AccessDenied');
  });

  // documented: Pass session tags in AWS STS; Tag (STS API Reference)
  test.each<[string, Record<string, string>]>([
    ['a wildcard', { school: '*' }],
    ['a variable', { school: '$' }],
    ['a value of 257 characters', { school: 'x'.repeat(257) }],
    ['a key of 129 characters', { [`school${'x'.repeat(123)}`]: 'a' }],
    ['51 tags', Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, 'v']))],
  ])('rejects %s in tags', async (_, tags) => {
    expect(element((await assume(sandbox.as('Opener'), tags)).text, 'Code')).toBe('ValidationError');
  });

  test('from a session of a role lasts an hour at most (documented: Roles terms and concepts, role chaining)', async () => {
    const { text } = await assume(sandbox.as('Opener'), { school: 's1' }, { DurationSeconds: '3601' });
    expect(element(text, 'Message')).toBe(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  });

  test('with a session policy denies what the policy does not allow', async () => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] });
    const { text } = await assume(sandbox.as('Opener'), { school: 's1' }, { Policy });
    expect((await listTables(credentialsIn(text))).text).toContain('because no session policy allows the dynamodb:ListTables action');
  });

  test('rejects a parameter that it does not support', async () => {
    expect((await assume(sandbox.as('Opener'), { school: 's1' }, { SourceIdentity: 'me' })).text).toContain(
      'does not support the parameter SourceIdentity',
    );
  });
});

test('GetCallerIdentity needs no permission and returns the session', async () => {
  const { text } = await sts(sandbox.as('Opener'), { Action: 'GetCallerIdentity' });
  expect([element(text, 'Arn'), element(text, 'Account'), element(text, 'UserId')]).toEqual([
    `arn:aws:sts::${ACCOUNT}:assumed-role/Opener/session`,
    ACCOUNT,
    expect.stringMatching(/^AROA[A-Z0-9]{17}:session$/),
  ]);
});

test('a service gets a role only if the trust policy names the service', () => {
  expect(() => sandbox.endpoint.assumeAsService(roleArn('Opener'), 'apigateway.amazonaws.com', 'session')).toThrow(
    `AccessDenied: User: apigateway.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${roleArn('Opener')}`,
  );
});

test('every denial is reported with its caller and the message of AWS: of a call, of a check, of a service that a role does not trust', async () => {
  const told: DenialNotice[] = [];
  const stop = sandbox.endpoint.onDenial((denial) => told.push(denial));
  const resource = roleArn('Opener');
  await sts(sandbox.as('Opener'), { Action: 'AssumeRole', RoleArn: roleArn('Nobody'), RoleSessionName: 'session' });
  expect(() => sandbox.endpoint.assumeAsService(resource, 'apigateway.amazonaws.com', 'session')).toThrow();
  sandbox.endpoint.denial({ roleArn: resource }, { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context: {} });
  stop();
  sandbox.endpoint.denial({ roleArn: resource }, { action: 's3:PutObject', resource: 'arn:aws:s3:::b/k', context: {} });
  expect(told.map(({ principal, check }) => [principal, check.action])).toEqual([
    [resource, 'sts:AssumeRole'],
    ['apigateway.amazonaws.com', 'sts:AssumeRole'],
    [resource, 's3:GetObject'],
  ]);
  for (const { message, check } of told) {
    expect(message).toContain(`is not authorized to perform: ${check.action}`);
  }
});

test('a recorded call has what it needed permission for, with the condition keys, and the access key of its session', async () => {
  await assume(sandbox.as('Opener'), { school: 's1' });
  const [first] = sandbox.calls.slice(-1);
  await assume(sandbox.as('Opener'), { school: 's1' });
  const [second] = sandbox.calls.slice(-1);
  expect(first.checks[0]).toMatchObject({ action: 'sts:AssumeRole', context: { 'aws:RequestTag/school': 's1' } });
  expect(first.resources).toEqual([...new Set(first.checks.map(({ resource }) => resource))]);
  // Two sessions of one role with the same name.
  expect(second.principal).toBe(first.principal);
  expect(second.accessKeyId).not.toBe(first.accessKeyId);
});

test('a delay is added to each call of a service', async () => {
  sandbox.endpoint.delay('sts', 80);
  await sts(sandbox.as('Opener'), { Action: 'GetCallerIdentity' });
  expect(sandbox.calls.at(-1)?.milliseconds).toBeGreaterThanOrEqual(79);
  sandbox.endpoint.delay('sts', 0);
});

test('a fault of single statements applies only to operations that answer each of them', () => {
  expect(() => sandbox.endpoint.inject({ service: 'sqs', operation: 'SendMessageBatch', code: 'X', statements: [0] })).toThrow(
    'A fault with statements',
  );
});
