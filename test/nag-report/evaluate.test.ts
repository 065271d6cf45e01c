import { type App, CfnParameter, Stack, Validations } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { evaluate, type Line, type Status } from '../../integ/reports/nag/evaluate';
import { rulePacks } from '../../integ/reports/nag/packs';
import * as library from '../../src';
import { testApp } from '../synth';
import { maximal } from '../tenant-isolated-api/apps';

const names = new Map<unknown, string>(Object.entries(library).map(([name, value]) => [value, name]));

function evaluated(fill: (stack: Stack) => void) {
  const app = testApp();
  fill(new Stack(app, 'Test'));
  const { lines, resources } = evaluate(app, names);
  return { app, lines, resources, of: (status: Status) => lines.filter((line) => line.status === status) };
}
const called = ({ id, resource }: Line) => `${id} ${resource}`;

/** What the packs themselves find, with or without regard to acknowledgements. */
function found(app: App, acknowledgements: boolean): string[] {
  return rulePacks()
    .flatMap((pack) => {
      if (!acknowledgements) Reflect.set(pack, 'isAcknowledged', () => false);
      return pack.validateScope(app).violations;
    })
    .flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`));
}

test('open and acknowledged findings are exactly those of the packs', () => {
  const { app, of } = evaluated((stack) => {
    maximal(stack);
    new Queue(stack, 'Plain');
  });
  const open = of('open').map(called);
  expect(open).toContain('AwsSolutions-SQS4 Test/Plain/Resource');
  expect([...open].sort()).toEqual([...new Set(found(app, true))].sort());
  expect([...open, ...of('acknowledged').map(called)].sort()).toEqual([...new Set(found(app, false))].sort());
});

test('a compliant resource counts once for each rule that applies', () => {
  const { of, resources } = evaluated((stack) => new Key(stack, 'Key', { enableKeyRotation: true }));
  expect(of('compliant').map(called)).toEqual([
    'AwsSolutions-KMS5 Test/Key/Resource',
    'NIST.800.53.R4-KMSBackingKeyRotationEnabled Test/Key/Resource',
    'NIST.800.53.R5-KMSBackingKeyRotationEnabled Test/Key/Resource',
    'PCI.DSS.321-KMSBackingKeyRotationEnabled Test/Key/Resource',
  ]);
  expect(resources).toBe(1);
});

test('an acknowledged finding has its reason, from the resource or from a scope above it', () => {
  const { of } = evaluated((stack) => {
    const queue = new Queue(stack, 'Queue', { enforceSSL: true });
    Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'Nothing reads it.' });
    Validations.of(stack).acknowledge({ id: 'AwsSolutions-SQS2', reason: 'It holds nothing.' });
  });
  expect(of('acknowledged').map(({ id, reason }) => [id, reason])).toEqual(
    expect.arrayContaining([
      ['AwsSolutions-SQS3', 'Nothing reads it.'],
      ...of('acknowledged')
        .filter(({ id }) => id === 'AwsSolutions-SQS2')
        .map(() => ['AwsSolutions-SQS2', 'It holds nothing.']),
    ]),
  );
});

test('a rule that throws is an open finding', () => {
  const { app, of } = evaluated((stack) => {
    const runtime = new CfnParameter(stack, 'Runtime').valueAsString;
    new CfnFunction(stack, 'Function', {
      code: { zipFile: 'x' },
      role: 'arn:aws:iam::123456789012:role/r',
      runtime,
      handler: 'index.handler',
    });
  });
  const open = of('open').map(called);
  expect(open).toContain('AwsSolutions-L1 Test/Function');
  expect([...open].sort()).toEqual([...new Set(found(app, true))].sort());
});

test('a resource belongs to the innermost construct of the library, or else to the construct directly in the stack', () => {
  const { lines } = evaluated(maximal);
  const owners = Object.fromEntries(lines.map(({ resource, construct }) => [resource, construct]));
  expect(owners).toMatchObject({
    'Test/Users/Pool/Resource': 'TenantUserPool',
    'Test/Operator/Function/Resource': 'SecureFunction',
    'Test/Api/KeySecret/Resource': 'TenantIsolatedApi',
    'Test/AppKey/Resource': 'AppKey',
  });
});
