import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';

const ROOT = resolve(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'token-'));
const WHO = 'exports.handler = async (event) => ({ statusCode: 200, body: event.requestContext.authorizer.claims.email });';
let running: ChildProcess | undefined;

beforeAll(() => {
  const app = new cdk.App({ outdir: folder, analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Own');
  const pool = new cognito.UserPool(stack, 'Users', { signInAliases: { email: true } });
  // The CDK's default client: SRP and the sign-in page.
  pool.addClient('Web');
  pool.addClient('Password', { authFlows: { adminUserPassword: true }, disableOAuth: true, generateSecret: true });
  pool.addClient('Neither', { disableOAuth: true });
  const api = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  const handler = new lambda.Function(stack, 'Who', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(WHO),
  });
  const authorizer = new apigateway.CognitoUserPoolsAuthorizer(stack, 'Authorizer', { cognitoUserPools: [pool] });
  api.root.addMethod('GET', new apigateway.LambdaIntegration(handler), { authorizer });
  app.synth();
});
afterEach(async () => {
  const child = running;
  if (child?.exitCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGINT');
  await ended;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the command and returns what it printed once it is ready. */
async function started(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'integ/sandbox/cli.ts', folder, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running = child;
  return new Promise((ready, failed) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += chunk;
        if (text.includes('Press Ctrl-C to stop')) ready(text);
      });
    }
    child.once('exit', () => failed(new Error(text)));
  });
}

function token(command: string): { token: string; error: string } {
  const args = command.replace(/^TOKEN=\$\(npx projen sandbox |\)$/g, '').split(' ');
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'integ/sandbox/cli.ts', ...args, '--kind', 'id'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { token: stdout.trim(), error: stderr.trim() };
}

test('the sign-in page is printed, with a command for each client that gets a token that the API accepts', async () => {
  const output = await started();
  const page = /Own\/Users, client \w+ +us-east-1_\w+, sign-in page (http:\S+)/.exec(output)?.[1] ?? '';
  expect(await (await fetch(page)).text()).toContain('name="password"');
  const commands = output.split('\n').filter((line) => line.startsWith('TOKEN='));
  expect(commands).toHaveLength(3);
  const url = /Own\/Api, stage prod +(\S+)/.exec(output)?.[1] ?? '';
  for (const command of commands.slice(0, 2)) {
    const { token: id, error } = token(command);
    expect(error).toBe('');
    const response = await fetch(url, { headers: { authorization: id } });
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 200, body: 'test@example.com' });
  }
  expect(token(commands[2]).error).toMatch(
    /allows neither a password nor the authorization code flow: add `authFlows: \{ userPassword: true \}`/,
  );
  expect(token('TOKEN=$(npx projen sandbox token /no/such/folder)').error).toContain('is not the folder of a running sandbox');
});

test('the next start uses the same ports, unless --port is given', async () => {
  const portsIn = (output: string) => [...output.matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
  const first = portsIn(await started());
  running?.kill('SIGINT');
  await new Promise((done) => running?.once('exit', done));
  expect(portsIn(await started())).toEqual(first);
  running?.kill('SIGINT');
  await new Promise((done) => running?.once('exit', done));
  const other = new Set(portsIn(await started('--port', '20777')));
  expect([...other].sort()).toEqual([20_777, 20_778, 20_827]);
});
