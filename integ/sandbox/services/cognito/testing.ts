import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  type AttributeType,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { App, Duration, Stack, Tags } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import type { Jwks } from 'aws-jwt-verify/jwk';
import type { RunningUserPool, Sandbox } from '../../contracts';
import { startSandbox } from '../../sandbox';

export const REGION = 'us-east-1';
export const CALLBACK = 'https://app.example/signed-in';
export const PASSWORD = 'Correct-Horse-1';

/** Behaves as the user's attribute `mode` says, and counts its invocations. */
const TRIGGER = `
let count = 0;
exports.handler = async (event) => {
  count += 1;
  const { sub, 'custom:mode': mode = 'claims', 'custom:school_id': school } = event.request.userAttributes;
  console.log('invoked for ' + event.userName + ' ' + event.triggerSource + ' ' + event.callerContext.clientId);
  const claims = { 'custom:school_id': school, count, groups: event.request.groupConfiguration.groupsToOverride, who: sub };
  const both = (section) => ({ claimsAndScopeOverrideDetails: { idTokenGeneration: section, accessTokenGeneration: section } });
  switch (mode) {
    case 'throws': throw new Error('two records');
    case 'null': return null;
    case 'text': return 'yes';
    case 'no response': return { ...event, response: null };
    case 'malformed': return { ...event, response: both({ claimsToAddOrOverride: ['a'] }) };
    case 'slow': await new Promise((wake) => setTimeout(wake, 60000)); return event;
    case 'echo': return event;
    case 'forges': return { ...event, response: { claimsAndScopeOverrideDetails: {
      ...both({
        claimsToAddOrOverride: { sub: 'x', iss: 'x', client_id: 'x', aud: 'x', exp: 1, username: 'x', token_use: 'x', note: 'kept' },
        claimsToSuppress: ['exp', 'iss', 'email'],
        scopesToAdd: ['extra'],
      }).claimsAndScopeOverrideDetails,
      groupOverrideDetails: { groupsToOverride: ['chosen'] },
    } } };
    default: return { ...event, response: both({ claimsToAddOrOverride: claims }) };
  }
};`;

/** Fetches the keys of a pool by its public host name in several ways, and calls the SDK with the same host. */
const FETCHER = `
const https = require('node:https');
const { CognitoIdentityProviderClient, AdminGetUserCommand, InitiateAuthCommand } = require('@aws-sdk/client-cognito-identity-provider');
const get = (url) => new Promise((resolve, reject) => {
  https.get(url, (reply) => {
    let body = '';
    reply.on('data', (part) => { body += part; });
    reply.on('end', () => resolve(reply.statusCode + ' ' + body));
  }).on('error', reject);
});
exports.handler = async ({ pool, user, clientId, domain }) => {
  const host = 'https://cognito-idp.' + process.env.AWS_REGION + '.amazonaws.com';
  const keys = host + '/' + pool + '/.well-known/jwks.json';
  const client = new CognitoIdentityProviderClient({ endpoint: host, maxAttempts: 1 });
  const said = async (command) => client.send(command).then((answer) => answer.Username, (error) => error.name + ': ' + error.message);
  return {
    https: await get(keys),
    fetch: await fetch(keys).then((reply) => reply.text()),
    configuration: await fetch(keys.replace('jwks.json', 'openid-configuration')).then((reply) => reply.json()),
    unknown: await get(host + '/us-east-1_unknown/.well-known/jwks.json'),
    admin: await said(new AdminGetUserCommand({ UserPoolId: pool, Username: user })),
    client: await said(new InitiateAuthCommand({ ClientId: clientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: user, PASSWORD: 'no' } })),
    domain: await get('https://' + domain + '/oauth2/token'),
    unknownHost: await get('https://unknown.auth.us-east-1.amazoncognito.com/login').catch((error) => error.message),
  };
};`;

