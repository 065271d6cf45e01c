import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as custom from 'aws-cdk-lib/custom-resources';
import type { Sandbox } from '../../contracts';
import { startSandbox } from '../../sandbox';
import { assemblyOf, temporaryFolder } from '../../testing/engines';
import { importsOf, sdkImports } from './sdk-imports';
import { isInstalled } from './workspace';

const folder = temporaryFolder();

const READ = `
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
export const handler = async () => {
  const { Parameter } = await new SSMClient({}).send(new GetParameterCommand({ Name: process.env.NAME }));
  return Parameter.Value;
};`;

function code(files: Readonly<Record<string, string>>): string {
  const asset = mkdtempSync(join(folder, 'asset-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(asset, name), text);
  return asset;
}

const nodeFunction = (code: lambda.Code, more: Partial<lambda.FunctionProps> = {}): lambda.FunctionProps => ({
  ...{ runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code },
  ...more,
});

describe('packages of the AWS SDK that functions import', () => {
  test('are found in readable and in minified code, by their package, and not in text about them', () => {
    const text = `import{a}from"@aws-sdk/client-ec2";const b=R(require("@aws-sdk/lib-storage/dist-cjs/x"));await import('@smithy/util-utf8');
      // node_modules/@aws-sdk/client-s3/dist-es/index.js
      const name = "@aws-sdk/client-sns";`;
    expect(importsOf(text)).toEqual(['@aws-sdk/client-ec2', '@aws-sdk/lib-storage', '@smithy/util-utf8']);
  });

  test('are those of code in the template, of assets, of layers, and of what AwsCustomResource calls', () => {
    const assembly = assemblyOf(folder, (stack) => {
      new lambda.Function(stack, 'Inline', nodeFunction(lambda.Code.fromInline('require("@aws-sdk/client-sns")')));
      const layer = new lambda.LayerVersion(stack, 'Layer', {
        code: lambda.Code.fromAsset(code({ 'l.js': 'require("@aws-sdk/client-ec2")' })),
      });
      const asset = lambda.Code.fromAsset(code({ 'index.mjs': READ, 'notes.md': 'require("@aws-sdk/client-kms")' }));
      new lambda.Function(stack, 'Asset', nodeFunction(asset, { layers: [layer] }));
      new lambda.Function(
        stack,
        'Python',
        nodeFunction(lambda.Code.fromInline('# require("@aws-sdk/client-iot")'), { runtime: lambda.Runtime.PYTHON_3_12 }),
      );
      new custom.AwsCustomResource(stack, 'Call', {
        onCreate: { service: 'CloudWatchLogs', action: 'describeLogGroups', physicalResourceId: custom.PhysicalResourceId.of('x') },
        policy: custom.AwsCustomResourcePolicy.fromSdkCalls({ resources: ['*'] }),
      });
    });
    expect(sdkImports(assembly)).toEqual([
      ...['@aws-sdk/client-cloudwatch-logs', '@aws-sdk/client-ec2', '@aws-sdk/client-sns', '@aws-sdk/client-ssm'],
      // The provider of AwsCustomResource imports it.
      '@aws-sdk/credential-providers',
    ]);
  });
});

describe('an app whose functions import clients that are not in this repository', () => {
  let sandbox: Sandbox;
  const lines: string[] = [];

  beforeAll(async () => {
    const outdir = mkdtempSync(join(folder, 'cdk-'));
    const app = new cdk.App({ outdir, analyticsReporting: false, context: { '@aws-cdk/aws-ec2:restrictDefaultSecurityGroup': true } });
    const stack = new cdk.Stack(app, 'Shop');
    new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, natGateways: 0 });
    const parameter = new ssm.StringParameter(stack, 'Greeting', { stringValue: 'good morning' });
    const reader = new lambda.Function(stack, 'Reader', {
      ...nodeFunction(lambda.Code.fromAsset(code({ 'index.mjs': READ })), { environment: { NAME: parameter.parameterName } }),
    });
    parameter.grantRead(reader);
    const call = new custom.AwsCustomResource(stack, 'Call', {
      onCreate: {
        ...{ service: 'SSM', action: 'getParameter', parameters: { Name: parameter.parameterName } },
        physicalResourceId: custom.PhysicalResourceId.of('greeting'),
      },
      policy: custom.AwsCustomResourcePolicy.fromSdkCalls({ resources: [parameter.parameterArn] }),
    });
    call.node.addDependency(parameter);
    new cdk.CfnOutput(stack, 'Value', { value: call.getResponseField('Parameter.Value') });
    app.synth();
    sandbox = await startSandbox(outdir, { strict: true, report: (line) => lines.push(line) });
  });
  afterAll(() => sandbox?.close());

  test('needs a download for this test', () => {
    expect(isInstalled('@aws-sdk/client-ssm')).toBe(false);
  });

  test('runs them with one release of the SDK', async () => {
    const [reader] = sandbox.assembly.ofType('AWS::Lambda::Function').filter(({ logicalId }) => logicalId.startsWith('Reader'));
    const { payload } = await sandbox.functions.invoke(sandbox.assembly.attribute(reader, 'Arn'), {});
    expect(payload).toBe('good morning');
    expect(sandbox.assembly.outputs('Shop').Value).toBe('good morning');
  });

  test('has a VPC whose default security group allows nothing, after restrictDefaultSecurityGroup has run', () => {
    expect(lines).toContainEqual(expect.stringMatching(/^Custom::VpcRestrictDefaultSG .+ has run in/));
    const [subnet] = sandbox.assembly.ofType('AWS::EC2::Subnet').map((resource) => sandbox.assembly.ref(resource));
    const [one, other] = ['One', 'Other'].map((owner) => sandbox.network.attach(owner, subnet, []));
    expect(sandbox.network.blocked(one, other, 443)).toContain('No egress rule of One');
  });
});
