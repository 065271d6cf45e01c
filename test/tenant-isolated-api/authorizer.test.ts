import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import type { AuthorizerEvent } from '../../src/tenant-isolated-api/lambda/authorization-header';
import { type AuthorizerDependencies, authorize } from '../../src/tenant-isolated-api/lambda/authorize';
import { keyValue } from '../../src/tenant-isolated-api/lambda/key-value';
import { createSecret } from '../../src/tenant-isolated-api/lambda/secret';
import { createVerifier } from '../../src/tenant-isolated-api/lambda/verifier';

const POOL = 'eu-west-1_pool12345';
const ISSUER = `https://cognito-idp.eu-west-1.amazonaws.com/${POOL}`;
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const now = () => Math.floor(Date.now() / 1000);
const good = {
  iss: ISSUER,
  sub: 'user-1',
  token_use: 'access',
  client_id: 'client',
  'custom:school_id': 'north-school',
  'custom:tier': 'standard',
};

function token(claims: object = {}, { header = {}, key = privateKey }: { header?: object; key?: KeyObject } = {}): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${encode({ alg: 'RS256', kid: 'key', ...header })}.${encode({ ...good, exp: now() + 60, ...claims })}`;
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
}

function event(...authorization: string[]): AuthorizerEvent {
  return {
    methodArn: 'arn:aws:execute-api:eu-west-1:111122223333:api/prod/GET/grades/mine',
    multiValueHeaders: authorization.length === 0 ? null : { authorization },
    requestContext: { extendedRequestId: 'S-D5rG9QFiAFnV+/_=', requestId: 'request-1' },
  };
}

/** The pool's keys, as Cognito serves them to the verifier. */
let answer: { status: number; body: string };
/** What becomes of one request after the other: it is answered after so many milliseconds, never, or its connection is cut; at once where none is left. */
let fates: (number | 'lost' | 'cut')[];
let asked = 0;
let server: http.Server;
beforeAll(async () => {
  server = http.createServer(({ url }, response) => {
    // The pool's other issuer, which no token here names: it is asked when a verifier prepares itself, and out of reach.
    if (url === '/issuer-cognito-idp') return;
    asked++;
    const fate = fates.shift() ?? 0;
    if (fate === 'lost') return;
    if (fate === 'cut') {
      response.destroy();
      return;
    }
    setTimeout(() => response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body), fate);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  jest
    .spyOn(https, 'request')
    .mockImplementation(((url: string, _options: object, callback: () => void) =>
      http.request(
        { hostname: '127.0.0.1', port, path: `/${new URL(url).hostname.split('.')[0]}`, agent: false },
        callback,
      )) as typeof https.request);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked = 0;
  fates = [];
  answer = {
    status: 200,
    body: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'key', alg: 'RS256', use: 'sig' }] }),
  };
});

function setUp(more: Partial<AuthorizerDependencies> = {}) {
  const lines: Record<string, unknown>[] = [];
  const { verify } = createVerifier({ userPoolId: POOL, clientIds: ['client', 'other-client'] });
  const made: AuthorizerDependencies = {
    verify,
    secret: async () => 'secret',
    tenantClaim: 'custom:school_id',
    tierClaim: 'custom:tier',
    tiers: ['standard', 'trial'],
    routeScopes: {},
    functionName: 'authorizer',
    now: () => 1_000,
    log: (line) => lines.push(line as Record<string, unknown>),
    ...more,
  };
  return { lines, made, decide: (...authorization: string[]) => authorize(event(...authorization), made) };
}

describe('a route that needs scopes', () => {
  const routeScopes = { 'GET /grades/{student}': ['grades/read'], 'ANY /marks': ['marks/read', 'marks/write'] };
  const decision = async (httpMethod: string, resource: string, scope?: unknown) => {
    const { made } = setUp({ routeScopes });
    const asked = { ...event(`Bearer ${token(scope === undefined ? {} : { scope })}`), httpMethod, resource };
    const { policyDocument, context } = await authorize(asked, made);
    const [{ Effect }] = (policyDocument as { Statement: { Effect: string }[] }).Statement;
    // Who is denied is known all the same: the access log says whose request it was.
    expect(context).toEqual({ tenantId: 'north-school', tier: 'standard', userId: 'user-1' });
    return Effect;
  };

  test.each([
    ['GET', '/grades/{student}', 'openid grades/read', 'Allow'],
    ['GET', '/grades/{student}', 'openid', 'Deny'],
    ['GET', '/grades/{student}', 'grades/reader', 'Deny'],
    ['GET', '/grades/{student}', undefined, 'Deny'],
    ['GET', '/grades/{student}/evaluations', undefined, 'Allow'],
    ['PUT', '/grades/{student}', undefined, 'Allow'],
    ['PATCH', '/marks', 'marks/read', 'Deny'],
    ['PATCH', '/marks', 'marks/write marks/read', 'Allow'],
    ['GET', '/constructor', undefined, 'Allow'],
  ])('%s %s with the scopes %j: %s', async (httpMethod, resource, scope, effect) => {
    expect(await decision(httpMethod, resource, scope)).toBe(effect);
  });
});

test('a valid token is authorized for the whole stage, with its tenant and the tenant’s API key', async () => {
  await expect(setUp().decide(`Bearer ${token()}`)).resolves.toEqual({
    principalId: 'user-1',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: 'arn:aws:execute-api:eu-west-1:111122223333:api/prod/*' }],
    },
    context: { tenantId: 'north-school', tier: 'standard', userId: 'user-1' },
    usageIdentifierKey: keyValue('secret', 'north-school'),
  });
});

test('tokens of all clients are accepted, with the scheme in any case', async () => {
  await expect(setUp().decide(`bearer ${token({ client_id: 'other-client' })}`)).resolves.toMatchObject({ principalId: 'user-1' });
});

const unknown = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

test.each<[string, () => string[], string | RegExp]>([
  ['no header', () => [], '0 Authorization headers'],
  ['two headers, though both are good', () => [`Bearer ${token()}`, `Bearer ${token()}`], '2 Authorization headers'],
  ['another scheme', () => [`Basic ${token()}`], 'no bearer token'],
  ['two tokens in one header', () => [`Bearer ${token()}, Bearer ${token()}`], 'no bearer token'],
  ['a token that is too long', () => [`Bearer ${token({ padding: 'x'.repeat(6_200) })}`], 'the token is too long'],
  ['a token that is none', () => ['Bearer a.b.c'], /^Invalid JWT/],
  ['a token signed with another key', () => [`Bearer ${token({}, { key: unknown })}`], /^Invalid signature/],
  ['a token of another key', () => [`Bearer ${token({}, { header: { kid: 'other' } })}`], /^JWK for kid "other" not found/],
  ['no algorithm', () => [`Bearer ${token({}, { header: { alg: 'none' } })}`], /^JWT signature algorithm not allowed/],
  ['another algorithm', () => [`Bearer ${token({}, { header: { alg: 'HS256' } })}`], /^JWT signature algorithm not allowed/],
  ['a critical extension', () => [`Bearer ${token({}, { header: { crit: ['x'], x: 1 } })}`], 'the token requires an extension'],
  ['another issuer', () => [`Bearer ${token({ iss: `${ISSUER}/` })}`], /^issuer not configured/],
  ['another client', () => [`Bearer ${token({ client_id: 'unknown-client' })}`], /^Client ID not allowed/],
  ['an id token', () => [`Bearer ${token({ token_use: 'id', aud: 'client' })}`], /^Token use not allowed/],
  ['an expired token', () => [`Bearer ${token({ exp: now() - 1 })}`], /^Token expired/],
  ['a token without an expiry', () => [`Bearer ${token({ exp: undefined })}`], 'the token has no expiry'],
  ['a token before its time', () => [`Bearer ${token({ nbf: now() + 60 })}`], /^Token can't be used before/],
  ['no tenant', () => [`Bearer ${token({ 'custom:school_id': undefined })}`], 'no tenant in the token'],
  ['a tenant that no id can be', () => [`Bearer ${token({ 'custom:school_id': 'north#' })}`], 'no tenant in the token'],
  ['several tenants', () => [`Bearer ${token({ 'custom:school_id': ['north-school'] })}`], 'no tenant in the token'],
  ['an unknown tier', () => [`Bearer ${token({ 'custom:tier': 'gold' })}`], 'no tier in the token'],
  ['nobody', () => [`Bearer ${token({ sub: '' })}`], 'no user in the token'],
  ['a user that would end a field of the access log', () => [`Bearer ${token({ sub: 'x","tenant":"other' })}`], 'no user in the token'],
])('with %s, the caller only gets Unauthorized; the log has the reason, but not the token', async (_, authorization, reason) => {
  const { decide, lines } = setUp();
  await expect(decide(...authorization())).rejects.toThrow(/^Unauthorized$/);
  expect(lines).toEqual([
    {
      ...metricOf('Unauthorized'),
      level: 'WARN',
      message: 'Request rejected',
      reason: expect.stringMatching(reason),
      correlationId: 'S-D5rG9QFiAFnV+/_=',
      requestId: 'request-1',
    },
  ]);
});

/** In the embedded metric format, so that CloudWatch counts lines. */
function metricOf(Name: string) {
  const CloudWatchMetrics = [
    { Namespace: 'Andamio/TenantIsolatedApi', Dimensions: [['FunctionName']], Metrics: [{ Name, Unit: 'Count' }] },
  ];
  return { _aws: { Timestamp: 1_000, CloudWatchMetrics }, FunctionName: 'authorizer', [Name]: 1 };
}

test('any malformed header is rejected as an invalid token, and never counted as a failure', async () => {
  const part = fc.oneof(
    fc.stringMatching(/^[\w-]{0,40}$/),
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
  );
  const signed = fc.record({
    claims: fc.dictionary(fc.constantFrom(...Object.keys(good), 'exp', 'nbf'), fc.jsonValue()),
    kid: fc.oneof(fc.string(), fc.constant('key')),
  });
  const headers = fc.oneof(
    fc.string().map((text) => [text]),
    fc.tuple(part, part, part).map((parts) => [`Bearer ${parts.join('.')}`]),
    signed.map(({ claims, kid }) => [`Bearer ${token(claims, { header: { kid }, key: unknown })}`]),
  );
  const { decide } = setUp();
  await fc.assert(fc.asyncProperty(headers, async (values) => expect(decide(...values)).rejects.toThrow(/^Unauthorized$/)));
});

test.each<[string, string]>([
  ['no JSON', '<html>'],
  ['no keys', '{}'],
  ['a key that is none', '{"keys":[{}]}'],
  ['for another use', JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'key', use: 'enc' }] })],
  ['of another kind', JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'key' }] })],
])('if the keys of the pool are %s, the token is not reported as invalid', async (_, body) => {
  const { decide, lines } = setUp();
  answer = { status: 200, body };
  await expect(decide(`Bearer ${token()}`)).rejects.toThrow(/^The token could not be verified$/);
  expect(lines[0]).toMatchObject({ level: 'ERROR' });
});

test('if the keys of the pool cannot be fetched, requests fail without reporting the token as invalid, and the next request tries again', async () => {
  const { decide, lines } = setUp();
  const sound = answer;
  answer = { status: 503, body: '' };
  await expect(decide(`Bearer ${token()}`)).rejects.toThrow(/^The token could not be verified$/);
  expect(lines[0]).toMatchObject({ ...metricOf('Undecided'), level: 'ERROR', message: 'Request not decided' });
  answer = sound;
  await expect(decide(`Bearer ${token()}`)).resolves.toMatchObject({ principalId: 'user-1' });
});

test('a valid token is accepted if the keys of the pool take 1.7 s or almost 3 s', async () => {
  for (const milliseconds of [1_700, 2_700]) {
    fates = [milliseconds];
    await expect(setUp().decide(`Bearer ${token()}`)).resolves.toMatchObject({ principalId: 'user-1' });
  }
  expect(asked).toBe(2);
}, 15_000);

test('if the keys of the pool never arrive, the request fails after two waits of 3 s, and the token is not reported as invalid', async () => {
  fates = ['lost', 'lost', 'lost', 'lost'];
  const { decide, lines } = setUp();
  const began = performance.now();
  await expect(decide(`Bearer ${token()}`)).rejects.toThrow(/^The token could not be verified$/);
  expect(performance.now() - began).toBeGreaterThanOrEqual(5_900);
  expect(performance.now() - began).toBeLessThan(7_000);
  expect(asked).toBe(2);
  expect(lines).toEqual([expect.objectContaining({ ...metricOf('Undecided'), reason: expect.stringContaining('Response time-out') })]);
}, 15_000);

test('after a lost connection, the keys are requested again immediately', async () => {
  fates = ['cut'];
  const began = performance.now();
  await expect(setUp().decide(`Bearer ${token()}`)).resolves.toMatchObject({ principalId: 'user-1' });
  expect(performance.now() - began).toBeLessThan(2_000);
});

test('a request uses the fetch that started during initialization, and repeats it if it failed', async () => {
  const { prepare, verify } = createVerifier({ userPoolId: POOL, clientIds: ['client'] });
  fates = ['lost', 200];
  const prepared = expect(prepare()).rejects.toThrow('Response time-out');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await expect(setUp({ verify }).decide(`Bearer ${token()}`)).resolves.toMatchObject({ principalId: 'user-1' });
  await prepared;
  expect(asked).toBe(2);
}, 15_000);

describe('the function', () => {
  /** Never responds, like an unreachable service. */
  const silent = http.createServer(() => {});
  const environment = {
    USER_POOL_ID: POOL,
    CLIENT_IDS: '["client"]',
    TENANT_CLAIM: 'custom:school_id',
    TIER_CLAIM: 'custom:tier',
    TIERS: '["standard"]',
    SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:keys-AbCdEf',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
  };
  const before = { ...process.env };
  beforeAll(async () => {
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    Object.assign(process.env, environment, { AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}` });
  });
  afterAll(async () => {
    process.env = before;
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  // Its timeout is 10 s, and API Gateway waits for up to 29 s. Documented: "Amazon API Gateway quotas".
  test('ends before its timeout with a log line, if the keys arrive late and the secret never', async () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      fates = ['lost', 2_900];
      const began = performance.now();
      const { handler } = require('../../src/tenant-isolated-api/authorizer.lambda') as {
        handler: (of: AuthorizerEvent) => Promise<unknown>;
      };
      await expect(handler(event(`Bearer ${token()}`))).rejects.toThrow(/^The token could not be verified$/);
      expect(performance.now() - began).toBeGreaterThan(8_000);
      expect(performance.now() - began).toBeLessThan(9_500);
      expect(write.mock.calls.map(([line]) => JSON.parse(String(line)))).toEqual([expect.objectContaining({ Undecided: 1 })]);
    } finally {
      write.mockRestore();
    }
  }, 20_000);
});