export function build(stack: Stack): void {
  const trigger = new lambda.Function(stack, 'Trigger', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(TRIGGER),
    timeout: Duration.seconds(90),
  });
  const schools = new cognito.UserPool(stack, 'Schools', {
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    signInCaseSensitive: false,
    autoVerify: { email: true },
    customAttributes: {
      school_id: new cognito.StringAttribute({ mutable: false, minLen: 3, maxLen: 64 }),
      mode: new cognito.StringAttribute({ mutable: true }),
      age: new cognito.NumberAttribute({ mutable: true, min: 3, max: 130 }),
    },
    passwordPolicy: { minLength: 12, requireSymbols: true },
  });
  schools.addTrigger(cognito.UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, trigger, cognito.LambdaVersion.V2_0);
  schools.addDomain('Domain', { cognitoDomain: { domainPrefix: 'schools-of-example' } });
  schools.addGroup('Teachers', { groupName: 'teachers' });
  Tags.of(schools).add('class', 'schools');
  const code = (scopes = [cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL]): cognito.UserPoolClientOptions => ({
    authFlows: { userSrp: true },
    oAuth: { flows: { authorizationCodeGrant: true }, scopes, callbackUrls: [CALLBACK], logoutUrls: ['https://app.example/out'] },
    preventUserExistenceErrors: true,
    accessTokenValidity: Duration.minutes(15),
    idTokenValidity: Duration.minutes(20),
    refreshTokenValidity: Duration.hours(12),
    writeAttributes: new cognito.ClientAttributes().withStandardAttributes({ fullname: true, email: true }).withCustomAttributes('age'),
  });
  schools.addClient('Web', { ...code(), refreshTokenRotationGracePeriod: Duration.seconds(0) });
  schools.addClient('Patient', { ...code(), refreshTokenRotationGracePeriod: Duration.seconds(60) });
  schools.addClient('Kept', code([cognito.OAuthScope.OPENID, cognito.OAuthScope.COGNITO_ADMIN]));
  schools.addClient('Lister', {
    ...code([cognito.OAuthScope.OPENID, cognito.OAuthScope.COGNITO_ADMIN]),
    writeAttributes: new cognito.ClientAttributes().withStandardAttributes({ fullname: true }).withCustomAttributes('age'),
  });
  schools.addClient('Secret', { ...code(), generateSecret: true });
  schools.addClient('NoPages', {
    disableOAuth: true,
    authFlows: { userPassword: true, adminUserPassword: true },
    preventUserExistenceErrors: true,
  });
  new cognito.CfnUserPoolClient(stack, 'Bare', { userPoolId: schools.userPoolId });

  // Cognito does not allow such short lifetimes, but a test can't wait longer.
  new cognito.CfnUserPoolClient(stack, 'Brief', {
    userPoolId: schools.userPoolId,
    explicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    accessTokenValidity: 1,
    refreshTokenValidity: 2,
    tokenValidityUnits: { accessToken: 'seconds', refreshToken: 'seconds' },
  });

  const scope = new cognito.ResourceServerScope({ scopeName: 'read', scopeDescription: 'to read' });
  const server = schools.addResourceServer('Reports', { identifier: 'reports', scopes: [scope] });
  schools.addClient('Machine', {
    generateSecret: true,
    oAuth: { flows: { clientCredentials: true }, scopes: [cognito.OAuthScope.resourceServer(server, scope)] },
  });

  const open = new cognito.UserPool(stack, 'Open', {
    selfSignUpEnabled: true,
    signInAliases: { username: true },
    signInCaseSensitive: false,
    standardAttributes: { fullname: { required: true, mutable: true } },
    passwordPolicy: { minLength: 8, requireSymbols: false, requireDigits: false, requireUppercase: false },
  });
  open.addClient('OpenWeb', code());
  open.addClient('OpenApp', { disableOAuth: true, authFlows: { userPassword: true }, enableTokenRevocation: false });

  // The function's permission is for the other pool.
  const unpermitted = new cognito.CfnUserPool(stack, 'Unpermitted', {
    lambdaConfig: { preTokenGenerationConfig: { lambdaArn: trigger.functionArn, lambdaVersion: 'V2_0' } },
  });
  new cognito.CfnUserPoolClient(stack, 'UnpermittedApp', { userPoolId: unpermitted.ref, explicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] });

  const role = (roleName: string, statement: iam.PolicyStatementProps) =>
    new iam.Role(stack, roleName, { roleName, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }).addToPolicy(
      new iam.PolicyStatement(statement),
    );
  role('Registrar', { actions: ['cognito-idp:AdminCreateUser', 'cognito-idp:AdminGetUser'], resources: [schools.userPoolArn] });
  role('ByTag', {
    actions: ['cognito-idp:ListUsers'],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:ResourceTag/class': 'schools' } },
  });
  new lambda.Function(stack, 'Fetcher', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(FETCHER),
    timeout: Duration.seconds(20),
    initialPolicy: [new iam.PolicyStatement({ actions: ['cognito-idp:AdminGetUser'], resources: [schools.userPoolArn] })],
  });
}

export interface Accounts {
  readonly sandbox: Sandbox;
  readonly schools: RunningUserPool;
  readonly open: RunningUserPool;
  /** The physical id of the resource with a construct's id. */
  id(construct: string): string;
  arn(construct: string): string;
  /** A client of the sandbox's administrator, or of a role. */
  client(role?: string): CognitoIdentityProviderClient;
  /** A client with unknown credentials. */
  nobody(): CognitoIdentityProviderClient;
  /** Creates a user with a permanent password, and returns its email address. */
  account(mode?: string, more?: AttributeType[]): Promise<string>;
  /** The claims of a token of the first pool, verified with the pool's keys. */
  verified(token: string, tokenUse?: 'access' | 'id', clientId?: string): Promise<Record<string, unknown>>;
  /** The trigger's log lines for a user, one per invocation. */
  invocations(username: string): string[];
  close(): Promise<void>;
}

