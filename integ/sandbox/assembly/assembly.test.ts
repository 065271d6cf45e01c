import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Assembly, Resource, ResourceType } from '../contracts';
import { loadAssembly } from '.';
import { readManifest } from './manifest';

const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const queue: ResourceType = {
  type: 'AWS::SQS::Queue',
  support: 'runs',
  reason: '',
  properties: {},
  ref: (of) => `https://sqs.${of.region}.amazonaws.com/${of.account}/${of.name('QueueName', 80)}`,
  attributes: {
    Arn: (of) => `arn:aws:sqs:${of.region}:${of.account}:${of.name('QueueName', 80)}`,
    QueueName: (of) => of.name('QueueName', 80),
  },
};
const custom: ResourceType = { type: 'Custom::*', support: 'runs', reason: '', properties: { '*': 'runs' }, ref: (of) => of.token(8) };

let written = 0;
/** A cloud assembly of one handwritten template. */
function load(template: object, manifest: object = {}, types = [queue, custom]): Assembly {
  const directory = join(folder, `handwritten-${written++}`);
  mkdirSync(directory);
  writeFileSync(join(directory, 'Stack.template.json'), JSON.stringify(template));
  const artifacts = {
    Stack: {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      properties: { templateFile: 'Stack.template.json' },
    },
  };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ version: '54.0.0', artifacts, ...manifest }));
  return loadAssembly(directory, types);
}
const properties = (assembly: Assembly, id: string) => assembly.properties(assembly.find(id) as never);

