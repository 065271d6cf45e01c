import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnAnomalyDetector } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Cluster } from 'aws-cdk-lib/aws-ecs';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type DeployedStack, readStacks } from '../../integ/reports/assembly/stacks';
import { ownPage } from '../../integ/reports/prerequisites/cli';
import { constructsApp, examplesApp } from '../../integ/reports/prerequisites/constructs';
import { pageOf, unknownTypes } from '../../integ/reports/prerequisites/page';
import * as library from '../../src';

const folder = mkdtempSync(join(tmpdir(), 'prerequisites-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the page of the library', () => {
  const stacks = [constructsApp(join(folder, 'constructs')), examplesApp(join(folder, 'examples'))].flatMap((app) =>
    readStacks(app.synth().directory),
  );

  test('has every public construct', () => {
    const constructs = Object.entries(library)
      .filter(([, value]) => typeof value === 'function' && value.prototype instanceof Construct)
      .map(([name]) => name);
    expect(constructs).toContain('TenantIsolatedApi');
    // A construct that is missing here gets a stack of its own in constructs.ts.
    expect(constructs.filter((name) => !stacks.some((stack) => stack.name === name))).toEqual([]);
  });

  test('knows every type of resource', () => {
    // A type that is missing here is looked up in its service's pages on quotas and service-linked roles, and entered in data.ts.
    expect(unknownTypes(stacks)).toEqual([]);
  });

  test('is what docs/before-you-deploy.md has', () => {
    // Otherwise: npx projen prerequisites
    expect(readFileSync(resolve(__dirname, '..', '..', 'docs', 'before-you-deploy.md'), 'utf8')).toBe(ownPage());
  });
});

describe('the page of any app', () => {
  const app = new App({ outdir: join(folder, 'any'), analyticsReporting: false });
  const stack = new Stack(app, 'Plain');
  const code = Code.fromInline('0');
  const handler = (scope: Construct, id: string, reservedConcurrentExecutions?: number) =>
    new LambdaFunction(scope, id, { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code, reservedConcurrentExecutions });
  for (const [id, reserved] of [
    ['A', 3],
    ['B', 4],
    ['C', undefined],
  ] as const) {
    handler(stack, id, reserved);
  }
  new Queue(new NestedStack(stack, 'Nested'), 'Queue');
  new Cluster(new Stack(new Stage(app, 'Prod'), 'Later'), 'Cluster');
  new CfnAnomalyDetector(stack, 'Detector');
  const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
  for (const part of ['a', 'b', 'c']) api.root.addResource(part).addMethod('GET', new MockIntegration());
  const [one, two] = ['Single', 'Global'].map((id) => new Stack(app, id, { env: { account: '111122223333', region: 'eu-west-1' } }));
  new TableV2(one, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } });
  new TableV2(two, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING }, replicas: [{ region: 'eu-central-1' }] });
  const page = pageOf(readStacks(app.synth().directory), ['# Any']);
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  const row = (text: string) => rows.find((line) => line.includes(text));

  test('counts what stacks use, including nested stacks', () => {
    expect(row('concurrent executions')).toContain('| Plain: 7 reserved, and 100 that must stay unreserved |');
    expect(row('in-flight messages')).toContain('| Plain: for each queue (1) |');
    expect(row('resources (path parts)')).toContain('| Plain: 3 |');
    expect(row('DynamoDB tables')).toContain('Single: 1<br>Global: 1');
  });

  test('has the stacks of stages, and the roles that services make', () => {
    expect(row('AWSServiceRoleForECS')).toContain('| Prod-Later |');
    expect(row('AWSServiceRoleForDynamoDBReplication')).toContain('| Global |');
    expect(row('AWSServiceRoleForWAFV2Logging')).toBeUndefined();
  });

  test('lists unknown types', () => {
    expect(page).toContain('## Unknown resource types');
    expect(page).toMatch(/^- `AWS::CloudWatch::AnomalyDetector`$/m);
    expect(page).not.toContain('- `AWS::ECS::Cluster`');
  });

  test('a folder that is not a cloud assembly is an error in one line', () => {
    expect(() => readStacks(folder)).toThrow(/is not a cloud assembly, because it has no manifest\.json: run cdk synth/);
  });
});

describe('an access log', () => {
  const stage = (properties: object): DeployedStack['resources'][number] => ({
    logicalId: 'Stage',
    type: 'AWS::ApiGateway::Stage',
    properties: { ...properties },
  });
  const account = { logicalId: 'Account', type: 'AWS::ApiGateway::Account', properties: {} };
  const asks = (...resources: DeployedStack['resources'][number][]) =>
    pageOf([{ name: 'S', resources, needsBootstrap: false }], []).includes('log role');

  test('needs the account’s role, unless its stack creates it', () => {
    expect(asks(stage({ AccessLogSetting: {} }))).toBe(true);
    expect(asks(stage({}))).toBe(false);
    expect(asks(stage({ AccessLogSetting: {} }), account)).toBe(false);
  });
});
