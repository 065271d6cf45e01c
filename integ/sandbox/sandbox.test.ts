import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import * as cdk from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Sandbox } from './contracts';
import { startSandbox } from './sandbox';

const ROOT = resolve(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
const original = join(folder, 'cdk.out');
let sandbox: Sandbox | undefined;

const HANDLER = `
const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const client = new DynamoDBClient({});
exports.handler = async ({ Records }) => {
  for (const record of Records) {
    const Item = { pk: { S: record.messageId }, body: { S: record.body } };
    await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item }));
  }
};`;

beforeAll(() => {
  const app = new cdk.App({ outdir: original, analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Plain');
  const queue = new sqs.Queue(stack, 'Queue', { deadLetterQueue: { queue: new sqs.Queue(stack, 'Dead'), maxReceiveCount: 2 } });
  const table = new dynamodb.Table(stack, 'Table', { partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING } });
  const writer = new lambda.Function(stack, 'Writer', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(HANDLER),
    environment: { TABLE: table.tableName },
  });
  table.grant(writer, 'dynamodb:PutItem');
  writer.addEventSource(new SqsEventSource(queue));

  const role = new iam.Role(stack, 'Sender', { assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com') });
  queue.grantSendMessages(role);
  const api = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  const integration = new apigateway.AwsIntegration({
    service: 'sqs',
    path: `${stack.account}/${queue.queueName}`,
    options: {
      credentialsRole: role,
      passthroughBehavior: apigateway.PassthroughBehavior.NEVER,
      requestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
      requestTemplates: { 'application/json': 'Action=SendMessage&MessageBody=$util.urlEncode($input.body)' },
      integrationResponses: [{ statusCode: '202', responseTemplates: { 'application/json': '{}' } }],
    },
  });
  api.root.addResource('visits').addMethod('POST', integration, { methodResponses: [{ statusCode: '202' }] });
  app.synth();
});
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the assembly with changes in the text of its template. */
function changed(name: string, change: (template: string) => string): string {
  const copy = join(folder, name);
  cpSync(original, copy, { recursive: true });
  const path = join(copy, 'Plain.template.json');
  const [before, after] = [readFileSync(path, 'utf8'), change(readFileSync(path, 'utf8'))];
  expect(after).not.toBe(before);
  writeFileSync(path, after);
  return copy;
}

async function eventually<T>(what: () => Promise<T | undefined> | T | undefined, seconds = 20): Promise<T> {
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    const found = await what();
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > end) {
      throw new Error(`Not within ${seconds} s: ${what}`);
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

const post = (running: Sandbox, body: object) =>
  fetch(`${running.restApis.apis[0].url}/visits`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('a request goes through API, queue and function to the table, within 15 seconds of the start', async () => {
  const started = Date.now();
  const running = await startSandbox(original);
  sandbox = running;
  const response = await post(running, { student: 'Ada' });
  expect(response.status).toBe(202);
  expect(Date.now() - started).toBeLessThan(15_000);

  const { assembly, endpoint } = running;
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  const client = new DynamoDBClient({ endpoint: endpoint.url, region: assembly.region, credentials: { accessKeyId, secretAccessKey } });
  const TableName = assembly.ref(assembly.ofType('AWS::DynamoDB::Table')[0]);
  const [item] = await eventually(async () => {
    const { Items } = await client.send(new ScanCommand({ TableName }));
    return Items?.length ? Items : undefined;
  });
  client.destroy();
  expect(item.body).toEqual({ S: '{"student":"Ada"}' });

  const pids = [running.engines.dynamodb.pid, running.engines.ministack.pid];
  await running.close();
  expect(pids.filter(isRunning)).toEqual([]);
});

test('without dynamodb:PutItem in the template, the function gets the AccessDeniedException of AWS and nothing is stored', async () => {
  const reported: string[] = [];
  const directory = changed('no-put', (template) => template.replace('"dynamodb:PutItem"', '"dynamodb:GetItem"'));
  const running = await startSandbox(directory, { report: (line) => reported.push(line) });
  sandbox = running;
  const rejected: string[] = [];
  const logged: string[] = [];
  running.endpoint.onCall(({ denied }) => denied && rejected.push(denied.action));
  running.logs.onLine(({ message }) => logged.push(message));
  for (const [count, student] of ['Ada', 'Grace'].entries()) {
    expect((await post(running, { student })).status).toBe(202);
    await eventually(() => (rejected.length > count ? true : undefined));
  }
  await eventually(() => (rejected.length > 1 && logged.some((line) => line.includes('not authorized')) ? true : undefined));
  expect(rejected).toContain('dynamodb:PutItem');
  // Documented: IAM User Guide, "Troubleshoot access denied error messages".
  expect(logged.join('\n')).toMatch(
    /User: arn:aws:sts::123456789012:assumed-role\/\S+ is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table\/\S+ because no identity-based policy allows the dynamodb:PutItem action/,
  );
  // Reported once, however often it happens.
  expect(
    reported.filter((line) => /^denied: User: \S+ is not authorized to perform: dynamodb:PutItem on resource/.test(line)),
  ).toHaveLength(1);
});

test('with --strict, unknown properties of supported resources stop the start, all in one list', async () => {
  const directory = changed('unknown-properties', (template) =>
    template.replaceAll('"RedrivePolicy": {', '"Colour": "red",\n"RedrivePolicy": {').replace('"KeySchema"', '"Flavour": 1,\n"KeySchema"'),
  );
  const start = startSandbox(directory, { strict: true });
  await expect(start).rejects.toThrow('AWS::SQS::Queue.Colour is not supported (Plain.Queue');
  await expect(start).rejects.toThrow('AWS::DynamoDB::Table.Flavour is not supported (Plain.Table');
});

test('with --strict, unsupported values stop the start before anything runs, all in one list', async () => {
  const directory = changed('values', (template) =>
    template
      .replace('"AuthorizationType": "NONE"', '"AuthorizationType": "AWS_IAM"')
      .replace('"Runtime": "nodejs24.x"', '"Runtime": "java21"')
      .replace('"RedrivePolicy": {', '"VisibilityTimeout": 50000,\n"RedrivePolicy": {'),
  );
  const reported: string[] = [];
  const rejection = await startSandbox(directory, { strict: true, report: (line) => reported.push(line) }).catch(
    (error: Error) => error.message,
  );
  expect(rejection).toContain('AWS::ApiGateway::Method.AuthorizationType AWS_IAM is not supported (Plain.ApivisitsPOST');
  expect(rejection).toContain('AWS::SQS::Queue.VisibilityTimeout 50000 is not a whole number from 0 to 43200 (Plain.Queue');
  expect(rejection).toContain('java21');
  expect(reported).toEqual([]);
});

test('without --strict, such a method returns 501 and is reported once; the rest runs', async () => {
  const directory = changed('left-out', (template) => template.replace('"AuthorizationType": "NONE"', '"AuthorizationType": "AWS_IAM"'));
  const reported: string[] = [];
  sandbox = await startSandbox(directory, { report: (line) => reported.push(line) });
  expect((await post(sandbox, {})).status).toBe(501);
  expect(reported.filter((line) => line.startsWith('left out: AWS::ApiGateway::Method.AuthorizationType'))).toHaveLength(1);
});

test('with --strict, an unsupported type stops the start', async () => {
  const app = new cdk.App({ outdir: join(folder, 'unknown-type'), analyticsReporting: false });
  new kinesis.Stream(new cdk.Stack(app, 'Streams'), 'Stream', { encryption: kinesis.StreamEncryption.UNENCRYPTED });
  app.synth();
  await expect(startSandbox(join(folder, 'unknown-type'), { strict: true })).rejects.toThrow(
    'AWS::Kinesis::Stream is not supported (Streams.Stream',
  );
});

test('the command names unsupported resources and starts the rest; Ctrl-C stops everything that it started', async () => {
  const directory = changed('unknown-beside', (template) =>
    template.replace('"Resources": {', '"Resources": { "Stream": { "Type": "AWS::Kinesis::Stream", "Properties": { "ShardCount": 1 } },'),
  );
  const command = await startCommand(directory);
  expect(command.output()).toContain('AWS::Kinesis::Stream is not supported: 1 resource is not created');
  expect(command.output()).toMatch(/export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+ AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=/);
  expect(command.output()).toMatch(/Plain\.ApiEndpoint\w+ +http:\/\/127\.0\.0\.1:\d+\/prod\//);
  expect(command.output()).toMatch(/Plain\/Queue +http:\/\/127\.0\.0\.1:\d+\/123456789012\/Plain-Queue\w+-\w+\n/);
  const [, config] = /AWS_CONFIG_FILE=(\S+)/.exec(command.output()) ?? [];
  expect(readFileSync(config, 'utf8')).toContain('endpoint_url = http://127.0.0.1:');
  const children = descendants(command.process.pid as number);
  expect(children.length).toBeGreaterThanOrEqual(2);

  command.process.kill('SIGINT');
  expect(await command.ended).toBe(0);
  expect(children.filter(isRunning)).toEqual([]);
  expect(existsSync(config)).toBe(false);
});

test('a killed run leaves no process behind and does not affect the next run', async () => {
  const command = await startCommand(original);
  const children = descendants(command.process.pid as number);
  expect(children.length).toBeGreaterThanOrEqual(2);
  command.process.kill('SIGKILL');
  await command.ended;

  sandbox = await startSandbox(original);
  expect((await post(sandbox, { student: 'Ada' })).status).toBe(202);
  expect(children.filter(isRunning)).toEqual([]);
});

test('a failed start reports the reason and stops what it had started', async () => {
  // The writer throws, because it is not a custom resource provider.
  const directory = changed('failing', (template) => {
    const [, writer] = /"(Writer[0-9A-F]{8})": \{/.exec(template) ?? [];
    const made = `"Made": { "Type": "Custom::Thing", "Properties": { "ServiceToken": { "Fn::GetAtt": ["${writer}", "Arn"] } } },`;
    return template.replace('"Resources": {', `"Resources": { ${made}`);
  });
  const { process: child, ended, output } = spawnCommand(directory, '--strict');
  await eventually(() => (output().includes('MiniStack started in') ? true : undefined));
  const children = descendants(child.pid as number);
  expect(children.length).toBeGreaterThanOrEqual(2);
  expect(await ended).toBe(1);
  expect(output()).toMatch(/Plain\.Made \(Custom::Thing\) failed: .*not iterable/);
  expect(children.filter(isRunning)).toEqual([]);
});

function spawnCommand(...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'integ/sandbox/cli.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      text += chunk;
    });
  }
  const ended = new Promise<number | null>((done) => child.on('exit', done));
  return { process: child, ended, output: () => text };
}

async function startCommand(directory: string) {
  const command = spawnCommand(directory);
  await eventually(() => {
    if (command.process.exitCode !== null) {
      throw new Error(command.output());
    }
    return command.output().includes('Press Ctrl-C to stop') ? true : undefined;
  }, 60);
  return command;
}

function isRunning(pid: number): boolean {
  // A zombie process has ended; only its parent has not collected it yet.
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function descendants(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, parent] = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8')) ?? [];
        return [[Number(name), Number(parent)]];
      } catch {
        return [];
      }
    });
  const children = parents.filter(([, parent]) => parent === pid).map(([child]) => child);
  return [...children, ...children.flatMap(descendants)];
}