/** Starts a sandbox with three pools for the tests of one file. */
export function startedAccounts(): Accounts {
  const folder = mkdtempSync(join(tmpdir(), 'users-'));
  const clients: CognitoIdentityProviderClient[] = [];
  let sandbox: Sandbox;
  let count = 0;
  beforeAll(async () => {
    const outdir = join(folder, 'cdk.out');
    const app = new App({ outdir, analyticsReporting: false, treeMetadata: false });
    build(new Stack(app, 'Users'));
    app.synth();
    sandbox = await startSandbox(outdir, { strict: true });
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await sandbox?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const resourceOf = (construct: string) => {
    const found = sandbox.assembly.resources.filter(({ path }) => path?.split('/').includes(construct));
    if (found.length === 0) throw new Error(`There is no ${construct}`);
    return found.find(({ path }) => new RegExp(`/${construct}(?:/Resource)?$`).test(path ?? '')) ?? found[0];
  };
  const id = (construct: string) => sandbox.assembly.ref(resourceOf(construct));
  const pool = (construct: string) => sandbox.userPools.pools.find(({ userPoolId }) => userPoolId === id(construct)) as RunningUserPool;
  const made = (configuration: ConstructorParameters<typeof CognitoIdentityProviderClient>[0]) => {
    const client = new CognitoIdentityProviderClient({ endpoint: sandbox.endpoint.url, region: REGION, maxAttempts: 1, ...configuration });
    clients.push(client);
    return client;
  };
  return {
    get sandbox() {
      return sandbox;
    },
    get schools() {
      return pool('Schools');
    },
    get open() {
      return pool('Open');
    },
    id,
    arn: (construct) => sandbox.assembly.attribute(resourceOf(construct), 'Arn'),
    client(role) {
      const { expiration: _, ...credentials } =
        role === undefined
          ? sandbox.endpoint.administrator()
          : sandbox.endpoint.assumeAsService(`arn:aws:iam::123456789012:role/${role}`, 'lambda.amazonaws.com', 'session');
      return made({ credentials });
    },
    nobody: () => made({ credentials: { accessKeyId: 'unknown', secretAccessKey: 'unknown' } }),
    async account(mode, more = []) {
      count += 1;
      const Username = `user${count}@school.example`;
      const UserPoolId = id('Schools');
      const admin = this.client();
      const UserAttributes = [
        { Name: 'email', Value: Username },
        { Name: 'custom:school_id', Value: 'school-1' },
        ...(mode === undefined ? [] : [{ Name: 'custom:mode', Value: mode }]),
        ...more,
      ];
      await admin.send(new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' }));
      await admin.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: PASSWORD, Permanent: true }));
      return Username;
    },
    async verified(token, tokenUse = 'access', clientId = id('Web')) {
      const { userPoolId, url } = pool('Schools');
      const verifier = CognitoJwtVerifier.create({ userPoolId, tokenUse, clientId });
      const keys = await fetch(`${url}/${userPoolId}/.well-known/jwks.json`);
      verifier.cacheJwks((await keys.json()) as Jwks);
      return verifier.verify(token);
    },
    invocations: (username) =>
      sandbox.logs
        .lines(`/aws/lambda/${id('Trigger')}`)
        .map(({ message }) => message)
        .filter((message) => message.includes(`invoked for ${username}`)),
    close: () => sandbox.close(),
  };
}

/** A sign-in step by step, so that a test can change each step. */
export function browser(url: string, clientId: string, more: Record<string, string | undefined> = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const given = (values: Record<string, string | undefined>) =>
    new URLSearchParams(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: CALLBACK,
    scope: 'openid email',
    state: 'a state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  };
  return {
    verifier,
    authorize: () => fetch(`${url}/oauth2/authorize?${given(parameters)}`, { redirect: 'manual' }),
    /** Posts the form of the sign-in page, optionally with changed fields. */
    login: (username: string, password = PASSWORD, changed: Record<string, string | undefined> = {}) =>
      fetch(`${url}/login`, { method: 'POST', body: given({ ...parameters, ...changed, username, password }), redirect: 'manual' }),
    async code(username: string, password = PASSWORD): Promise<string> {
      const reply = await this.login(username, password);
      return new URL(reply.headers.get('location') ?? 'https://none.example').searchParams.get('code') ?? '';
    },
    token: (code: string, changed: Record<string, string | undefined> = {}, headers: Record<string, string> = {}) =>
      fetch(`${url}/oauth2/token`, {
        method: 'POST',
        headers,
        body: given({
          grant_type: 'authorization_code',
          client_id: clientId,
          redirect_uri: CALLBACK,
          code,
          code_verifier: verifier,
          ...changed,
        }),
      }),
  };
}

export type TokenResponse = Record<string, string> & { readonly expires_in?: number };

export async function refreshed(url: string, clientId: string, refreshToken: string, more: Record<string, string> = {}) {
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken, ...more });
  const reply = await fetch(`${url}/oauth2/token`, { method: 'POST', body });
  return { status: reply.status, body: (await reply.json()) as TokenResponse };
}
