import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LambdaDestination, SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { JsonObject, Sandbox } from '../../contracts';
import { startSandbox } from '../../sandbox';

const folder = mkdtempSync(join(tmpdir(), 'asynchronous-'));
const WORKS = `exports.handler = async ({ fail }) => {
  console.log('tried');
  if (fail) throw new Error('no');
  return { done: true };
};`;
const NOTES = "exports.handler = async (record) => { console.log('record ' + JSON.stringify(record)); };";
const LAYERED = `const shared = require('/opt/nodejs/shared.js');
const own = require('own-module');
exports.handler = async () => ({ shared, own, tool: require('node:child_process').execSync('layer-tool').toString().trim() });`;
const CALLBACK = 'exports.handler = (event, context, callback) => callback(null, { node: process.versions.node.split(".")[0] });';
let sandbox: Sandbox;
const reported: string[] = [];

beforeAll(async () => {
  const file = (path: string, content: string, mode = 0o644) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode });
  };
  file('first/nodejs/node_modules/own-module/index.js', "module.exports = 'of the first layer';");
  file('first/nodejs/shared.js', "module.exports = 'hidden by the second layer';");
  file('first/bin/layer-tool', '#!/bin/sh\necho a program\n', 0o755);
  file('second/nodejs/shared.js', "module.exports = 'of the second layer';");
  const app = new cdk.App({ outdir: join(folder, 'cdk.out'), analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Shop');
  const made = (id: string, code: string, more: Partial<lambda.FunctionProps> = {}) =>
    new lambda.Function(stack, id, {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline(code),
      ...more,
    });
  const failures = new sqs.Queue(stack, 'Failures');
  made('Works', WORKS, {
    retryAttempts: 1,
    maxEventAge: cdk.Duration.hours(1),
    onFailure: new SqsDestination(failures),
    onSuccess: new LambdaDestination(made('Notes', NOTES)),
  });
  made('Layered', LAYERED, {
    layers: ['first', 'second'].map((id) => new lambda.LayerVersion(stack, id, { code: lambda.Code.fromAsset(join(folder, id)) })),
  });
  made('Older', CALLBACK, { runtime: lambda.Runtime.NODEJS_16_X });
  app.synth();
  sandbox = await startSandbox(join(folder, 'cdk.out'), { strict: true, speed: 60, report: (line) => reported.push(line) });
}, 60_000);
afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

function arnOf(id: string): string {
  const found = sandbox.assembly.ofType('AWS::Lambda::Function').find(({ logicalId }) => logicalId.startsWith(id));
  if (found === undefined) throw new Error(`No ${id}`);
  return sandbox.assembly.attribute(found, 'Arn');
}
const linesOf = (id: string) => sandbox.logs.lines(`/aws/lambda/${arnOf(id).split(':')[6]}`).map(({ message }) => message);

async function eventually<T>(what: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const found = await what();
    if (found !== undefined) return found;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error(`Not within 20 s: ${what}`);
}

// documented: Capturing records of Lambda asynchronous invocations
test('a failed event is retried as often as its configuration says, and its record is sent to the queue', async () => {
  sandbox.functions.invokeLater(arnOf('Works'), { fail: true });
  const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
  const client = new SQSClient({ endpoint: sandbox.endpoint.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
  const QueueUrl = sandbox.assembly.ref(sandbox.assembly.ofType('AWS::SQS::Queue')[0]);
  const record = await eventually(async () => {
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    return Messages?.[0] && (JSON.parse(Messages[0].Body ?? '') as JsonObject);
  });
  client.destroy();
  expect(record).toMatchObject({
    version: '1.0',
    requestContext: { functionArn: `${arnOf('Works')}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: 2 },
    requestPayload: { fail: true },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorMessage: 'no' },
  });
  expect(linesOf('Works').filter((line) => line.includes('tried'))).toHaveLength(2);
});

test('the record of an event that succeeds is the event of another function', async () => {
  sandbox.functions.invokeLater(arnOf('Works'), { fail: false });
  const line = await eventually(() => linesOf('Notes').find((one) => one.includes('record {')));
  expect(JSON.parse(line.slice(line.indexOf('{')))).toMatchObject({
    requestContext: { condition: 'Success', approximateInvokeCount: 1 },
    requestPayload: { fail: false },
    responsePayload: { done: true },
  });
});

// documented: Packaging your layer content
test('modules, programs and files of layers are found, and a later layer overrides an earlier one', async () => {
  const { payload } = await sandbox.functions.invoke(arnOf('Layered'), {});
  expect(payload).toEqual({ shared: 'of the second layer', own: 'of the first layer', tool: 'a program' });
});

test('a function for an older Node.js runs on the oldest supported version, which is reported', async () => {
  expect((await sandbox.functions.invoke(arnOf('Older'), {})).payload).toEqual({ node: '20' });
  expect(
    reported.filter((line) => /^Shop\.Older\w+: AWS has deprecated nodejs16\.x: the function runs on nodejs20\.x/.test(line)),
  ).toHaveLength(1);
});
