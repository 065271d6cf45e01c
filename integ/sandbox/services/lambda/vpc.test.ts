import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Sandbox } from '../../contracts';
import { startSandbox } from '../../sandbox';
import { temporaryFolder } from '../../testing/engines';

const folder = temporaryFolder();
const lines: string[] = [];
let sandbox: Sandbox;

const NODE = `
const { DynamoDBClient, ScanCommand } = require('@aws-sdk/client-dynamodb');
const { SQSClient, ListQueuesCommand } = require('@aws-sdk/client-sqs');
const scan = new DynamoDBClient({ maxAttempts: 1 });
const list = new SQSClient({ maxAttempts: 1 });
const outcome = (promise) => promise.then(() => 'reached', (error) => 'failed: ' + error.message);
exports.handler = async () => [
  await outcome(scan.send(new ScanCommand({ TableName: process.env.TABLE }))),
  await outcome(list.send(new ListQueuesCommand({}))),
];`;
const PYTHON = `
import os
import boto3
from botocore.config import Config
once = Config(retries={"total_max_attempts": 1})
def outcome(call):
  try:
    call()
    return "reached"
  except Exception as error:
    return "failed: " + type(error).__name__
def handler(event, context):
  table = {"TableName": os.environ["TABLE"]}
  host = "https://dynamodb.us-east-1.amazonaws.com"
  return [
    outcome(lambda: boto3.client("dynamodb", config=once).scan(**table)),
    outcome(lambda: boto3.client("dynamodb", config=once, endpoint_url=host).scan(**table)),
    outcome(lambda: boto3.client("sqs", config=once).list_queues()),
  ]`;

beforeAll(async () => {
  const outdir = mkdtempSync(join(folder, 'cdk-'));
  const app = new cdk.App({ outdir, analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Shop');
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    ...{ maxAzs: 2, natGateways: 0, restrictDefaultSecurityGroup: false },
    subnetConfiguration: [{ name: 'isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
    gatewayEndpoints: { table: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB } },
  });
  const table = new dynamodb.Table(stack, 'Table', { partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING } });
  const made = (id: string, more: Partial<lambda.FunctionProps> = {}) => {
    const code = id === 'Python' ? PYTHON : NODE;
    const runtime = id === 'Python' ? lambda.Runtime.PYTHON_3_12 : lambda.Runtime.NODEJS_24_X;
    const environment = { TABLE: table.tableName };
    const timeout = cdk.Duration.seconds(30);
    const props = { runtime, handler: 'index.handler', code: lambda.Code.fromInline(code), environment, timeout, ...more };
    const created = new lambda.Function(stack, id, props);
    table.grantReadData(created);
    created.addToRolePolicy(new cdk.aws_iam.PolicyStatement({ actions: ['sqs:ListQueues'], resources: ['*'] }));
  };
  made('Outside');
  made('Inside', { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
  made('Python', { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
  made('Shut', {
    ...{ vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } },
    securityGroups: [new ec2.SecurityGroup(stack, 'NoEgress', { vpc, allowAllOutbound: false })],
  });
  app.synth();
  sandbox = await startSandbox(outdir, { strict: true, report: (line) => lines.push(line) });
});
afterAll(() => sandbox?.close());

async function invoke(id: string) {
  const [resource] = sandbox.assembly.ofType('AWS::Lambda::Function').filter(({ logicalId }) => logicalId.startsWith(id));
  return (await sandbox.functions.invoke(sandbox.assembly.attribute(resource, 'Arn'), {})).payload;
}

// Documented: "Giving Lambda functions access to resources in an Amazon VPC": the rules and routes of the VPC apply to their connections.
describe('a function', () => {
  test('without a VPC reaches every service', async () => {
    expect(await invoke('Outside')).toEqual(['reached', 'reached']);
  });

  test('in a VPC reaches a service that has an endpoint there, and no other without a route to it', async () => {
    expect(await invoke('Inside')).toEqual(['reached', expect.stringMatching(/^failed: /)]);
    expect(lines).toContainEqual(
      expect.stringMatching(/^The route table .+ has no route to sqs\.us-east-1\.amazonaws\.com: add an interface endpoint/),
    );
  });

  test('for Python asks too, also with TLS', async () => {
    expect(await invoke('Python')).toEqual(['reached', 'reached', expect.stringMatching(/^failed: /)]);
  });

  test('reaches nothing if no egress rule allows it, and the missing rule is reported', async () => {
    expect(await invoke('Shut')).toEqual([expect.stringMatching(/^failed: /), expect.stringMatching(/^failed: /)]);
    expect(lines).toContainEqual(expect.stringMatching(/No egress rule of .*Shut/));
  });
});