test('the same applies if the secret is not available', async () => {
  let reachable = false;
  const secret = createSecret(async () => {
    if (!reachable) throw new Error('timeout');
    return 'secret';
  });
  const { decide } = setUp({ secret });
  await expect(decide(`Bearer ${token()}`)).rejects.toThrow(/^The token could not be verified$/);
  reachable = true;
  await expect(decide(`Bearer ${token()}`)).resolves.toMatchObject({ usageIdentifierKey: keyValue('secret', 'north-school') });
});

test('a request uses the read of the secret that was started before, and repeats it if it failed', async () => {
  const readings: { resolve(value: string): void; reject(error: Error): void }[] = [];
  const secret = createSecret(() => new Promise((resolve, reject) => readings.push({ resolve, reject })));
  const prepared = expect(secret()).rejects.toThrow('lost');
  const decision = setUp({ secret }).decide(`Bearer ${token()}`);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(readings).toHaveLength(1);
  readings[0].reject(new Error('lost'));
  await prepared;
  await new Promise((resolve) => setImmediate(resolve));
  expect(readings).toHaveLength(2);
  readings[1].resolve('secret');
  await expect(decision).resolves.toMatchObject({ usageIdentifierKey: keyValue('secret', 'north-school') });
});

test('an empty secret is an error', async () => {
  await expect(setUp({ secret: createSecret(async () => '') }).decide(`Bearer ${token()}`)).rejects.toThrow(
    'The token could not be verified',
  );
});

