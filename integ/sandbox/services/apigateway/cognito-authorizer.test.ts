import { createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as cdk from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Sandbox } from '../../contracts';
import { startSandbox } from '../../sandbox';

const folder = mkdtempSync(join(tmpdir(), 'cognito-authorizer-'));
const PASSWORD = 'Correct-Horse-1';
const ECHO = 'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event.requestContext.authorizer) });';
let sandbox: Sandbox;
let tokens: { id: string; access: string };
let ofOtherPool: string;

beforeAll(async () => {
  const app = new cdk.App({ outdir: folder, analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Shop');
  const pools = ['Users', 'Others'].map((id) => {
    const pool = new cognito.UserPool(stack, id);
    pool.addClient('Web', { authFlows: { userPassword: true }, disableOAuth: true });
    return pool;
  });
  const handler = new lambda.Function(stack, 'Echo', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(ECHO),
  });
  const api = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  const authorizer = new apigateway.CognitoUserPoolsAuthorizer(stack, 'Authorizer', { cognitoUserPools: [pools[0]] });
  const add = (path: string, authorizationScopes?: string[]) =>
    api.root.addResource(path).addMethod('GET', new apigateway.LambdaIntegration(handler), { authorizer, authorizationScopes });
  add('who');
  add('scoped', ['visits/read', 'aws.cognito.signin.user.admin']);
  add('other', ['visits/read']);
  app.synth();
  sandbox = await startSandbox(folder, { strict: true });
  const [mine, other] = await Promise.all([0, 1].map(signedIn));
  tokens = mine;
  ofOtherPool = other.id;
}, 60_000);
afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Tokens of a new user of a pool. */
async function signedIn(index: number): Promise<{ id: string; access: string }> {
  const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
  const client = new CognitoIdentityProviderClient({
    endpoint: sandbox.endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
  });
  const { userPoolId: UserPoolId, clientIds } = sandbox.userPools.pools[index];
  const UserAttributes = [{ Name: 'email', Value: 'ada@school.example' }];
  await client.send(new AdminCreateUserCommand({ UserPoolId, Username: 'ada', UserAttributes, MessageAction: 'SUPPRESS' }));
  await client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: 'ada', Password: PASSWORD, Permanent: true }));
  const { AuthenticationResult } = await client.send(
    new InitiateAuthCommand({
      ClientId: clientIds[0],
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ada', PASSWORD },
    }),
  );
  return { id: AuthenticationResult?.IdToken ?? '', access: AuthenticationResult?.AccessToken ?? '' };
}

async function get(path: string, authorization?: string) {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  const response = await fetch(`${sandbox.restApis.apis[0].url}/${path}`, { headers });
  return { status: response.status, body: JSON.parse(await response.text()) };
}
const UNAUTHORIZED = { status: 401, body: { message: 'Unauthorized' } };

/** The same claims, changed, under a signature of one's own. */
function forged(token: string, change: object): string {
  const [header, payload] = token.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...change };
  const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')}`;
}

test.each(['', 'Bearer '])('without scopes, an identity token is accepted after %j, and its claims are strings', async (before) => {
  const { status, body } = await get('who', `${before}${tokens.id}`);
  expect(status).toBe(200);
  expect(body.claims).toMatchObject({
    email: 'ada@school.example',
    'cognito:username': 'ada',
    token_use: 'id',
    exp: expect.stringMatching(/^\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}$/),
  });
});

test('an access token with one of the scopes is accepted', async () => {
  expect((await get('scoped', tokens.access)).status).toBe(200);
});

test('an access token without the scope is rejected, and so is a token of the wrong kind', async () => {
  expect(await get('other', tokens.access)).toEqual(UNAUTHORIZED);
  expect(await get('scoped', tokens.id)).toEqual(UNAUTHORIZED);
  expect(await get('who', tokens.access)).toEqual(UNAUTHORIZED);
});

test('a missing token, a token of another pool and forged tokens are rejected', async () => {
  expect(await get('who')).toEqual(UNAUTHORIZED);
  expect(await get('who', 'Bearer nonsense')).toEqual(UNAUTHORIZED);
  expect(await get('who', ofOtherPool)).toEqual(UNAUTHORIZED);
  expect(await get('who', forged(tokens.id, {}))).toEqual(UNAUTHORIZED);
  expect(await get('other', forged(tokens.access, { scope: 'visits/read' }))).toEqual(UNAUTHORIZED);
  const [header, , signature] = tokens.id.split('.');
  const [, payload] = forged(tokens.id, { email: 'other@school.example' }).split('.');
  expect(await get('who', `${header}.${payload}.${signature}`)).toEqual(UNAUTHORIZED);
  const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
  expect(await get('who', `${unsigned}.${tokens.id.split('.')[1]}.${signature}`)).toEqual(UNAUTHORIZED);
});

test('an expired token is rejected with a message that says so', async () => {
  const late = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 2 * 3_600_000);
  try {
    expect(await get('who', tokens.id)).toEqual({ status: 401, body: { message: 'The incoming token has expired' } });
  } finally {
    late.mockRestore();
  }
});
