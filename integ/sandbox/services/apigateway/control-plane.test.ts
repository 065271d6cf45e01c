import {
  APIGatewayClient,
  type APIGatewayServiceException,
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeyCommand,
  GetApiKeysCommand,
  GetUsagePlanCommand,
  GetUsagePlanKeyCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import type { Assembly, Credentials, Endpoint, Functions, JsonObject, LogSink } from '../../contracts';
import { openEndpoint } from '../../endpoint';
import { resourcePoliciesOf } from '../../start-services';
import { iam } from '../iam';
import { openControlPlane } from './control-plane';
import { startGateway } from './rest-apis';
import { apiTemplate, assemblyOf, echo, send } from './testing';

const VALUE = 'abcdefghij0123456789abcdefghij';
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const role = (RoleName: string, Statement: JsonObject[]): JsonObject => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName,
    AssumeRolePolicyDocument: trust,
    Policies: [{ PolicyName: 'P', PolicyDocument: { Version: '2012-10-17', Statement } }],
  },
});
const allow = (verbs: string[], ...paths: string[]) => ({
  Effect: 'Allow',
  Action: verbs.map((verb) => `apigateway:${verb}`),
  Resource: paths.map((path) => ({ 'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}::${path}` })),
});
const plan = (UsagePlanName: string, Stage: string) => ({
  Type: 'AWS::ApiGateway::UsagePlan',
  Properties: {
    UsagePlanName,
    ApiStages: [{ ApiId: { Ref: 'Api' }, Stage, Throttle: { '/a/GET': { RateLimit: 5, BurstLimit: 5 } } }],
    Throttle: { RateLimit: 10, BurstLimit: 20 },
    Quota: { Limit: 1000, Period: 'DAY' },
  },
});
const template = apiTemplate(
  { 'GET /a': echo('ok', { ApiKeyRequired: true }) },
  {
    Standard: plan('standard', 'prod'),
    Premium: plan('premium', 'prod'),
    Elsewhere: plan('elsewhere', 'beta'),
    Given: { Type: 'AWS::ApiGateway::ApiKey', Properties: { Name: 'given', Value: VALUE, Enabled: true } },
    Onboarding: role('onboarding', [
      allow(['POST', 'GET'], '/apikeys'),
      allow(['GET', 'PATCH', 'DELETE'], '/apikeys/*'),
      allow(['POST', 'GET'], '/usageplans/*/keys'),
      allow(['GET', 'DELETE'], '/usageplans/*/keys/*'),
    ]),
    Reader: role('reader', [allow(['GET'], '/apikeys')]),
  },
);

interface TestGateway {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly time: { now: number };
  readonly url: string;
  client(credentials: Credentials): APIGatewayClient;
  as(role: string): APIGatewayClient;
  readonly admin: APIGatewayClient;
  close(): Promise<void>;
}

async function startTestGateway(): Promise<TestGateway> {
  const assembly = assemblyOf(template, [...iam.types]);
  const time = { now: Date.UTC(2026, 10, 22, 8) };
  const clock = {
    speed: 1,
    setSpeed: () => {},
    now: () => time.now,
    shownAt: (machine: number) => machine,
    real: (milliseconds: number) => milliseconds,
    sleep: async () => {},
    watch: async () => {},
    advance: () => {},
    nextWait: () => undefined,
  };
  const { endpoint } = await openEndpoint({ assembly, clock, resourcePolicies: resourcePoliciesOf([iam], assembly) });
  const usage = openControlPlane({ assembly, endpoint, clock });
  const gateway = await startGateway({
    assembly,
    endpoint,
    usage,
    clock,
    functions: { forward: () => () => {} } as Partial<Functions> as Functions,
    logs: { write: () => {} } as Partial<LogSink> as LogSink,
    webAcls: { inspect: () => undefined, protects: () => false },
  });
  const clients: APIGatewayClient[] = [];
  const client = ({ accessKeyId, secretAccessKey, sessionToken }: Credentials) => {
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    const made = new APIGatewayClient({ endpoint: endpoint.url, region: 'us-east-1', credentials, maxAttempts: 1 });
    clients.push(made);
    return made;
  };
  return {
    assembly,
    endpoint,
    time,
    url: gateway.apis[0].url,
    client,
    as: (name) => client(endpoint.assumeAsService(`arn:aws:iam::123456789012:role/${name}`, 'lambda.amazonaws.com', 'session')),
    admin: client(endpoint.administrator()),
    async close() {
      for (const each of clients) each.destroy();
      await gateway.close();
      await endpoint.close();
    },
  };
}

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(() => gateway.close());

const rejected = async (promise: Promise<unknown>): Promise<[string, number | undefined, string]> => {
  try {
    await promise;
  } catch (error) {
    const { name, message, $metadata } = error as APIGatewayServiceException;
    return [name, $metadata.httpStatusCode, message];
  }
  throw new Error('It was not rejected');
};
const idOf = (logicalId: string) => gateway.assembly.ref(gateway.assembly.resources.find((one) => one.logicalId === logicalId) as never);
const make = (name: string, value?: string, enabled = true) => gateway.admin.send(new CreateApiKeyCommand({ name, value, enabled }));
const join = (planId: string, keyId: string) =>
  gateway.admin.send(new CreateUsagePlanKeyCommand({ usagePlanId: planId, keyId, keyType: 'API_KEY' }));
const ask = async (value: string) => (await send(`${gateway.url}/a`, 'GET', { headers: { 'x-api-key': value } })).status;

describe('API keys by the SDK', () => {
  test('are created, read with and without their value, listed, updated and deleted', async () => {
    const {
      id = '',
      value,
      createdDate,
      enabled,
    } = await gateway.admin.send(new CreateApiKeyCommand({ name: 'school-a', customerId: 'c' }));
    expect([id, value, createdDate, enabled]).toEqual([
      expect.stringMatching(/^[a-z0-9]{10}$/),
      expect.stringMatching(/^[A-Za-z0-9]{40}$/),
      new Date(gateway.time.now),
      false,
    ]);
    expect((await gateway.admin.send(new GetApiKeyCommand({ apiKey: id }))).value).toBeUndefined();
    expect((await gateway.admin.send(new GetApiKeyCommand({ apiKey: id, includeValue: true }))).value).toBe(value);
    gateway.time.now += 60_000;
    const patchOperations = [
      { op: 'replace' as const, path: '/enabled', value: 'true' },
      { op: 'replace' as const, path: '/name', value: 'school-b' },
    ];
    const changed = await gateway.admin.send(new UpdateApiKeyCommand({ apiKey: id, patchOperations }));
    expect(changed).toMatchObject({ id, name: 'school-b', enabled: true, createdDate, lastUpdatedDate: new Date(gateway.time.now) });
    const listed = await gateway.admin.send(new GetApiKeysCommand({ includeValues: true }));
    expect(listed.items?.map((key) => [key.name, key.value])).toEqual([
      ['given', VALUE],
      ['school-b', value],
    ]);
    expect((await gateway.admin.send(new GetApiKeysCommand({ customerId: 'c' }))).items).toHaveLength(1);
    await gateway.admin.send(new DeleteApiKeyCommand({ apiKey: id }));
    expect(await rejected(gateway.admin.send(new GetApiKeyCommand({ apiKey: id })))).toEqual([
      'NotFoundException',
      404,
      'Invalid API Key identifier specified',
    ]);
  });

  test('a name in a query is a prefix', async () => {
    for (const name of ['a-1', 'a-10', 'b-1']) await make(name);
    const { items } = await gateway.admin.send(new GetApiKeysCommand({ nameQuery: 'a-1' }));
    expect(items?.map(({ name }) => name)).toEqual(['a-1', 'a-10']);
  });

  test('are paginated by limit and position', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await make(name);
    const names: (string | undefined)[][] = [];
    let position: string | undefined;
    do {
      const page = await gateway.admin.send(new GetApiKeysCommand({ limit: 2, position }));
      names.push((page.items ?? []).map(({ name }) => name));
      position = page.position;
    } while (position !== undefined);
    expect(names).toEqual([['given', 'a'], ['b', 'c'], ['d']]);
    expect((await rejected(gateway.admin.send(new GetApiKeysCommand({ limit: 501 }))))[0]).toBe('BadRequestException');
    expect((await rejected(gateway.admin.send(new GetApiKeysCommand({ position: 'eA==' }))))[0]).toBe('BadRequestException');
  });

  test('have unique values of 20 to 128 characters', async () => {
    expect(await rejected(make('again', VALUE))).toEqual(['ConflictException', 409, 'API Key already exists']);
    expect(await rejected(make('short', 'a'.repeat(19)))).toMatchObject([
      'BadRequestException',
      400,
      expect.stringContaining('at least 20'),
    ]);
    expect(await rejected(make('long', 'a'.repeat(129)))).toMatchObject([
      'BadRequestException',
      400,
      expect.stringContaining('at most 128'),
    ]);
    expect((await make('least', 'a'.repeat(20))).value).toHaveLength(20);
    expect((await make('most', 'b'.repeat(128))).value).toHaveLength(128);
  });

  test('reject an unsupported change', async () => {
    const patch = (path: string, value: string) =>
      gateway.admin.send(new UpdateApiKeyCommand({ apiKey: idOf('Given'), patchOperations: [{ op: 'replace', path, value }] }));
    expect(await rejected(patch('/value', VALUE))).toMatchObject(['BadRequestException', 400, expect.stringContaining("'/value'")]);
    expect((await rejected(patch('/enabled', 'perhaps')))[0]).toBe('BadRequestException');
    expect((await rejected(gateway.admin.send(new CreateApiKeyCommand({ name: 'a', tags: { a: 'b' } }))))[2]).toContain('tags');
  });

  test('are created and deleted at 5 per second each, within 10 operations per second and a burst of 40', async () => {
    const made = await Promise.allSettled(Array.from({ length: 7 }, (_, index) => make(`key-${index}`)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    const [name, status] = await rejected(make('more'));
    expect([name, status]).toEqual(['TooManyRequestsException', 429]);
    gateway.time.now += 1_000;
    expect((await make('later')).name).toBe('later');
    gateway.time.now += 60_000;
    const reads = await Promise.allSettled(Array.from({ length: 45 }, () => gateway.admin.send(new GetUsagePlansCommand({}))));
    expect(reads.filter((read) => read.status === 'fulfilled')).toHaveLength(40);
  });
});

describe('usage plans by the SDK', () => {
  test('are listed as in the template, and by a key that they contain', async () => {
    const { items } = await gateway.admin.send(new GetUsagePlansCommand({}));
    expect(items?.map(({ name }) => name)).toEqual(['standard', 'premium', 'elsewhere']);
    expect(await gateway.admin.send(new GetUsagePlanCommand({ usagePlanId: idOf('Standard') }))).toMatchObject({
      apiStages: [{ apiId: idOf('Api'), stage: 'prod', throttle: { '/a/GET': { rateLimit: 5, burstLimit: 5 } } }],
      throttle: { rateLimit: 10, burstLimit: 20 },
      quota: { limit: 1000, offset: 0, period: 'DAY' },
    });
    expect((await gateway.admin.send(new GetUsagePlansCommand({ keyId: idOf('Given') }))).items).toEqual([]);
    await join(idOf('Standard'), idOf('Given'));
    await join(idOf('Elsewhere'), idOf('Given'));
    const ofKey = await gateway.admin.send(new GetUsagePlansCommand({ keyId: idOf('Given') }));
    expect(ofKey.items?.map(({ name }) => name)).toEqual(['standard', 'elsewhere']);
  });

  test('a key is added to a plan and removed from it', async () => {
    const pair = { usagePlanId: idOf('Standard'), keyId: idOf('Given') };
    expect(await join(pair.usagePlanId, pair.keyId)).toMatchObject({ id: pair.keyId, type: 'API_KEY', name: 'given', value: VALUE });
    expect((await gateway.admin.send(new GetUsagePlanKeysCommand({ usagePlanId: pair.usagePlanId, nameQuery: 'giv' }))).items).toHaveLength(
      1,
    );
    expect((await gateway.admin.send(new GetUsagePlanKeyCommand(pair))).id).toBe(pair.keyId);
    await gateway.admin.send(new DeleteUsagePlanKeyCommand(pair));
    expect((await rejected(gateway.admin.send(new GetUsagePlanKeyCommand(pair))))[0]).toBe('NotFoundException');
    expect((await rejected(gateway.admin.send(new DeleteUsagePlanKeyCommand(pair))))[1]).toBe(404);
  });

  test('a key can be in only one plan of a stage, and only once in a plan', async () => {
    await join(idOf('Standard'), idOf('Given'));
    expect((await rejected(join(idOf('Standard'), idOf('Given')))).slice(0, 2)).toEqual(['ConflictException', 409]);
    expect(await rejected(join(idOf('Premium'), idOf('Given')))).toMatchObject([
      'ConflictException',
      409,
      expect.stringContaining('multiple Usage Plans with the same API stage'),
    ]);
    expect((await rejected(join('none', idOf('Given')))).slice(0, 2)).toEqual(['NotFoundException', 404]);
    expect((await rejected(join(idOf('Standard'), 'none')))[1]).toBe(404);
  });
});

describe('a change by the control plane', () => {
  test('applies to the next request: a new key, a disabled key, a key removed from its plan, a deleted key', async () => {
    const value = 'newnewnewnewnewnewnewnew';
    const { id = '' } = await make('new', value);
    const enabled = (on: boolean) =>
      gateway.admin.send(
        new UpdateApiKeyCommand({ apiKey: id, patchOperations: [{ op: 'replace', path: '/enabled', value: String(on) }] }),
      );
    const seen = [await ask(value)];
    await join(idOf('Standard'), id);
    seen.push(await ask(value));
    await enabled(false);
    seen.push(await ask(value));
    await enabled(true);
    seen.push(await ask(value));
    await gateway.admin.send(new DeleteUsagePlanKeyCommand({ usagePlanId: idOf('Standard'), keyId: id }));
    seen.push(await ask(value));
    await join(idOf('Premium'), id);
    seen.push(await ask(value));
    await gateway.admin.send(new DeleteApiKeyCommand({ apiKey: id }));
    seen.push(await ask(value));
    expect(seen).toEqual([403, 200, 403, 200, 403, 200, 403]);
  });
});

describe('the permission for an operation', () => {
  test('is the HTTP method on the path', async () => {
    const onboarding = gateway.as('onboarding');
    const { id = '' } = await onboarding.send(new CreateApiKeyCommand({ name: 'a', enabled: true }));
    const usagePlanId = idOf('Standard');
    await onboarding.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId: id, keyType: 'API_KEY' }));
    await onboarding.send(new GetUsagePlanKeysCommand({ usagePlanId }));
    await onboarding.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId: id }));
    await onboarding.send(new GetApiKeysCommand({ nameQuery: 'a' }));
    await onboarding.send(new UpdateApiKeyCommand({ apiKey: id, patchOperations: [{ op: 'replace', path: '/enabled', value: 'false' }] }));
    await onboarding.send(new DeleteApiKeyCommand({ apiKey: id }));
    expect(await rejected(onboarding.send(new GetUsagePlansCommand({})))).toMatchObject([
      'AccessDeniedException',
      403,
      expect.stringContaining('is not authorized to perform: apigateway:GET on resource: arn:aws:apigateway:us-east-1::/usageplans'),
    ]);
    const reader = gateway.as('reader');
    await reader.send(new GetApiKeysCommand({ includeValues: true }));
    const denied = [new CreateApiKeyCommand({ name: 'a' }), new GetApiKeyCommand({ apiKey: id }), new DeleteApiKeyCommand({ apiKey: id })];
    for (const command of denied) expect((await rejected(reader.send(command as CreateApiKeyCommand)))[1]).toBe(403);
  });

  test('an unsupported operation is rejected by name', async () => {
    const [name, status, message] = await rejected(gateway.admin.send(new CreateUsagePlanCommand({ name: 'plan' })));
    expect([name, status, message]).toEqual(['BadRequestException', 400, expect.stringContaining('POST /usageplans is not supported')]);
  });
});
