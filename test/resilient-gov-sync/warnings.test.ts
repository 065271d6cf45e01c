import { Annotations, NestedStack, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { ReportSource, Transport } from '../../src';
import { templateOf, testApp, testStack } from '../synth';
import { warnings } from '../warnings';
import { endpoint, govSync } from './fixtures';

const env = { account: '123456789012', region: 'us-east-1' };
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:';
const imported = (stack: Stack, name: string) => LambdaFunction.fromFunctionArn(stack, name, `${ARN}${name}`);

/** The warnings about imported functions, with the statements that each is to get. */
function found(stack: Stack) {
  templateOf(stack);
  return warnings(stack)
    .filter((text) => text.includes('importedFunctionForReports'))
    .map((text) => ({
      name: /imported function (\S+)/.exec(text)?.[1],
      statements: JSON.parse(/\[\{"Effect.*\}\]/.exec(text)?.[0] ?? ''),
    }));
}

test('imported functions without a role cause a warning each, with the statements that their roles need', () => {
  const stack = testStack({ env });
  govSync(stack, {
    reports: ReportSource.fromFunction(imported(stack, 'make-reports')),
    endpoint: endpoint(stack, { transport: Transport.fromFunction(imported(stack, 'send-report')) }),
  });
  const key = (actions: string[]) => ({
    ...{ Effect: 'Allow', Action: actions, Resource: '<ARN of Test/AppKey>' },
    Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
  });
  expect(found(stack)).toEqual([
    {
      name: 'Test/make-reports',
      statements: [
        { Effect: 'Allow', Action: 's3:PutObject', Resource: '<ARN of Test/Government/ReportBucket>/source/*' },
        key(['kms:Decrypt', 'kms:GenerateDataKey']),
      ],
    },
    {
      name: 'Test/send-report',
      statements: [
        { Effect: 'Allow', Action: 's3:GetObject', Resource: '<ARN of Test/Government/ReportBucket>/payloads/*' },
        key(['kms:Decrypt']),
      ],
    },
  ]);
});

test('an imported function with its role gets the permissions, and causes no warning', () => {
  const stack = testStack({ env });
  const role = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/make-reports');
  const handler = LambdaFunction.fromFunctionAttributes(stack, 'Source', { functionArn: `${ARN}make-reports`, role });
  govSync(stack, { reports: ReportSource.fromFunction(handler) });
  expect(found(stack)).toEqual([]);
  templateOf(stack).hasResourceProperties('AWS::IAM::Policy', {
    Roles: ['make-reports'],
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 's3:PutObject' })]) },
  });
});

test('the warning can be acknowledged, on the function or above it', () => {
  const stack = testStack({ env });
  const handler = imported(stack, 'make-reports');
  Annotations.of(stack).acknowledgeWarning('cdk-andamio:importedFunctionForReports', 'its role has the statements');
  govSync(stack, { reports: ReportSource.fromFunction(handler) });
  expect(found(stack)).toEqual([]);
});

test('two syncs of one stack with the same name are an error, also if one is in a nested stack', () => {
  const stack = testStack();
  govSync(stack, { name: 'government' }, 'One');
  govSync(new NestedStack(stack, 'Nested'), { name: 'government' }, 'Two');
  expect(() => templateOf(stack)).toThrow(
    'Test/Nested/Two: invalid name "government": expected a name that no other ResilientGovSync of the stack has: state machine and log groups are named after it',
  );
});

test('two syncs of one stack with different names, or of two stacks with the same one, are no error', () => {
  const app = testApp();
  const [one, two] = ['One', 'Two'].map((id) => new Stack(app, id));
  for (const [stack, name] of [
    [one, 'a'],
    [one, 'b'],
    [two, 'a'],
  ] as const)
    govSync(stack, { name }, name);
  expect(() => app.synth()).not.toThrow();
});
