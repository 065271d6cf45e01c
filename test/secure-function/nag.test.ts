import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { DeadLetters, FunctionConcurrency, type SecureFunctionProps } from '../../src';
import { violations } from '../nag';
import { testStack } from '../synth';
import { secureFunction } from './fixtures';

const variants: Partial<SecureFunctionProps>[] = [
  {},
  { environment: { TABLE_NAME: 'grades' }, name: 'grades' },
  { concurrency: FunctionConcurrency.unreserved('It is idle.'), deadLetters: DeadLetters.none('It is called synchronously.') },
];

describe.each([undefined, { account: '111122223333', region: 'eu-west-1' }])('env %j', (env) => {
  test.each(variants)('no rule pack has open findings: %j', (props) => {
    const stack = testStack({ env });
    const { alarms } = secureFunction(stack, props);
    alarms.errors();
    expect(violations(stack).filter((finding) => !/CloudWatchAlarmAction/.test(finding))).toEqual([]);
  });

  test('nor in a VPC', () => {
    const stack = testStack({ env });
    secureFunction(stack, { vpc: new Vpc(stack, 'Vpc', { availabilityZones: ['eu-west-1a'], natGateways: 0 }) });
    // The VPC is the test's own.
    expect(violations(stack).filter((finding) => !finding.includes(' Test/Vpc/'))).toEqual([]);
  });
});

test('broad grants to the code are reported: no acknowledgement hides them', () => {
  const stack = testStack();
  const { function: made } = secureFunction(stack);
  made.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
  expect(violations(stack)).toEqual(['AwsSolutions-IAM5[Resource::*] Test/Grades/FunctionRole/DefaultPolicy/Resource']);
});

test('a function with a VPC, a reservation and a queue needs no acknowledgements for them', () => {
  const stack = testStack();
  const made = secureFunction(stack, { vpc: new Vpc(stack, 'Vpc', { availabilityZones: ['eu-west-1a'], natGateways: 0 }) });
  expect(made.function.node.metadata.filter(({ type }) => type.includes('acknowledged'))).toEqual([]);
});
