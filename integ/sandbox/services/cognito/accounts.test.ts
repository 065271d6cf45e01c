import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  CreateUserPoolCommand,
  DescribeResourceServerCommand,
  DescribeUserPoolClientCommand,
  ForgotPasswordCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  ListUserPoolClientsCommand,
  ListUsersCommand,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { signIn } from '../../sign-in';
import { browser, CALLBACK, PASSWORD, startedAccounts } from './testing';

const accounts = startedAccounts();
const pool = () => accounts.schools.userPoolId;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => Promise.reject(new Error('It was not rejected')),
    (error: Error) => error,
  );
const byPassword = (USERNAME: string, PASSWORD_ = PASSWORD, client = 'NoPages') =>
  accounts.nobody().send(
    new InitiateAuthCommand({
      ClientId: accounts.id(client),
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD: PASSWORD_ },
    }),
  );
const newUser = (Username: string, more: Record<string, string> = {}) =>
  accounts.client().send(
    new AdminCreateUserCommand({
      UserPoolId: pool(),
      Username,
      TemporaryPassword: 'Temporary-Word-1',
      MessageAction: 'SUPPRESS',
      UserAttributes: Object.entries({ email: Username, ...more }).map(([Name, Value]) => ({ Name, Value })),
    }),
  );