describe('an app of two stacks in a stage, one with a nested stack', () => {
  let assembly: Assembly;
  beforeAll(() => {
    const app = new cdk.App({ outdir: join(folder, 'app'), analyticsReporting: false });
    const stage = new cdk.Stage(app, 'Prod');
    const first = new cdk.Stack(stage, 'First');
    const dead = new sqs.Queue(first, 'Dead');
    const nested = new cdk.NestedStack(first, 'Nested');
    const inner = new sqs.Queue(nested, 'Inner', { deadLetterQueue: { queue: dead, maxReceiveCount: 3 } });
    new cdk.CfnOutput(first, 'InnerUrl', { value: inner.queueUrl });
    const second = new cdk.Stack(stage, 'Second');
    new lambda.Function(second, 'Function', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(__dirname),
      environment: { DEAD: dead.queueUrl, INNER: inner.queueArn },
    });
    app.synth();
    assembly = loadAssembly(join(folder, 'app'), [queue]);
  });
  const one = (type: string, stack: string) =>
    assembly.ofType(type).find((resource) => resource.stack === stack) as never as import('../contracts').Resource;

  test('each stack is loaded once, a nested one under its parent, with construct paths', () => {
    const nested = assembly.ofType('AWS::CloudFormation::Stack')[0].id;
    expect(assembly.stacks).toEqual(['Prod-First', nested, 'Prod-Second']);
    expect(one('AWS::SQS::Queue', nested).path).toBe('Prod/First/Nested/Inner/Resource');
  });

  test('values cross nested stacks and exports: parameters, Outputs.X and Fn::ImportValue', () => {
    const dead = one('AWS::SQS::Queue', 'Prod-First');
    const inner = one('AWS::SQS::Queue', assembly.stacks[1]);
    expect(assembly.properties(inner).RedrivePolicy).toEqual({ deadLetterTargetArn: assembly.attribute(dead, 'Arn'), maxReceiveCount: 3 });
    expect(assembly.properties(one('AWS::Lambda::Function', 'Prod-Second')).Environment).toEqual({
      Variables: { DEAD: assembly.ref(dead), INNER: assembly.attribute(inner, 'Arn') },
    });
    expect(assembly.outputs('Prod-First').InnerUrl).toBe(assembly.ref(inner));
  });

  test("generated names are unique, the same in each run, and in CloudFormation's format", () => {
    const names = assembly.ofType('AWS::SQS::Queue').map((resource) => assembly.attribute(resource, 'QueueName'));
    expect(new Set(names).size).toBe(2);
    expect(names[0]).toMatch(/^Prod-First-Dead[0-9A-F]{8}-[A-Za-z0-9]{12}$/);
    const again = loadAssembly(join(folder, 'app'), [queue]);
    expect(again.ofType('AWS::SQS::Queue').map((resource) => again.attribute(resource, 'QueueName'))).toEqual(names);
  });

  test('a resource is found by its ARN', () => {
    const dead = one('AWS::SQS::Queue', 'Prod-First');
    expect(assembly.byArn(assembly.attribute(dead, 'Arn'))).toBe(dead);
    expect(assembly.byArn('arn:aws:sqs:us-east-1:123456789012:other')).toBeUndefined();
  });

  test('the code of a function is found by bucket and key, as its staged folder', () => {
    const { S3Bucket, S3Key } = assembly.properties(one('AWS::Lambda::Function', 'Prod-Second')).Code as Record<string, string>;
    expect(S3Bucket).toBe('cdk-hnb659fds-assets-123456789012-us-east-1');
    expect(assembly.asset(S3Bucket, S3Key)).toBe(join(folder, 'app', `asset.${S3Key.replace('.zip', '')}`));
    expect(() => assembly.asset(S3Bucket, 'other.zip')).toThrow('no file asset for s3://');
  });

  test('the order follows references through exports and nested stacks; a nested stack comes after its contents', () => {
    const order = assembly.inOrder();
    const position = (resource: unknown) => order.indexOf(resource as never);
    const inner = one('AWS::SQS::Queue', assembly.stacks[1]);
    expect(order).toHaveLength(assembly.resources.length);
    expect(position(one('AWS::SQS::Queue', 'Prod-First'))).toBeLessThan(position(inner));
    expect(position(inner)).toBeLessThan(position(one('AWS::CloudFormation::Stack', 'Prod-First')));
    expect(position(one('AWS::CloudFormation::Stack', 'Prod-First'))).toBeLessThan(position(one('AWS::Lambda::Function', 'Prod-Second')));
  });

  test('waitsFor follows dependencies within a stack, into nested stacks, and between stacks', () => {
    const [dead, inner] = [one('AWS::SQS::Queue', 'Prod-First'), one('AWS::SQS::Queue', assembly.stacks[1])];
    const [nested, handler] = [one('AWS::CloudFormation::Stack', 'Prod-First'), one('AWS::Lambda::Function', 'Prod-Second')];
    expect([assembly.waitsFor(inner, dead), assembly.waitsFor(nested, dead), assembly.waitsFor(handler, dead)]).toEqual([true, true, true]);
    expect([assembly.waitsFor(dead, inner), assembly.waitsFor(dead, handler), assembly.waitsFor(dead, dead)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

test('a resource with a false condition does not exist, and a reference to it is an error with its position', () => {
  const assembly = load({
    Parameters: { Kind: { Type: 'String', Default: 'dev' } },
    Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Kind' }, 'prod'] } },
    Resources: {
      Gone: { Type: 'AWS::SQS::Queue', Condition: 'IsProd' },
      Here: { Type: 'AWS::SQS::Queue', Properties: { A: { 'Fn::If': ['IsProd', { Ref: 'Gone' }, 'none'] } } },
      Broken: { Type: 'AWS::SQS::Queue', Properties: { A: [{ Ref: 'Gone' }] } },
    },
  });
  expect(assembly.resources.map(({ id }) => id)).toEqual(['Stack.Here', 'Stack.Broken']);
  expect(properties(assembly, 'Stack.Here')).toEqual({ A: 'none' });
  expect(() => properties(assembly, 'Stack.Broken')).toThrow(
    'Stack.Broken.A[0]: Stack.Gone does not exist, because its condition IsProd is false',
  );
});

test.each<[object | null, string]>([
  [null, 'Stack.A is not a resource: it must be an object with a Type'],
  [{ Properties: {} }, 'Stack.A is not a resource: it must be an object with a Type'],
  [{ Type: 'AWS::SQS::Queue', Properties: null }, 'Stack.A.Properties must be an object'],
])('a template with the resource %j is rejected with its name', (resource, message) => {
  expect(() => load({ Resources: { A: resource } })).toThrow(expect.objectContaining({ name: 'AssemblyError', message }));
});

test('a given name is used, and a generated name has at most the length that the service allows', () => {
  const assembly = load({
    Resources: {
      Given: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': 'jobs-${AWS::Region}' } } },
      ['L'.repeat(100)]: { Type: 'AWS::SQS::Queue' },
    },
  });
  const [given, long] = assembly.resources;
  expect(assembly.attribute(given, 'Arn')).toBe('arn:aws:sqs:us-east-1:123456789012:jobs-us-east-1');
  expect(assembly.attribute(long, 'QueueName')).toHaveLength(80);
});

test('names and attributes of an unsupported type are placeholders, which are reported', () => {
  const assembly = load({
    Resources: {
      Stream: { Type: 'AWS::Kinesis::Stream' },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { A: { 'Fn::GetAtt': ['Stream', 'Arn'] }, B: { 'Fn::GetAtt': ['Stream', 'Host'] } } },
    },
  });
  expect(properties(assembly, 'Stack.Queue')).toEqual({
    A: expect.stringMatching(/^arn:aws:kinesis:us-east-1:123456789012:Stack-Stream-\w{12}$/),
    B: expect.stringMatching(/^Stack-Stream-\w{12}\.Host$/),
  });
  expect(assembly.placeholders()).toEqual(['Stack.Queue.A: AWS::Kinesis::Stream.Arn', 'Stack.Queue.B: AWS::Kinesis::Stream.Host']);
});

test('an unknown attribute of a supported type is an error by name', () => {
  const assembly = load({
    Resources: { A: { Type: 'AWS::SQS::Queue' }, B: { Type: 'AWS::SQS::Queue', Properties: { X: { 'Fn::GetAtt': 'A.Speed' } } } },
  });
  expect(() => properties(assembly, 'Stack.B')).toThrow('Stack.B.X: AWS::SQS::Queue.Speed is not supported as an attribute (Stack.A)');
});

test('an attribute of a custom resource is known only after it was set', () => {
  const assembly = load({
    Resources: { C: { Type: 'Custom::Thing' }, Q: { Type: 'AWS::SQS::Queue', Properties: { X: { 'Fn::Sub': '${C} ${C.Answer}' } } } },
  });
  const thing = assembly.find('Stack.C') as never;
  expect(() => properties(assembly, 'Stack.Q')).toThrow('Stack.C.Answer is known only when the custom resource has run');
  assembly.setAttribute(thing, 'Answer', '42');
  assembly.setAttribute(thing, 'Ref', 'physical');
  expect(properties(assembly, 'Stack.Q')).toEqual({ X: 'physical 42' });
});

test('a resource is read once, and again after an attribute has become known; a failed read is not cached', () => {
  const assembly = load({
    Resources: { C: { Type: 'Custom::Thing' }, Q: { Type: 'AWS::SQS::Queue', Properties: { X: { 'Fn::GetAtt': 'C.Answer' } } } },
  });
  const [queue, thing] = ['Stack.Q', 'Stack.C'].map((id) => assembly.find(id) as Resource);
  const reader = jest.fn((of: Assembly, resource: Resource) => of.properties(resource).X);
  expect(() => assembly.read(queue, reader)).toThrow('is known only when the custom resource has run');
  assembly.setAttribute(thing, 'Answer', '42');
  expect([assembly.read(queue, reader), assembly.read(queue, reader)]).toEqual(['42', '42']);
  assembly.setAttribute(thing, 'Answer', '43');
  expect(assembly.read(queue, reader)).toBe('43');
  expect(reader).toHaveBeenCalledTimes(3);
});

test('the resource type that handles a dynamic reference resolves it; any other is an error', () => {
  const store: ResourceType = {
    ...{ type: 'AWS::SSM::Parameter', support: 'runs', reason: '', properties: {}, ref: (of) => of.name('Name') },
    dynamicReferences: {
      ssm: ({ key, place }, made) => `${made.find((one) => one.property('Name') === key)?.property('Value')} in ${place}`,
      'AWS::SSM::Parameter::Value': ({ key, at }) => `${key} at ${at}`,
    },
  };
  const template = {
    Parameters: {
      FromStore: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/app/size' },
      FromElsewhere: { Type: 'AWS::X::Y::Value<String>', Default: '/app/size' },
    },
    Resources: {
      P: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/app/size', Value: 'large' } },
      Q: { Type: 'AWS::SQS::Queue', Properties: { X: [{ A: '{{resolve:ssm:/app/size}}' }], Y: { Ref: 'FromStore' } } },
      S: { Type: 'AWS::SQS::Queue', Properties: { X: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', 'arn', '}}']] } } },
      T: { Type: 'AWS::SQS::Queue', Properties: { X: { Ref: 'FromElsewhere' } } },
    },
  };
  const assembly = load(template, {}, [queue, custom, store]);
  expect(properties(assembly, 'Stack.Q')).toEqual({
    X: [{ A: 'large in AWS::SQS::Queue/Properties/X/*/A' }],
    Y: '/app/size at Stack.Q.Y: the parameter FromStore',
  });
  expect(() => properties(assembly, 'Stack.S')).toThrow('Stack.S.X: the dynamic reference {{resolve:secretsmanager:arn}} is not supported');
  expect(() => properties(assembly, 'Stack.T')).toThrow('the parameter FromElsewhere has the type AWS::X::Y::Value<String>, which is not');
  expect(() => properties(load(template), 'Stack.Q')).toThrow('AWS::SSM::Parameter::Value<String>, which is not supported');
});

test('DependsOn determines the order, and a cycle is reported with its path', () => {
  const resources = {
    A: { Type: 'AWS::SQS::Queue', DependsOn: 'B' },
    B: { Type: 'AWS::SQS::Queue', DependsOn: ['C'] },
    C: { Type: 'AWS::SQS::Queue' },
  };
  const order = load({ Resources: resources }).inOrder();
  expect(order.map(({ logicalId }) => logicalId)).toEqual(['C', 'B', 'A']);
  const cycle = load({ Resources: { ...resources, C: { Type: 'AWS::SQS::Queue', Properties: { X: { 'Fn::Sub': '${A.Arn}' } } } } });
  expect(() => cycle.inOrder()).toThrow('Stack.A → Stack.B → Stack.C → Stack.A');
});

test('an import by name is followed, even without a dependency between the stacks', () => {
  const app = new cdk.App({ outdir: join(folder, 'by-name'), analyticsReporting: false });
  const dead = cdk.Fn.importValue('shared-dead-letters');
  new sqs.CfnQueue(new cdk.Stack(app, 'Importer'), 'Queue', { redrivePolicy: { deadLetterTargetArn: dead, maxReceiveCount: 1 } });
  const exporter = new cdk.Stack(app, 'Later');
  new cdk.CfnOutput(exporter, 'Arn', { value: new sqs.Queue(exporter, 'Dead').queueArn, exportName: 'shared-dead-letters' });
  app.synth();
  const assembly = loadAssembly(join(folder, 'by-name'), [queue]);
  expect(assembly.inOrder().map(({ stack }) => stack)).toEqual(['Later', 'Importer']);
  expect(properties(assembly, 'Importer.Queue').RedrivePolicy).toMatchObject({
    deadLetterTargetArn: expect.stringContaining(':Later-Dead'),
  });
});

test.each<[string, object, object, string]>([
  ['an older schema', {}, { version: '21.0.0' }, 'has cloud assembly schema 21.0.0'],
  ['no stack', {}, { artifacts: {} }, 'has no stack'],
  ['a transform', { Transform: 'AWS::Serverless-2016-10-31' }, {}, 'the transform AWS::Serverless-2016-10-31 is not supported'],
])('rejected in one line: %s', (_, template, manifest, message) => {
  expect(() => load(template, manifest)).toThrow(message);
});

test('a newer schema is accepted', () => {
  expect(load({ Resources: { Q: { Type: 'AWS::SQS::Queue' } } }, { version: '55.3.0', unknown: true }).resources).toHaveLength(1);
});

test('an explicit environment is used for all stacks, and two different ones are rejected with a remedy', () => {
  const app = new cdk.App({ outdir: join(folder, 'environments'), analyticsReporting: false });
  new sqs.Queue(new cdk.Stack(app, 'Agnostic'), 'Queue');
  new sqs.Queue(new cdk.Stack(app, 'Explicit', { env: { account: '111111111111', region: 'eu-west-1' } }), 'Queue');
  app.synth();
  const assembly = loadAssembly(join(folder, 'environments'), [queue]);
  expect(
    assembly.ofType('AWS::SQS::Queue').map((resource) => assembly.attribute(resource, 'Arn').split(':').slice(3, 5).join('/')),
  ).toEqual(['eu-west-1/111111111111', 'eu-west-1/111111111111']);
  // The first may still be deployed elsewhere.
  expect(readManifest(join(folder, 'environments')).isAssumed).toEqual({ account: true, region: true });

  const spread = new cdk.App({ outdir: join(folder, 'spread'), analyticsReporting: false });
  new cdk.Stack(spread, 'One', { env: { account: '111111111111', region: 'eu-west-1' } });
  new cdk.Stack(spread, 'Two', { env: { account: '222222222222', region: 'eu-west-1' } });
  spread.synth();
  expect(() => loadAssembly(join(folder, 'spread'), [])).toThrow('spans several accounts (One in 111111111111, Two in 222222222222)');
});

describe('weak references between stacks, as new CDK apps create them (documented: "Fn::GetStackOutput")', () => {
  const weak = (name: string, stackOf: (app: cdk.App) => void) => {
    const app = new cdk.App({
      outdir: join(folder, name),
      analyticsReporting: false,
      context: { '@aws-cdk/core:defaultCrossStackReferences': 'weak' },
    });
    stackOf(app);
    return loadAssembly(app.synth().directory, [queue, custom]);
  };

  test('have the value of the output, and its dependencies', () => {
    const assembly = weak('weak', (app) => {
      const consumer = new cdk.Stack(app, 'Consumer');
      const dead = new sqs.Queue(new cdk.Stack(app, 'Producer'), 'Dead');
      new sqs.Queue(consumer, 'Queue', { deadLetterQueue: { queue: dead, maxReceiveCount: 3 } });
    });
    const [first, second] = assembly.inOrder();
    expect([first?.stack, second?.stack]).toEqual(['Producer', 'Consumer']);
    expect(second && assembly.properties(second).RedrivePolicy).toEqual({
      deadLetterTargetArn: first && assembly.attribute(first, 'Arn'),
      maxReceiveCount: 3,
    });
  });

  test.each<[object, string]>([
    [{ StackName: 'Stack', OutputName: 'Gone' }, 'no stack Stack of the assembly has an output Gone'],
    [{ StackName: 'Stack', OutputName: 'Url', RoleArn: 'arn' }, 'Fn::GetStackOutput.RoleArn is not supported'],
  ])('%j is an error', (argument, message) => {
    const template = {
      Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::GetStackOutput': argument } } } },
      Outputs: { Url: { Value: 'u' } },
    };
    expect(() => properties(load(template), 'Stack.Q')).toThrow(message);
  });
});