test('the keys are fetched once for all requests, and unknown key ids do not cause repeated fetches', async () => {
  const { decide } = setUp();
  await Promise.all(Array.from({ length: 20 }, () => decide(`Bearer ${token()}`)));
  expect(asked).toBe(1);
  for (let kid = 0; kid < 20; kid++) await decide(`Bearer ${token({}, { header: { kid: `kid-${kid}` } })}`).catch(() => undefined);
  expect(asked).toBeLessThanOrEqual(3);
});

describe('after somebody has sent an unknown key id', () => {
  const rotated = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwkOf = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' });
  const both = JSON.stringify({ keys: [jwkOf(publicKey, 'key'), jwkOf(rotated.publicKey, 'rotated')] });

  /** Tokens are issued by this clock. They expire by that of this machine. */
  function clocked() {
    const clock = { time: Date.now() };
    const { verify } = createVerifier({ userPoolId: POOL, clientIds: ['client'], now: () => clock.time });
    const issued = (kid: string, key: KeyObject) => `Bearer ${token({ iat: Math.floor(clock.time / 1_000) }, { header: { kid }, key })}`;
    return {
      clock,
      ofNewKey: () => issued('rotated', rotated.privateKey),
      junk: (kid: number) => issued(`unknown-${kid}`, unknown),
      ...setUp({ verify }),
    };
  }

  test('a valid token of a new key is not reported as invalid, and accepted a second later', async () => {
    const { clock, decide, lines, junk, ofNewKey } = clocked();
    await decide(`Bearer ${token()}`);
    clock.time += 60_000;
    await expect(decide(junk(0))).rejects.toThrow(/^Unauthorized$/);
    answer = { status: 200, body: both };
    clock.time += 500;
    const valid = ofNewKey();
    await expect(decide(valid)).rejects.toThrow(/^The token could not be verified$/);
    expect(lines.at(-1)).toMatchObject({ ...metricOf('Undecided'), message: 'Request not decided' });
    clock.time += 500;
    await expect(decide(valid)).resolves.toMatchObject({ principalId: 'user-1' });
  });

  test('and goes on doing so, the keys are fetched once per second, and a valid token of a new key waits no longer', async () => {
    const { clock, decide, junk, ofNewKey } = clocked();
    await decide(`Bearer ${token()}`);
    clock.time += 60_000;
    answer = { status: 200, body: both };
    asked = 0;
    for (let sent = 0; sent < 100; sent++) {
      await expect(decide(junk(sent))).rejects.toThrow(/^(Unauthorized|The token could not be verified)$/);
      clock.time += 50;
    }
    expect(asked).toBeLessThanOrEqual(6);
    // Whoever caused the fetch, the new key is known by now.
    await expect(decide(ofNewKey())).resolves.toMatchObject({ principalId: 'user-1' });
  });

  test('a token that was issued before the last fetch is invalid, because its key would be known', async () => {
    const { clock, decide, lines, junk } = clocked();
    await decide(`Bearer ${token()}`);
    clock.time += 60_000;
    await expect(decide(junk(0))).rejects.toThrow(/^Unauthorized$/);
    const at = clock.time / 1_000;
    for (const [iat, outcome] of [
      [at - 3, /^Unauthorized$/],
      [undefined, /^Unauthorized$/],
      ['yesterday', /^Unauthorized$/],
      [at - 1, /^The token could not be verified$/],
      [at + 60, /^The token could not be verified$/],
    ] as const)
      await expect(decide(`Bearer ${token({ iat }, { header: { kid: 'unknown' }, key: unknown })}`)).rejects.toThrow(outcome);
    expect(lines.at(1)).toMatchObject({
      ...metricOf('Unauthorized'),
      reason: expect.stringMatching(/^the key is not among those of the pool/),
    });
    expect(asked).toBe(2);
  });
});

test('a decision takes at most 5 ms, and the bundle has at most 60 KB', async () => {
  const { decide } = setUp();
  const tokens = Array.from({ length: 500 }, (_, jti) => `Bearer ${token({ jti: String(jti) })}`);
  const milliseconds: number[] = [];
  for (const authorization of tokens) {
    const began = performance.now();
    await decide(authorization);
    milliseconds.push(performance.now() - began);
  }
  // The first hundred warm up.
  const sorted = milliseconds.slice(100).sort((a, b) => a - b);
  expect(sorted[Math.ceil(0.95 * sorted.length) - 1]).toBeLessThanOrEqual(5);
  const bundle = join(__dirname, '..', '..', 'assets', 'tenant-isolated-api', 'authorizer', 'index.js');
  expect(statSync(bundle).size).toBeLessThanOrEqual(60 * 1_024);
});
