import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as cdk from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { CoverageEntry, Resource, Sandbox } from './contracts';
import { printCoverage } from './coverage';
import { startSandbox } from './sandbox';

const folder = mkdtempSync(join(tmpdir(), 'left-out-'));
const ANSWERS = "exports.handler = async () => ({ statusCode: 200, body: 'runs' });";
/** A provider that succeeds without returning `Address`. */
const PROVIDER = `
exports.handler = async ({ ResponseURL, LogicalResourceId }) => {
  const body = JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: LogicalResourceId, Data: { Other: 'x' } });
  await fetch(ResponseURL, { method: 'PUT', body });
};`;
let sandbox: Sandbox;
const reported: string[] = [];

beforeAll(async () => {
  const app = new cdk.App({ outdir: folder, analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Shop');
  const code = (inline: string, environment?: Record<string, string>) => ({
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(inline),
    environment,
  });
  const provider = new lambda.Function(stack, 'Provider', code(PROVIDER));
  const custom = new cdk.CustomResource(stack, 'Custom', { serviceToken: provider.functionArn });

  const runs = new lambda.Function(stack, 'Runs', code(ANSWERS));
  const needsAddress = new lambda.Function(stack, 'NeedsAddress', code(ANSWERS, { ADDRESS: custom.getAttString('Address') }));
  const foreign = new lambda.Function(stack, 'Foreign', {
    runtime: lambda.Runtime.JAVA_21,
    handler: 'shop.Handler',
    code: lambda.Code.fromAsset(__dirname, { exclude: ['*', '!index.ts'] }),
  });
  const table = new dynamodb.Table(stack, 'Table', {
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    stream: dynamodb.StreamViewType.NEW_IMAGE,
  });
  runs.addEventSource(
    new sources.DynamoEventSource(table, {
      startingPosition: lambda.StartingPosition.LATEST,
      filters: [lambda.FilterCriteria.filter({ eventName: ['INSERT'] })],
    }),
  );
  runs.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [custom.getAttString('Bucket')] }));

  const strange = new sqs.Queue(stack, 'Strange');
  (strange.node.defaultChild as sqs.CfnQueue).addPropertyOverride('Colour', 'red');
  const dependent = new sqs.Queue(stack, 'Dependent', { deadLetterQueue: { queue: strange, maxReceiveCount: 2 } });
  runs.addEventSource(new sources.SqsEventSource(dependent));
  new dynamodb.Table(stack, 'Locked', {
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    encryptionKey: kms.Key.fromKeyArn(stack, 'Elsewhere', 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
  });

  const api = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  for (const [path, target] of Object.entries({ runs, address: needsAddress, foreign })) {
    api.root.addResource(path).addMethod('GET', new apigateway.LambdaIntegration(target));
  }
  const odd = api.root.addResource('odd').addMethod('GET', new apigateway.LambdaIntegration(runs));
  (odd.node.defaultChild as apigateway.CfnMethod).addPropertyOverride('Flavour', 'sweet');
  const authorizer = new apigateway.RequestAuthorizer(stack, 'Authorizer', {
    handler: runs,
    identitySources: [apigateway.IdentitySource.header('Authorization')],
  });
  (authorizer.node.defaultChild as apigateway.CfnAuthorizer).addPropertyOverride('Taste', 'sour');
  api.root.addResource('guarded').addMethod('GET', new apigateway.LambdaIntegration(runs), { authorizer });
  app.synth();
  sandbox = await startSandbox(folder, { report: (line) => reported.push(line) });
}, 60_000);
afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

const entry = (logicalId: string): CoverageEntry => {
  const found = sandbox.coverage.entries.find(({ resource }) => resource.logicalId.startsWith(logicalId));
  if (found === undefined) throw new Error(`No ${logicalId}`);
  return found;
};
const get = async (path: string) => {
  const response = await fetch(`${sandbox.restApis.apis[0].url}/${path}`);
  return { status: response.status, body: await response.text() };
};
const client = () => {
  const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
  return { endpoint: sandbox.endpoint.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } };
};
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'it succeeded',
    ({ name, message, $metadata }) => `${$metadata.httpStatusCode} ${name}: ${message}`,
  );

