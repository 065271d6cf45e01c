import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Duration, RemovalPolicy, SecretValue, type Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Authorization, Connection } from 'aws-cdk-lib/aws-events';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Json, JsonObject } from '../../contracts';
import { createClock } from '../../process/clock';
import { startServices } from '../../start-services';
import { callerWith } from '../../streams/service-caller';
import { assemblyOf, provision, startedEngines, temporaryFolder } from '../../testing/engines';
import { services } from '..';

const folder = temporaryFolder();
const { engines } = startedEngines(folder);
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Reports of schools in a bucket: each is claimed in a table, sent to an API, and confirmed in a queue. */
const app = (stack: Stack) => {
  const bucket = new s3.Bucket(stack, 'Bucket', { bucketName: 'reports', removalPolicy: RemovalPolicy.DESTROY });
  const table = new dynamodb.Table(stack, 'Table', {
    ...{ tableName: 'claims', billingMode: dynamodb.BillingMode.PAY_PER_REQUEST, removalPolicy: RemovalPolicy.DESTROY },
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
  });
  const queue = new sqs.Queue(stack, 'Queue', { queueName: 'confirmed' });
  const secret = new Secret(stack, 'Secret', { secretName: 'api', secretStringValue: SecretValue.unsafePlainText('{"key":"s3cr3t"}') });
  const connection = new Connection(stack, 'Connection', {
    authorization: Authorization.apiKey('X-Api-Key', secret.secretValueFromJson('key')),
  });
  const put = new tasks.CallAwsService(stack, 'Write the list', {
    ...{ service: 's3', action: 'putObject', iamResources: [bucket.arnForObjects('*')], resultPath: sfn.JsonPath.DISCARD },
    parameters: { Bucket: bucket.bucketName, Key: 'list.json', 'Body.$': '$.reports' },
  });
  const claim = new tasks.DynamoPutItem(stack, 'Claim the report', {
    ...{ table, item: { pk: tasks.DynamoAttributeValue.fromString(sfn.JsonPath.stringAt('$.id')) } },
    ...{ conditionExpression: 'attribute_not_exists(pk)', resultPath: sfn.JsonPath.DISCARD },
  });
  const send = new tasks.HttpInvoke(stack, 'Send the report', {
    ...{
      apiRoot: 'https://api.example',
      apiEndpoint: sfn.TaskInput.fromText('reports'),
      method: sfn.TaskInput.fromText('POST'),
      connection,
    },
    ...{ body: sfn.TaskInput.fromObject({ id: sfn.JsonPath.stringAt('$.id') }), resultPath: '$.sent' },
  });
  send.addRetry({
    errors: ['States.Http.StatusCode.429'],
    interval: Duration.seconds(1),
    maxAttempts: 3,
    jitterStrategy: sfn.JitterType.FULL,
  });
  const confirm = new tasks.SqsSendMessage(stack, 'Confirm the report', {
    ...{ queue, messageBody: sfn.TaskInput.fromJsonPathAt('$.sent.ResponseBody') },
  });
  const twice = new sfn.Pass(stack, 'Already claimed', { parameters: { 'error.$': '$.Error' } });
  claim.addCatch(twice, { errors: ['DynamoDB.ConditionalCheckFailedException'] });
  const each = new sfn.DistributedMap(stack, 'Each report', {
    itemReader: new sfn.S3JsonItemReader({ bucket, key: 'list.json' }),
    resultWriter: new sfn.ResultWriter({ bucket, prefix: 'results' }),
    ...{ maxConcurrency: 3, toleratedFailurePercentage: 0 },
  }).itemProcessor(claim.next(send).next(confirm));
  const machine = new sfn.StateMachine(stack, 'Machine', {
    stateMachineName: 'sync',
    definitionBody: sfn.DefinitionBody.fromChainable(put.next(each)),
  });
  bucket.grantReadWrite(machine);
};

async function started() {
  const seen: { key: unknown; body: Json }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      seen.push({ key: request.headers['x-api-key'], body: JSON.parse(body) as Json });
      response
        .writeHead(seen.length === 1 ? 429 : 201, { 'content-type': 'application/json' })
        .end(JSON.stringify({ receipt: seen.length }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const assembly = assemblyOf(folder, app);
  const clock = createClock(20);
  await provision(assembly, engines(), clock);
  const hosts = new Map([['https://api.example', `http://127.0.0.1:${(server.address() as AddressInfo).port}`]]);
  const reported: string[] = [];
  const running = await startServices(services, { assembly, engines: engines(), clock, hosts, report: (line) => reported.push(line) });
  closing.push(() => running.close());
  await running.ready();
  const caller = callerWith(running.endpoint, 'us-east-1', () => running.endpoint.administrator());
  const states = (operation: string, input: object) => caller.json('states', 'AWSStepFunctions', operation, input as JsonObject);
  const machine = assembly.ofType('AWS::StepFunctions::StateMachine')[0];
  const run = async (name: string, input: object) => {
    const { executionArn } = await states('StartExecution', { stateMachineArn: assembly.ref(machine), name, input: JSON.stringify(input) });
    for (;;) {
      const found = await states('DescribeExecution', { executionArn });
      if (found.status !== 'RUNNING') return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { run, states, seen, caller, reported };
}

test('a Distributed Map of CDK constructs over S3, DynamoDB, SQS and an HTTPS API, with the permissions that the constructs grant', async () => {
  const { run, states, seen, caller } = await started();
  const reports = ['a', 'b', 'c', 'a'].map((id) => ({ id }));
  const done = await run('gov-2026Q4-1', { reports });
  const { mapRuns } = await states('ListMapRuns', { executionArn: String(done.executionArn) });
  const [{ mapRunArn }] = mapRuns as JsonObject[];
  const { executions } = await states('ListExecutions', { mapRunArn });
  const children = await Promise.all((executions as JsonObject[]).map(({ executionArn }) => states('DescribeExecution', { executionArn })));
  expect(children.filter(({ status }) => status !== 'SUCCEEDED').map(({ error, cause }) => [error, cause])).toEqual([]);
  expect([done.status, children.length]).toEqual(['SUCCEEDED', 4]);
  // One of the two equal reports finds the other one's claim, and one request is sent again after 429.
  expect(seen.map(({ key }) => key)).toEqual(Array(4).fill('s3cr3t'));
  expect(new Set(seen.map(({ body }) => (body as JsonObject).id))).toEqual(new Set(['a', 'b', 'c']));
  expect(await states('DescribeMapRun', { mapRunArn })).toMatchObject({
    status: 'SUCCEEDED',
    itemCounts: { total: 4, succeeded: 4, failed: 0 },
  });
  const { ResultWriterDetails } = JSON.parse(String(done.output)) as { ResultWriterDetails: { Bucket: string; Key: string } };
  const { body } = await caller.send('s3', { method: 'GET', url: `/${ResultWriterDetails.Bucket}/${ResultWriterDetails.Key}` });
  const { ResultFiles } = JSON.parse(body.toString()) as { ResultFiles: { SUCCEEDED: { Key: string }[] } };
  const { body: file } = await caller.send('s3', { method: 'GET', url: `/reports/${ResultFiles.SUCCEEDED[0].Key}` });
  const outputs = (JSON.parse(file.toString()) as { Output: string }[]).map(({ Output }) => JSON.parse(Output) as JsonObject);
  expect(outputs.filter(({ error }) => error === 'DynamoDB.ConditionalCheckFailedException')).toHaveLength(1);
  expect(outputs.filter(({ MessageId }) => typeof MessageId === 'string')).toHaveLength(3);
});
