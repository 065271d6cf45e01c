import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { JsonObject, Sandbox } from '.';
import { startOf } from './process/process-identity';
import { startSandbox } from './sandbox';
import { callerWith } from './streams/service-caller';
import { assemblyOf, temporaryFolder } from './testing/engines';

const folder = temporaryFolder();
const data = join(folder, 'data');
const processes: ChildProcess[] = [];
afterAll(() => {
  for (const one of processes) one.kill('SIGKILL');
});

/** Writes an item, calls a function, waits a day, and writes an object. */
const app = (stack: cdk.Stack) => {
  const table = new dynamodb.TableV2(stack, 'Table', {
    tableName: 'items',
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
  });
  const bucket = new s3.Bucket(stack, 'Bucket', { bucketName: 'objects' });
  const fn = new lambda.Function(stack, 'Fn', {
    code: lambda.Code.fromInline('exports.handler = async ({ n }) => ({ n: n + 1 });'),
    ...{ handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X },
  });
  const put = new tasks.DynamoPutItem(stack, 'Put', {
    table,
    item: { pk: tasks.DynamoAttributeValue.fromString('a') },
    resultPath: '$.put',
  });
  const call = new tasks.LambdaInvoke(stack, 'Call', { lambdaFunction: fn, payloadResponseOnly: true, resultPath: '$.called' });
  const wait = new sfn.Wait(stack, 'Wait', { time: sfn.WaitTime.duration(cdk.Duration.days(1)) });
  const object = new tasks.CallAwsService(stack, 'Object', {
    ...{ service: 's3', action: 'putObject', resultPath: '$.object' },
    parameters: { Bucket: bucket.bucketName, Key: 'done', Body: 'x' },
    iamResources: [bucket.arnForObjects('*')],
  });
  new sfn.StateMachine(stack, 'Machine', {
    stateMachineName: 'kept',
    definitionBody: sfn.DefinitionBody.fromChainable(put.next(call).next(wait).next(object)),
  });
};

/** A sandbox in another process, which kills itself. */
async function killedAt(directory: string, state: string, phase: string): Promise<void> {
  const script = `
    const { startSandbox } = require(${JSON.stringify(join(__dirname, 'sandbox.ts'))});
    const { callerWith } = require(${JSON.stringify(join(__dirname, 'streams', 'service-caller.ts'))});
    startSandbox(${JSON.stringify(directory)}, { data: ${JSON.stringify(data)}, strict: true }).then(async ({ stateMachines, endpoint, clock }) => {
      clock.advance(3600_000);
      stateMachines.onTransition(({ state, phase }) => {
        if (state === '${state}' && phase === '${phase}') process.kill(process.pid, 'SIGKILL');
      });
      const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:kept';
      const caller = callerWith(endpoint, 'us-east-1', () => endpoint.administrator());
      await caller.json('states', 'AWSStepFunctions', 'StartExecution', { stateMachineArn, name: 'one', input: '{"n":1}' });
    });`;
  const child = spawn(process.execPath, ['-r', require.resolve('tsx/cjs'), '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  processes.push(child);
  const [code, signal] = await once(child, 'exit');
  expect([code, signal]).toEqual([null, 'SIGKILL']);
}

const callsOf = (sandbox: Sandbox) => {
  const { endpoint } = sandbox;
  const caller = callerWith(endpoint, 'us-east-1', () => endpoint.administrator());
  return {
    caller,
    states: (operation: string, input: JsonObject) => caller.json('states', 'AWSStepFunctions', operation, input),
  };
};

const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:kept:one';

test('after kill -9, a start with the same folder continues: tables, executions, names and the clock', async () => {
  const { directory } = assemblyOf(folder, app);
  await killedAt(directory, 'Call', 'ANSWERED');
  const killed = Date.now();
  const reported: string[] = [];
  // A start that fails leaves the data to the next one.
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(startSandbox(directory, { data, strict: true, port })).rejects.toThrow(`Port ${port} is in use`);
  server.close();
  const sandbox = await startSandbox(directory, { data, strict: true, report: (line) => reported.push(line) });
  expect(sandbox.clock.now()).toBeGreaterThanOrEqual(killed + 3_600_000 - 60_000);
  expect(reported).toContain('1 execution of state machines continues');
  const { caller, states } = callsOf(sandbox);
  const waits = async () => {
    while (
      !JSON.stringify(await states('GetExecutionHistory', { executionArn, reverseOrder: true, maxResults: 1 })).includes('WaitStateEntered')
    )
      await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await waits();
  sandbox.clock.advance(24 * 3_600_000);
  let found = await states('DescribeExecution', { executionArn });
  while (found.status === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, 20));
    found = await states('DescribeExecution', { executionArn });
  }
  expect(found).toMatchObject({ status: 'SUCCEEDED' });
  expect(JSON.parse(String(found.output))).toMatchObject({ n: 1, called: { n: 2 } });
  const { events } = (await states('GetExecutionHistory', { executionArn })) as { events: { type: string }[] };
  const lost = events.findIndex(({ type }) => type === 'LambdaFunctionFailed');
  expect(events[lost]).toMatchObject({ lambdaFunctionFailedEventDetails: { error: 'Lambda.SdkClientException' } });
  expect(events.filter(({ type }) => type === 'TaskStateEntered')).toHaveLength(3);
  const { Item } = await caller.json('dynamodb', 'DynamoDB_20120810', 'GetItem', { TableName: 'items', Key: { pk: { S: 'a' } } });
  expect(Item).toEqual({ pk: { S: 'a' } });
  const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:kept';
  await expect(states('StartExecution', { stateMachineArn, name: 'one', input: '{"n":1}' })).rejects.toThrow('Execution Already Exists');

  await expect(startSandbox(directory, { data })).rejects.toThrow(`The data in ${data} is in use by the process ${process.pid}`);
  const pids = [sandbox.engines.dynamodb.pid, sandbox.engines.ministack.pid];
  await sandbox.close();
  expect(pids.map(startOf)).toEqual([undefined, undefined]);
  expect(existsSync(data)).toBe(false);
});

test('a folder with other files is rejected, and nothing in it is changed', async () => {
  const { directory } = assemblyOf(folder, app);
  const file = join(folder, 'mine.txt');
  writeFileSync(file, 'mine');
  await expect(startSandbox(directory, { data: folder })).rejects.toThrow(`${folder} is not the data folder of a sandbox, and not empty`);
  expect(existsSync(file)).toBe(true);
});