const functionNamed = (logicalId: string) =>
  sandbox.assembly.resources
    .filter(({ type }) => type === 'AWS::Lambda::Function')
    .find((one) => one.logicalId.startsWith(logicalId)) as Resource;

test('resources without these dependencies run', async () => {
  expect(await get('runs')).toEqual({ status: 200, body: 'runs' });
});

test.each([
  ['Strange', /^AWS::SQS::Queue\.Colour is not supported \(Shop\.Strange\w+\)$/],
  ['Dependent', /^Shop\.Dependent\w+: AWS::SQS::Queue\.RedrivePolicy names \S+, which is not in the assembly$/],
  ['RunsSqsEventSource', /^AWS::Lambda::EventSourceMapping\.EventSourceArn is not supported \(\S+\): Shop\.Dependent\w+: AWS::SQS::Queue/],
  ['RunsDynamoDBEventSource', /^AWS::Lambda::EventSourceMapping\.FilterCriteria is not supported/],
  ['NeedsAddress', /^AWS::Lambda::Function needs an unknown value \(Shop\.NeedsAddress\w+\): .*Shop\.Custom\.Address is known only when/],
  ['RunsServiceRoleDefaultPolicy', /^AWS::IAM::Policy needs an unknown value .*Shop\.Custom\.Bucket is known only when/],
  ['Foreign', /^AWS::Lambda::Function\.Runtime is not supported \(Shop\.Foreign\w+\): java21/],
  ['Locked', /^AWS::DynamoDB::Table\.SSESpecification\.KMSMasterKeyId is a key of eu-west-1/],
  ['Apiodd', /^AWS::ApiGateway::Method\.Flavour is not supported/],
  ['Authorizer', /^AWS::ApiGateway::Authorizer\.Taste is not supported/],
])('%s is left out by name, once at the start and in the coverage', (logicalId, reason) => {
  const { resource, leftOut } =
    [...sandbox.coverage.entries].filter((one) => one.leftOut !== undefined).find((one) => one.resource.logicalId.startsWith(logicalId)) ??
    entry(logicalId);
  expect(leftOut).toMatch(reason);
  expect(reported.filter((line) => line === `left out: ${leftOut}`)).toHaveLength(1);
  expect(printCoverage(sandbox.coverage)).toContain(`${resource.path}: ${leftOut}`);
});

test('nothing else is left out', () => {
  expect([...sandbox.assembly.leftOut.keys()].map(({ logicalId }) => logicalId.replace(/[0-9A-F]{8}$/, '')).sort()).toHaveLength(10);
});

test.each([
  ['address', /NeedsAddress/],
  ['foreign', /java21/],
  ['odd', /AWS::ApiGateway::Method\.Flavour is not supported/],
  ['guarded', /AWS::ApiGateway::Authorizer\.Taste is not supported/],
])('GET /%s returns 501 with the reason', async (path, reason) => {
  const { status, body } = await get(path);
  expect({ status, body }).toEqual({ status: 501, body: expect.stringMatching(reason) });
});

test('a call to a resource that is left out gets an error with the reason', async () => {
  const { assembly } = sandbox;
  const ref = (logicalId: string) => assembly.ref(entry(logicalId).resource);
  const send = new SQSClient(client()).send(new SendMessageCommand({ QueueUrl: ref('Strange'), MessageBody: 'x' }));
  expect(await failure(send)).toMatch(/^501 NotImplemented: The sandbox does not run this: AWS::SQS::Queue\.Colour is not supported/);
  const put = new DynamoDBClient(client()).send(new PutItemCommand({ TableName: ref('Locked'), Item: { pk: { S: '1' } } }));
  expect(await failure(put)).toMatch(/^501 NotImplemented: .*is a key of eu-west-1/);
  const invoke = new LambdaClient(client()).send(new InvokeCommand({ FunctionName: assembly.attribute(functionNamed('Foreign'), 'Arn') }));
  expect(await failure(invoke)).toMatch(/^501 NotImplemented: .*java21/);
});

test('a strict start lists everything that is known before the start, and starts nothing', async () => {
  const strict = await startSandbox(folder, { strict: true }).catch((error: Error) => error.message);
  for (const reason of ['Colour', 'FilterCriteria', 'java21', 'Flavour', 'Taste']) expect(strict).toContain(reason);
});
