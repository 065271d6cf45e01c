import {
  AdminAddUserToGroupCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminUserGlobalSignOutCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { signIn } from '../../sign-in';
import { browser, CALLBACK, PASSWORD, refreshed, startedAccounts, type TokenResponse } from './testing';

const accounts = startedAccounts();
const web = () => browser(accounts.schools.url, accounts.id('Web'));
const at = (client: string) => ({
  poolUrl: accounts.schools.url,
  clientId: accounts.id(client),
  redirectUri: CALLBACK,
  password: PASSWORD,
});
const signedIn = (username: string, client = 'Web') => signIn({ ...at(client), username });
const bodyOf = async (reply: Response) => (await reply.json()) as TokenResponse;
const rejected = (promise: Promise<unknown>) =>
  promise.then(
    () => Promise.reject(new Error('It was not rejected')),
    (error: Error) => error,
  );

describe('the code flow', () => {
  test('returns tokens with the claims of the trigger, signed with the keys of the pool, with the IDs of the assembly', async () => {
    const username = await accounts.account();
    const { accessToken, idToken } = await signedIn(username);
    const { userPoolId, issuer } = accounts.schools;
    expect(userPoolId).toMatch(/^us-east-1_[a-z0-9]{9}$/);
    const access = await accounts.verified(accessToken);
    expect(access).toMatchObject({
      iss: issuer,
      client_id: accounts.id('Web'),
      token_use: 'access',
      'custom:school_id': 'school-1',
      who: access.sub,
      scope: expect.stringMatching(/^(openid email|email openid)$/),
    });
    const id = await accounts.verified(idToken, 'id');
    expect(id).toMatchObject({ aud: accounts.id('Web'), sub: access.sub, 'custom:school_id': 'school-1', email: username });
    expect(Number(access.exp) - Number(access.iat)).toBe(15 * 60);
    expect(Number(id.exp) - Number(id.iat)).toBe(20 * 60);
  });

  test('invokes the trigger once for all tokens, with the source of the sign-in pages and the groups', async () => {
    const username = await accounts.account();
    await accounts
      .client()
      .send(new AdminAddUserToGroupCommand({ UserPoolId: accounts.schools.userPoolId, Username: username, GroupName: 'teachers' }));
    const { accessToken, idToken } = await signedIn(username);
    const [access, id] = [await accounts.verified(accessToken), await accounts.verified(idToken, 'id')];
    expect(access.count).toBe(id.count);
    expect(access.groups).toEqual(['teachers']);
    expect(accounts.invocations(String(access.username))).toEqual([
      expect.stringContaining(`invoked for ${access.username} TokenGeneration_HostedAuth ${accounts.id('Web')}`),
    ]);
  });

  test('accepts an address in any case if the pool says so', async () => {
    const username = await accounts.account();
    expect((await accounts.verified((await signedIn(username.toUpperCase())).accessToken)).token_use).toBe('access');
  });

  test.each([
    ['another callback', { redirect_uri: `${CALLBACK}/` }, 'redirect_mismatch'],
    ['the start of a callback', { redirect_uri: CALLBACK.slice(0, -1) }, 'redirect_mismatch'],
    ['a callback with a query', { redirect_uri: `${CALLBACK}?a=b` }, 'redirect_mismatch'],
    ['no callback', { redirect_uri: 'https://evil.example/' }, 'redirect_mismatch'],
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['another client', { client_id: 'unknown' }, 'invalid_client'],
  ])('is rejected with %s, in the request or in a forged form', async (_, changed, error) => {
    const username = await accounts.account();
    const response = await browser(accounts.schools.url, accounts.id('Web'), changed).authorize();
    expect([response.status, await bodyOf(response)]).toEqual([400, expect.objectContaining({ error })]);
    const posted = await web().login(username, PASSWORD, changed);
    expect([posted.status, posted.headers.get('location')]).toEqual([400, null]);
    expect(await bodyOf(posted)).toMatchObject({ error });
  });

  test('is denied to a client without the flow, and to a client of another pool', async () => {
    const username = await accounts.account();
    for (const client of ['NoPages', 'Bare', 'Machine']) {
      const { authorize, login } = browser(accounts.schools.url, accounts.id(client));
      expect(await bodyOf(await authorize())).toMatchObject({ error: 'unauthorized_client' });
      expect(await bodyOf(await login(username))).toMatchObject({ error: 'unauthorized_client' });
    }
    const other = browser(accounts.schools.url, accounts.id('OpenWeb'));
    expect(await bodyOf(await other.authorize())).toMatchObject({ error: 'invalid_client' });
    expect(await bodyOf(await other.login(username))).toMatchObject({ error: 'invalid_client' });
  });

  test('redirects with an error for a scope that the client does not have, and for PKCE other than S256', async () => {
    for (const changed of [{ scope: 'openid phone' }, { code_challenge_method: 'plain' }]) {
      const reply = await browser(accounts.schools.url, accounts.id('Web'), changed).authorize();
      expect(reply.status).toBe(302);
      expect(new URL(reply.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request');
    }
  });

  test('a form with more scopes than the client has grants no more', async () => {
    const username = await accounts.account();
    const page = web();
    const reply = await page.login(username, PASSWORD, { scope: 'openid aws.cognito.signin.user.admin reports/read' });
    const code = new URL(reply.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const { access_token } = await bodyOf(await page.token(code));
    expect((await accounts.verified(access_token)).scope).toBe('openid');
  });

  test('shows the page again after a wrong password or user name, and issues no code', async () => {
    const username = await accounts.account();
    for (const reply of [await web().login(username, 'wrong'), await web().login('nobody@school.example')]) {
      expect([reply.status, reply.headers.get('location')]).toEqual([200, null]);
      expect(await reply.text()).toContain('Incorrect username or password.');
    }
  });

  test('verifies PKCE, the client and the callback before it accepts a code, and accepts it once', async () => {
    const username = await accounts.account();
    const page = web();
    const code = await page.code(username);
    for (const changed of [
      { code_verifier: 'x'.repeat(43) },
      { code_verifier: undefined },
      { redirect_uri: 'https://app.example/other' },
      { client_id: accounts.id('Patient') },
      { code: 'made-up' },
    ]) {
      const reply = await page.token(code, changed);
      expect([reply.status, await bodyOf(reply)]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);
    }
    expect((await page.token(code)).status).toBe(200);
    const again = await page.token(code);
    expect([again.status, await bodyOf(again)]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);
  });

  test('returns tokens for a code only to one of many concurrent requests', async () => {
    const page = web();
    const code = await page.code(await accounts.account());
    const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await page.token(code)).status));
    expect(statuses.sort()).toEqual([200, ...Array(7).fill(400)]);
  });

  test('requires the secret of a client that has one', async () => {
    const username = await accounts.account();
    const { UserPoolClient } = await accounts
      .client()
      .send(new DescribeUserPoolClientCommand({ UserPoolId: accounts.schools.userPoolId, ClientId: accounts.id('Secret') }));
    const page = browser(accounts.schools.url, accounts.id('Secret'));
    const code = await page.code(username);
    expect(await bodyOf(await page.token(code))).toMatchObject({ error: 'invalid_client' });
    expect(await bodyOf(await page.token(code, { client_secret: 'wrong' }))).toMatchObject({ error: 'invalid_client' });
    const basic = Buffer.from(`${accounts.id('Secret')}:${UserPoolClient?.ClientSecret}`).toString('base64');
    const { refresh_token } = await bodyOf(await page.token(code, { client_id: undefined }, { authorization: `Basic ${basic}` }));
    const { url } = accounts.schools;
    expect(await refreshed(url, accounts.id('Secret'), refresh_token)).toMatchObject({ body: { error: 'invalid_client' } });
    const secret = { client_secret: UserPoolClient?.ClientSecret ?? '' };
    expect(await refreshed(url, accounts.id('Secret'), refresh_token, secret)).toMatchObject({ status: 200 });
    const get = (ClientSecret?: string) =>
      accounts
        .nobody()
        .send(new GetTokensFromRefreshTokenCommand({ ClientId: accounts.id('Secret'), RefreshToken: refresh_token, ClientSecret }));
    expect(await rejected(get())).toMatchObject({ name: 'NotAuthorizedException' });
    expect(await rejected(get('wrong'))).toMatchObject({ name: 'NotAuthorizedException' });
    expect((await get(secret.client_secret)).AuthenticationResult?.AccessToken).toBeDefined();
  });

  test('supports other grants only if the client allows them', async () => {
    const grant = (form: Record<string, string>) =>
      fetch(`${accounts.schools.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
    for (const grant_type of ['client_credentials', 'password', 'implicit']) {
      const reply = await grant({ grant_type, client_id: accounts.id('Web'), username: await accounts.account(), password: PASSWORD });
      expect([reply.status, (await bodyOf(reply)).access_token]).toEqual([400, undefined]);
    }
    const { UserPoolClient } = await accounts
      .client()
      .send(new DescribeUserPoolClientCommand({ UserPoolId: accounts.schools.userPoolId, ClientId: accounts.id('Machine') }));
    const machine = { grant_type: 'client_credentials', client_id: accounts.id('Machine') };
    expect((await grant(machine)).status).toBe(400);
    const { access_token } = await bodyOf(await grant({ ...machine, client_secret: UserPoolClient?.ClientSecret ?? '' }));
    expect((await accounts.verified(access_token, 'access', accounts.id('Machine'))).scope).toBe('reports/read');
  });
});

describe('if the trigger fails, there is no token', () => {
  test.each([
    ['throws', 'PreTokenGeneration failed with error two records.'],
    ['null', 'Unrecognizable lambda output'],
    ['text', 'Unrecognizable lambda output'],
    ['no response', 'Unrecognizable lambda output'],
    ['malformed', 'Unrecognizable lambda output'],
  ])('%s', async (mode, description) => {
    const page = web();
    const reply = await page.token(await page.code(await accounts.account(mode)));
    expect([reply.status, await bodyOf(reply)]).toEqual([400, { error: 'invalid_grant', error_description: description }]);
  });

  test('slow: it is invoked three times, with a timeout of five seconds each', async () => {
    const page = web();
    const username = await accounts.account('slow');
    const code = await page.code(username);
    const began = Date.now();
    const reply = await page.token(code);
    expect([reply.status, (await bodyOf(reply)).access_token]).toEqual([400, undefined]);
    expect(Date.now() - began).toBeGreaterThan(14_500);
    expect(Date.now() - began).toBeLessThan(20_000);
    const { Username = '' } = await accounts
      .client()
      .send(new AdminGetUserCommand({ UserPoolId: accounts.schools.userPoolId, Username: username }));
    expect(accounts.invocations(Username)).toHaveLength(3);
  });
});

describe('the trigger', () => {
  test('an unchanged event does not change the tokens', async () => {
    const claims = await accounts.verified((await signedIn(await accounts.account('echo'))).accessToken);
    expect(claims).not.toHaveProperty('count');
  });

  test("it can't change the subject and the lifetime of a token, but other claims, scopes and groups", async () => {
    const username = await accounts.account('forges');
    const { accessToken, idToken } = await signedIn(username);
    const access = await accounts.verified(accessToken);
    expect(access).toMatchObject({
      note: 'kept',
      token_use: 'access',
      'cognito:groups': ['chosen'],
      scope: expect.stringContaining('extra'),
    });
    expect([access.sub, access.username]).not.toContain('x');
    const id = await accounts.verified(idToken, 'id');
    expect(id).toMatchObject({ note: 'kept', sub: access.sub });
    expect(id).not.toHaveProperty('email');
  });

  test("its address is only on this machine and can't be guessed", async () => {
    const { UserPool } = await accounts.client().send(new DescribeUserPoolCommand({ UserPoolId: accounts.schools.userPoolId }));
    expect(UserPool?.LambdaConfig?.PreTokenGenerationConfig).toEqual({ LambdaArn: accounts.arn('Trigger'), LambdaVersion: 'V2_0' });
    expect(JSON.stringify(UserPool)).not.toContain('127.0.0.1');
  });
});

describe('refresh tokens', () => {
  test('with rotation each use returns a new token with the remaining lifetime, each token is valid once, and the trigger is invoked each time', async () => {
    const { url } = accounts.schools;
    const first = await signedIn(await accounts.account());
    const before = await accounts.verified(first.accessToken);
    const { status, body } = await refreshed(url, accounts.id('Web'), first.refreshToken);
    expect([status, body.expires_in]).toEqual([200, 900]);
    const access = await accounts.verified(body.access_token);
    expect(access).toMatchObject({ sub: before.sub, 'custom:school_id': 'school-1', scope: before.scope, who: before.sub });
    expect(access.count).toBe(Number(before.count) + 1);
    expect((await accounts.verified(body.id_token, 'id')).count).toBe(access.count);
    expect(accounts.invocations(String(access.username)).at(-1)).toContain('TokenGeneration_RefreshTokens');
    const expiry = (token: string) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).exp as number;
    expect(expiry(body.refresh_token)).toBe(expiry(first.refreshToken));

    expect(await refreshed(url, accounts.id('Web'), first.refreshToken)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const reuse = new GetTokensFromRefreshTokenCommand({ ClientId: accounts.id('Web'), RefreshToken: first.refreshToken });
    expect((await rejected(accounts.nobody().send(reuse))).name).toBe('RefreshTokenReuseException');
    const next = new GetTokensFromRefreshTokenCommand({ ClientId: accounts.id('Web'), RefreshToken: body.refresh_token });
    const { AuthenticationResult } = await accounts.nobody().send(next);
    expect(AuthenticationResult?.RefreshToken).toBeDefined();
  });

  test('with a grace period the previous token stays valid for a while; without rotation the token stays the same', async () => {
    const { url } = accounts.schools;
    const { refreshToken } = await signedIn(await accounts.account(), 'Patient');
    for (let time = 0; time < 2; time++) {
      expect((await refreshed(url, accounts.id('Patient'), refreshToken)).body.refresh_token).toBeDefined();
    }
    const kept = await signIn({ ...at('Kept'), username: await accounts.account(), scope: 'openid' });
    for (let time = 0; time < 2; time++) {
      const { status, body } = await refreshed(url, accounts.id('Kept'), kept.refreshToken);
      expect([status, body.refresh_token]).toEqual([200, undefined]);
    }
  });

  test('without a grace period only one of many concurrent uses succeeds', async () => {
    const { refreshToken } = await signedIn(await accounts.account());
    const answers = await Promise.all(Array.from({ length: 6 }, () => refreshed(accounts.schools.url, accounts.id('Web'), refreshToken)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400]);
  });

  test('is valid only for its own client, and only with its signature', async () => {
    const { refreshToken } = await signedIn(await accounts.account());
    const { url } = accounts.schools;
    expect(await refreshed(url, accounts.id('Patient'), refreshToken)).toMatchObject({ body: { error: 'invalid_grant' } });
    expect(await refreshed(accounts.open.url, accounts.id('OpenWeb'), refreshToken)).toMatchObject({ status: 400 });
    const [head, payload, signature] = refreshToken.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const longer = Buffer.from(JSON.stringify({ ...claims, exp: 9_999_999_999, jti: 'new' })).toString('base64url');
    expect(await refreshed(url, accounts.id('Web'), `${head}.${longer}.${signature}`)).toMatchObject({ body: { error: 'invalid_grant' } });
    expect(await refreshed(url, accounts.id('Web'), 'made-up')).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  test('becomes invalid when revoked, by the API or the revoke endpoint, with all tokens that were issued for it', async () => {
    const { url } = accounts.schools;
    const revoke = (token: string, client: string) =>
      fetch(`${url}/oauth2/revoke`, { method: 'POST', body: new URLSearchParams({ token, client_id: accounts.id(client) }) });
    const first = await signedIn(await accounts.account());
    const { body } = await refreshed(url, accounts.id('Web'), first.refreshToken);
    expect((await revoke(body.refresh_token, 'Patient')).status).toBe(401);
    const wrong = await revoke(body.access_token, 'Web');
    expect([wrong.status, (await bodyOf(wrong)).error]).toEqual([400, 'unsupported_token_type']);
    expect((await revoke(first.refreshToken, 'Web')).status).toBe(200);
    expect(await refreshed(url, accounts.id('Web'), body.refresh_token)).toMatchObject({ body: { error: 'invalid_grant' } });

    const second = await signedIn(await accounts.account());
    await accounts.nobody().send(new RevokeTokenCommand({ ClientId: accounts.id('Web'), Token: second.refreshToken }));
    expect(await refreshed(url, accounts.id('Web'), second.refreshToken)).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  test('becomes invalid when its user is signed out globally or disabled, and so does a code', async () => {
    const { url, userPoolId: UserPoolId } = accounts.schools;
    const admin = accounts.client();
    const one = await accounts.account();
    const out = await signedIn(one);
    await admin.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: one }));
    expect(await refreshed(url, accounts.id('Web'), out.refreshToken)).toMatchObject({ body: { error: 'invalid_grant' } });

    const other = await accounts.account();
    const { refreshToken } = await signedIn(other);
    const page = web();
    const code = await page.code(other);
    await admin.send(new AdminDisableUserCommand({ UserPoolId, Username: other }));
    expect(await refreshed(url, accounts.id('Web'), refreshToken)).toMatchObject({ body: { error: 'invalid_grant' } });
    expect(await bodyOf(await page.token(code))).toMatchObject({ error: 'invalid_grant' });
    expect(await web().code(other)).toBe('');
  });
});

describe('the other endpoints', () => {
  test('userInfo requires a token of this pool with openid, GetUser one with the scope of the API', async () => {
    const username = await accounts.account();
    const { accessToken, idToken } = await signedIn(username);
    const userInfo = (token: string) => fetch(`${accounts.schools.url}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } });
    expect(await bodyOf(await userInfo(accessToken))).toMatchObject({ email: username });
    const [head, payload] = accessToken.split('.');
    for (const token of [idToken, `${head}.${payload}.AAAA`, 'x']) expect((await userInfo(token)).status).toBe(401);
    const denial = await rejected(accounts.nobody().send(new GetUserCommand({ AccessToken: accessToken })));
    expect(denial).toMatchObject({ name: 'NotAuthorizedException', message: 'Access Token does not have required scopes' });
    const admin = await signIn({ ...at('Kept'), username, scope: 'openid aws.cognito.signin.user.admin' });
    const { UserAttributes } = await accounts.nobody().send(new GetUserCommand({ AccessToken: admin.accessToken }));
    expect(UserAttributes).toContainEqual({ Name: 'email', Value: username });
  });

  test('logout redirects only to URLs of the client', async () => {
    const logout = (logout_uri: string, client = 'Web') =>
      fetch(`${accounts.schools.url}/logout?${new URLSearchParams({ client_id: accounts.id(client), logout_uri })}`, {
        redirect: 'manual',
      });
    expect((await logout('https://app.example/out')).headers.get('location')).toBe('https://app.example/out');
    expect((await logout('https://evil.example/')).status).toBe(400);
    expect((await logout('https://evil.example/', 'Machine')).status).toBe(400);
  });

  test('no other path of the engine can be reached, with any headers', async () => {
    const { url, userPoolId } = accounts.schools;
    const signature = 'AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';
    for (const [method, path] of [
      ['GET', '/'],
      ['PUT', '/login'],
      ['POST', '/'],
      ['GET', '/_ministack/ready'],
      ['POST', '/_ministack/reset'],
      ['GET', '/oauth2/token'],
      ['GET', `/${accounts.open.userPoolId}/.well-known/jwks.json`],
    ]) {
      const reply = await fetch(url + path, {
        method,
        headers: { authorization: signature, 'x-amz-target': 'AWSCognitoIdentityProviderService.ListUserPools' },
      });
      expect([method, path, reply.status]).toEqual([method, path, 404]);
    }
    expect((await fetch(`${url}/${userPoolId}/.well-known/jwks.json`)).status).toBe(200);
  });
});