describe('authorization', () => {
  test('administrative operations are signed, and the policies of the template decide by pool and by its tags', async () => {
    const user = await accounts.account();
    const get = () => new AdminGetUserCommand({ UserPoolId: pool(), Username: user });
    expect((await accounts.client('Registrar').send(get())).UserStatus).toBe('CONFIRMED');
    const message = `User: arn:aws:sts::123456789012:assumed-role/Registrar/session is not authorized to perform: cognito-idp:AdminSetUserPassword on resource: ${accounts.arn('Schools')} because no identity-based policy allows the cognito-idp:AdminSetUserPassword action`;
    const set = new AdminSetUserPasswordCommand({ UserPoolId: pool(), Username: user, Password: PASSWORD, Permanent: true });
    expect(await failure(accounts.client('Registrar').send(set))).toMatchObject({ name: 'AccessDeniedException', message });
    const elsewhere = new AdminGetUserCommand({ UserPoolId: accounts.open.userPoolId, Username: user });
    expect(await failure(accounts.client('Registrar').send(elsewhere))).toMatchObject({ name: 'AccessDeniedException' });
    expect((await accounts.client('ByTag').send(new ListUsersCommand({ UserPoolId: pool() }))).Users).not.toHaveLength(0);
    const untagged = new ListUsersCommand({ UserPoolId: accounts.open.userPoolId });
    expect(await failure(accounts.client('ByTag').send(untagged))).toMatchObject({ name: 'AccessDeniedException' });
  });

  test('unsigned administrative operations are rejected, and so is an unknown access key', async () => {
    const call = (operation: string, headers: Record<string, string> = {}) =>
      fetch(accounts.sandbox.endpoint.url, {
        method: 'POST',
        headers: { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`, ...headers },
        body: JSON.stringify({ UserPoolId: pool(), Username: 'x' }),
      });
    for (const operation of ['AdminGetUser', 'AdminInitiateAuth', 'ListUsers', 'CreateUserPool', 'Nonsense']) {
      const reply = await call(operation);
      expect([operation, reply.status]).toEqual([operation, 403]);
      expect(await reply.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
    }
    const unknown = accounts.nobody().send(new AdminGetUserCommand({ UserPoolId: pool(), Username: 'x' }));
    expect(await failure(unknown)).toMatchObject({ name: 'UnrecognizedClientException' });
  });

  test('pools come only from the template, and unsupported operations are rejected by name', async () => {
    expect(await failure(accounts.client().send(new CreateUserPoolCommand({ PoolName: 'mine' })))).toMatchObject({
      name: 'InvalidParameterException',
      message: 'The sandbox does not support the operation CreateUserPool of cognito-idp',
    });
  });

  test('a body that is not JSON is rejected', async () => {
    const reply = await fetch(accounts.sandbox.endpoint.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth' },
      body: '[',
    });
    expect([reply.status, await reply.json()]).toEqual([400, expect.objectContaining({ __type: 'SerializationException' })]);
  });
});

test('clients and resource servers have the IDs and settings of the template', async () => {
  const admin = accounts.client();
  const { UserPoolClients = [] } = await admin.send(new ListUserPoolClientsCommand({ UserPoolId: pool(), MaxResults: 60 }));
  expect(UserPoolClients.map(({ ClientId }) => ClientId).sort()).toEqual([...accounts.schools.clientIds].sort());
  const { UserPoolClient } = await admin.send(new DescribeUserPoolClientCommand({ UserPoolId: pool(), ClientId: accounts.id('Web') }));
  expect(UserPoolClient).toMatchObject({
    AllowedOAuthFlows: ['code'],
    CallbackURLs: [CALLBACK],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    AccessTokenValidity: 15,
  });
  const server = await admin.send(new DescribeResourceServerCommand({ UserPoolId: pool(), Identifier: 'reports' }));
  expect(server.ResourceServer?.Scopes).toEqual([{ ScopeName: 'read', ScopeDescription: 'to read' }]);
});

describe('self-service sign-up', () => {
  test('is rejected if only administrators create accounts', async () => {
    const command = new SignUpCommand({ ClientId: accounts.id('Web'), Username: 'me@evil.example', Password: PASSWORD });
    expect(await failure(accounts.nobody().send(command))).toMatchObject({
      name: 'NotAuthorizedException',
      message: 'SignUp is not permitted for this user pool',
    });
  });

  test('works if the pool allows it, with the required attributes, the schema and the write permissions of the client; no code confirms the user', async () => {
    const signUp = (Username: string, attributes: Record<string, string>, Password = 'abcdefgh') =>
      accounts.nobody().send(
        new SignUpCommand({
          ClientId: accounts.id('OpenApp'),
          Username,
          Password,
          UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
        }),
      );
    expect(await failure(signUp('ann', {}))).toMatchObject({
      name: 'InvalidParameterException',
      message: 'Attributes did not conform to the schema: name: The attribute is required',
    });
    expect(await failure(signUp('ann', { name: 'Ann', 'custom:school_id': 'x' }))).toMatchObject({ name: 'InvalidParameterException' });
    expect(await failure(signUp('ann', { name: 'Ann', email_verified: 'true' }))).toMatchObject({ name: 'NotAuthorizedException' });
    expect(await failure(signUp('ann', { name: 'Ann' }, 'short'))).toMatchObject({ name: 'InvalidPasswordException' });
    expect((await signUp('ann', { name: 'Ann' })).UserConfirmed).toBe(false);
    expect(await failure(byPassword('ann', 'abcdefgh', 'OpenApp'))).toMatchObject({ name: 'UserNotConfirmedException' });
    const confirm = (ConfirmationCode: string) =>
      accounts.nobody().send(new ConfirmSignUpCommand({ ClientId: accounts.id('OpenApp'), Username: 'ann', ConfirmationCode }));
    expect(await failure(confirm('123456'))).toMatchObject({ name: 'CodeMismatchException' });
    await accounts.client().send(new AdminConfirmSignUpCommand({ UserPoolId: accounts.open.userPoolId, Username: 'ann' }));
    expect((await byPassword('ann', 'abcdefgh', 'OpenApp')).AuthenticationResult?.AccessToken).toBeDefined();
  });

  test('does not allow taking over an account with a code that was never sent', async () => {
    const Username = await accounts.account();
    const ClientId = accounts.id('NoPages');
    await accounts.nobody().send(new ForgotPasswordCommand({ ClientId, Username }));
    for (const ConfirmationCode of ['654321', '123456', '']) {
      const command = new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password: 'Mine-Now-12345' });
      expect(await failure(accounts.nobody().send(command))).toMatchObject({
        name: expect.stringMatching(/^(CodeMismatch|Expired|InvalidParameter)/),
      });
    }
    expect((await byPassword(Username)).AuthenticationResult?.AccessToken).toBeDefined();
  });
});

describe('sign-in through the API', () => {
  test('returns the claims of the trigger, which is invoked once', async () => {
    const { AuthenticationResult } = await byPassword(await accounts.account());
    const client = accounts.id('NoPages');
    const access = await accounts.verified(AuthenticationResult?.AccessToken ?? '', 'access', client);
    expect(access).toMatchObject({ 'custom:school_id': 'school-1', scope: 'aws.cognito.signin.user.admin' });
    expect((await accounts.verified(AuthenticationResult?.IdToken ?? '', 'id', client)).count).toBe(access.count);
    expect(accounts.invocations(String(access.username))).toHaveLength(1);
  });

  test.each([
    ['throws', 'UserLambdaValidationException', 'PreTokenGeneration failed with error two records.'],
    ['no response', 'InvalidLambdaResponseException', 'Unrecognizable lambda output'],
  ])('returns no token if the trigger fails: %s', async (mode, name, message) => {
    expect(await failure(byPassword(await accounts.account(mode)))).toMatchObject({ name, message });
  });

  test('returns no token if the function’s permission is for another pool', async () => {
    const UserPoolId = accounts.id('Unpermitted');
    const admin = accounts.client();
    await admin.send(new AdminCreateUserCommand({ UserPoolId, Username: 'bob', MessageAction: 'SUPPRESS' }));
    await admin.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: 'bob', Password: PASSWORD, Permanent: true }));
    expect(await failure(byPassword('bob', PASSWORD, 'UnpermittedApp'))).toMatchObject({
      name: 'UnexpectedLambdaException',
      message: 'PreTokenGeneration invocation failed due to error AccessDeniedException.',
    });
  });

  test("follows the flows of the client; a client without flows can't sign in with a password", async () => {
    const user = await accounts.account();
    for (const client of ['Web', 'Bare']) {
      expect(await failure(byPassword(user, PASSWORD, client))).toMatchObject({
        name: 'InvalidParameterException',
        message: 'USER_PASSWORD_AUTH flow not enabled for this client',
      });
    }
    const asAdmin = (client: string) =>
      accounts.client().send(
        new AdminInitiateAuthCommand({
          UserPoolId: pool(),
          ClientId: accounts.id(client),
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: user, PASSWORD },
        }),
      );
    expect(await failure(asAdmin('Web'))).toMatchObject({ message: 'Auth flow not enabled for this client' });
    expect((await asAdmin('NoPages')).AuthenticationResult?.AccessToken).toBeDefined();
    for (const AuthFlow of ['CUSTOM_AUTH', 'USER_AUTH'] as const) {
      const command = new InitiateAuthCommand({ ClientId: accounts.id('Bare'), AuthFlow, AuthParameters: { USERNAME: user } });
      expect(await failure(accounts.nobody().send(command))).toMatchObject({
        message: `The sandbox does not support the flow ${AuthFlow}`,
      });
    }
  });

  test('refreshes with REFRESH_TOKEN_AUTH only without rotation', async () => {
    const refresh = (client: string, token = '') =>
      accounts.nobody().send(
        new InitiateAuthCommand({
          ClientId: accounts.id(client),
          AuthFlow: 'REFRESH_TOKEN_AUTH',
          AuthParameters: { REFRESH_TOKEN: token },
        }),
      );
    const { AuthenticationResult } = await byPassword(await accounts.account());
    const answer = await refresh('NoPages', AuthenticationResult?.RefreshToken);
    expect(answer.AuthenticationResult).toMatchObject({ AccessToken: expect.any(String), TokenType: 'Bearer' });
    expect(answer.AuthenticationResult?.RefreshToken).toBeUndefined();
    const { refreshToken } = await signIn({
      poolUrl: accounts.schools.url,
      clientId: accounts.id('Web'),
      redirectUri: CALLBACK,
      username: await accounts.account(),
      password: PASSWORD,
    });
    expect(await failure(refresh('Web', refreshToken))).toMatchObject({ name: 'InvalidParameterException' });
  });

  test('expires a refresh token', async () => {
    const { AuthenticationResult } = await byPassword(await accounts.account(), PASSWORD, 'Brief');
    await new Promise((wake) => setTimeout(wake, 2_100));
    const command = new GetTokensFromRefreshTokenCommand({
      ClientId: accounts.id('Brief'),
      RefreshToken: AuthenticationResult?.RefreshToken,
    });
    expect(await failure(accounts.nobody().send(command))).toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Refresh Token has expired',
    });
    const get = new GetUserCommand({ AccessToken: AuthenticationResult?.AccessToken });
    expect(await failure(accounts.nobody().send(get))).toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Access Token has expired',
    });
  });

  test('hides whether a user exists if the client is configured so', async () => {
    for (const user of ['none@school.example', await accounts.account()]) {
      expect(await failure(byPassword(user, 'Wrong-Password-1'))).toMatchObject({
        name: 'NotAuthorizedException',
        message: 'Incorrect username or password.',
      });
    }
  });
});

describe('a temporary password', () => {
  const respond = (
    Session: string | undefined,
    responses: Record<string, string>,
    ChallengeName = 'NEW_PASSWORD_REQUIRED',
    client = 'NoPages',
  ) =>
    accounts.nobody().send(
      new RespondToAuthChallengeCommand({
        ClientId: accounts.id(client),
        ChallengeName: ChallengeName as 'NEW_PASSWORD_REQUIRED',
        Session,
        ChallengeResponses: responses,
      }),
    );

  test('is changed by a user who signed in with it, in a session that is valid once, to a password that the policy accepts', async () => {
    await newUser('new@school.example', { 'custom:school_id': 'school-1' });
    const [USERNAME, NEW_PASSWORD] = ['new@school.example', 'A-New-Password-1'];
    const challenge = async () => (await byPassword(USERNAME, 'Temporary-Word-1')).Session;
    const session = await challenge();
    expect(await failure(respond(session, { USERNAME, NEW_PASSWORD: 'short' }))).toMatchObject({ name: 'InvalidPasswordException' });
    expect(await failure(respond(session, { USERNAME }))).toMatchObject({ name: 'InvalidParameterException' });
    const { AuthenticationResult } = await respond(session, { USERNAME, NEW_PASSWORD });
    expect(AuthenticationResult?.AccessToken).toBeDefined();
    expect(await failure(respond(session, { USERNAME, NEW_PASSWORD: 'Another-Password-1' }))).toMatchObject({
      name: 'NotAuthorizedException',
    });
    expect((await byPassword(USERNAME, NEW_PASSWORD)).AuthenticationResult?.AccessToken).toBeDefined();
  });

  test('without such a session, no challenge returns tokens or sets a password', async () => {
    await newUser('victim@school.example');
    await newUser('other@school.example');
    const victim = 'victim@school.example';
    const own = (await byPassword('other@school.example', 'Temporary-Word-1')).Session;
    const invalid = { name: 'NotAuthorizedException', message: 'Invalid session for the user.' };
    for (const session of [undefined, 'a'.repeat(44), own]) {
      for (const name of ['NEW_PASSWORD_REQUIRED', 'SOFTWARE_TOKEN_MFA', 'MFA_SETUP']) {
        const responses = { USERNAME: victim, NEW_PASSWORD: 'Mine-Now-12345', SOFTWARE_TOKEN_MFA_CODE: '123456' };
        expect(await failure(respond(session, responses, name))).toMatchObject(invalid);
      }
    }
    const mine = { USERNAME: 'other@school.example', NEW_PASSWORD: 'A-New-Password-1' };
    expect(await failure(respond(own, mine, 'NEW_PASSWORD_REQUIRED', 'Bare'))).toMatchObject(invalid);
    expect(await failure(respond(own, mine, 'MFA_SETUP'))).toMatchObject(invalid);
  });

  test('does not become permanent by a confirmation', async () => {
    await newUser('waiting@school.example');
    const confirm = new AdminConfirmSignUpCommand({ UserPoolId: pool(), Username: 'waiting@school.example' });
    expect(await failure(accounts.client().send(confirm))).toMatchObject({
      name: 'NotAuthorizedException',
      message: 'User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD',
    });
  });

  test('can also be changed on the sign-in page', async () => {
    await newUser('page@school.example');
    const url = accounts.schools.url;
    const page = browser(url, accounts.id('Web'));
    const form = await (await page.login('page@school.example', 'Temporary-Word-1')).text();
    const [, np_token] = /name="np_token" value="([^"]+)"/.exec(form) ?? [];
    const change = (password: string) =>
      fetch(`${url}/login`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ np_token, new_password: password, confirm_password: password }),
      });
    expect(await (await change('short')).text()).toContain('Password did not conform with policy');
    const code = new URL((await change('A-New-Password-1')).headers.get('location') ?? '').searchParams.get('code') ?? '';
    expect((await page.token(code)).status).toBe(200);
  });
});

describe('attributes', () => {
  const token = async (user: string) => (await byPassword(user)).AuthenticationResult?.AccessToken;
  const update = (AccessToken: string | undefined, attributes: Record<string, string>) =>
    accounts.nobody().send(
      new UpdateUserAttributesCommand({
        AccessToken,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      }),
    );
  const asAdmin = (Username: string, attributes: Record<string, string>) =>
    accounts.client().send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: pool(),
        Username,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      }),
    );
  const attributesOf = async (Username: string) => {
    const { UserAttributes = [] } = await accounts.client().send(new AdminGetUserCommand({ UserPoolId: pool(), Username }));
    return Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
  };

  test('a client writes only the attributes on its list', async () => {
    const user = await accounts.account();
    const { accessToken } = await signIn({
      poolUrl: accounts.schools.url,
      clientId: accounts.id('Lister'),
      redirectUri: CALLBACK,
      username: user,
      password: PASSWORD,
      scope: 'openid aws.cognito.signin.user.admin',
    });
    await update(accessToken, { name: 'Ann', 'custom:age': '12' });
    expect(await attributesOf(user)).toMatchObject({ name: 'Ann', 'custom:age': '12' });
    const forbidden: Record<string, string>[] = [
      { 'custom:school_id': 'school-2' },
      { 'custom:mode': 'echo' },
      { name: 'Bob', 'custom:school_id': 'school-2' },
    ];
    for (const attributes of forbidden) {
      expect(await failure(update(accessToken, attributes))).toMatchObject({
        name: 'NotAuthorizedException',
        message: 'A client attempted to write unauthorized attribute',
      });
    }
    expect(await attributesOf(user)).toMatchObject({ name: 'Ann', 'custom:school_id': 'school-1' });
  });

  test('nobody changes an immutable attribute: neither a client without a list nor an administrator', async () => {
    const user = await accounts.account();
    const rejected = (name: string) => ({ name: 'InvalidParameterException', message: `user.${name}: Attribute cannot be updated.` });
    expect(await failure(update(await token(user), { 'custom:school_id': 'school-2' }))).toMatchObject(rejected('custom:school_id'));
    expect(await failure(asAdmin(user, { 'custom:school_id': 'school-2' }))).toMatchObject(rejected('custom:school_id'));
    expect(await failure(asAdmin(user, { sub: 'school-2' }))).toMatchObject(rejected('sub'));
    expect(await attributesOf(user)).toMatchObject({ 'custom:school_id': 'school-1' });
    await asAdmin(user, { 'custom:mode': 'echo' });
    expect(await attributesOf(user)).toMatchObject({ 'custom:mode': 'echo' });
  });

  test('a client can neither mark an address as verified nor change it, because no code is sent', async () => {
    const access = await token(await accounts.account());
    expect(await failure(update(access, { email_verified: 'true' }))).toMatchObject({ name: 'NotAuthorizedException' });
    expect(await failure(update(access, { email: 'other@school.example' }))).toMatchObject({
      message: 'The sandbox does not support UpdateUserAttributes of email: it sends no confirmation codes',
    });
  });

  test.each([
    [{ 'custom:unknown': 'x' }, 'custom:unknown: Attribute does not exist in the schema.'],
    [{ 'custom:school_id': 'ab' }, 'custom:school_id: String must not be shorter than 3 characters'],
    [{ 'custom:school_id': 'a'.repeat(65) }, 'custom:school_id: String must not be longer than 64 characters'],
    [{ 'custom:age': 'twelve' }, 'custom:age: Not a number'],
    [{ 'custom:age': '131' }, 'custom:age: Number must be from 3 to 130'],
  ])('must match the schema: %j', async (attributes, message) => {
    const expected = { name: 'InvalidParameterException', message: `Attributes did not conform to the schema: ${message}` };
    expect(await failure(newUser('odd@school.example', attributes as Record<string, string>))).toMatchObject(expected);
    expect(await failure(asAdmin(await accounts.account(), attributes as Record<string, string>))).toMatchObject(expected);
  });

  test('a forged token writes nothing', async () => {
    const [head, payload, signature] = ((await token(await accounts.account())) ?? '').split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, client_id: 'unknown' })).toString('base64url');
    expect(await failure(update(`${head}.${forged}.${signature}`, { 'custom:mode': 'echo' }))).toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Could not verify signature for Access Token',
    });
  });
});

test('user names are case-insensitive if the pool says so', async () => {
  const user = await accounts.account();
  expect(await failure(newUser(user.toUpperCase()))).toMatchObject({ name: 'UsernameExistsException' });
  expect((await byPassword(user.toUpperCase())).AuthenticationResult?.AccessToken).toBeDefined();
  const named = (Username: string) =>
    accounts.client().send(new AdminCreateUserCommand({ UserPoolId: accounts.open.userPoolId, Username, MessageAction: 'SUPPRESS' }));
  await named('Zoe');
  for (const name of ['zoe', 'ZOE', 'Zoe']) expect(await failure(named(name))).toMatchObject({ name: 'UsernameExistsException' });
});

describe('passwords and sessions', () => {
  test('each new password must match the policy', async () => {
    const Username = await accounts.account();
    const rejected = { name: 'InvalidPasswordException' };
    for (const Password of ['Short-1', 'no-upper-case-1', 'NO-LOWER-CASE-1', 'No-Number-Here', 'NoSymbolHere1']) {
      const set = new AdminSetUserPasswordCommand({ UserPoolId: pool(), Username, Password, Permanent: true });
      expect(await failure(accounts.client().send(set))).toMatchObject(rejected);
    }
    const AccessToken = (await byPassword(Username)).AuthenticationResult?.AccessToken;
    const change = (PreviousPassword: string, ProposedPassword: string) =>
      accounts.nobody().send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword }));
    expect(await failure(change(PASSWORD, 'weak'))).toMatchObject(rejected);
    expect(await failure(change('Wrong-Password-1', 'A-New-Password-1'))).toMatchObject({ name: 'NotAuthorizedException' });
    await change(PASSWORD, 'A-New-Password-1');
    expect((await byPassword(Username, 'A-New-Password-1')).AuthenticationResult).toBeDefined();
  });

  test('a global sign-out revokes all tokens of the user for the API', async () => {
    const user = await accounts.account();
    const [one, other] = [await byPassword(user), await byPassword(user)].map(({ AuthenticationResult = {} }) => AuthenticationResult);
    await accounts.nobody().send(new GlobalSignOutCommand({ AccessToken: one.AccessToken }));
    const ended = { name: 'NotAuthorizedException' };
    for (const { AccessToken, RefreshToken } of [one, other]) {
      expect(await failure(accounts.nobody().send(new GetUserCommand({ AccessToken })))).toMatchObject(ended);
      const refresh = new GetTokensFromRefreshTokenCommand({ ClientId: accounts.id('NoPages'), RefreshToken });
      expect(await failure(accounts.nobody().send(refresh))).toMatchObject(ended);
    }
  });

  test("a client without token revocation can't revoke tokens", async () => {
    await accounts.client().send(
      new AdminCreateUserCommand({
        UserPoolId: accounts.open.userPoolId,
        Username: 'eve',
        TemporaryPassword: 'abcdefgh',
        MessageAction: 'SUPPRESS',
      }),
    );
    await accounts
      .client()
      .send(
        new AdminSetUserPasswordCommand({ UserPoolId: accounts.open.userPoolId, Username: 'eve', Password: 'abcdefgh', Permanent: true }),
      );
    const { AuthenticationResult } = await byPassword('eve', 'abcdefgh', 'OpenApp');
    const revoke = new RevokeTokenCommand({ ClientId: accounts.id('OpenApp'), Token: AuthenticationResult?.RefreshToken });
    expect(await failure(accounts.nobody().send(revoke))).toMatchObject({ name: 'UnsupportedOperationException' });
  });
});

test('a token of one pool is not valid in another', async () => {
  const AccessToken = (await byPassword(await accounts.account())).AuthenticationResult?.AccessToken ?? '';
  const keys = async (id: string, url: string) =>
    (await (await fetch(`${url}/${id}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
  const { kid } = JSON.parse(Buffer.from(AccessToken.split('.')[0], 'base64url').toString()) as { kid: string };
  const kids = async ({ userPoolId, url }: { userPoolId: string; url: string }) => (await keys(userPoolId, url)).keys.map((key) => key.kid);
  expect(await kids(accounts.schools)).toContain(kid);
  expect(await kids(accounts.open)).not.toContain(kid);
});