test('functions reach keys, pages and the endpoint by their public names', async () => {
  const username = await accounts.account();
  const { userPoolId: pool, issuer, url } = accounts.schools;
  const event = { pool, user: username, clientId: accounts.id('NoPages'), domain: 'schools-of-example.auth.us-east-1.amazoncognito.com' };
  const { payload } = await accounts.sandbox.functions.invoke(accounts.arn('Fetcher'), event);
  const keys = await (await fetch(`${url}/${pool}/.well-known/jwks.json`)).text();
  expect(payload).toEqual({
    https: `200 ${keys}`,
    fetch: keys,
    configuration: expect.objectContaining({ issuer }),
    unknown: expect.stringMatching(/^404 /),
    admin: expect.stringMatching(/^[0-9a-f-]{36}$/),
    client: 'NotAuthorizedException: Incorrect username or password.',
    domain: expect.stringMatching(/^404 /),
    unknownHost: expect.stringMatching(/^502 .*No API and no user pool of this assembly has the host unknown/),
  });
});

test('the sign-in helper reports where it failed', async () => {
  expect(String(await rejected(signIn({ ...at('Web'), username: 'nobody@school.example' })))).toContain('could not sign in: 200');
  expect(String(await rejected(signIn({ ...at('NoPages'), username: 'x' })))).toContain('No sign-in page was returned');
});
