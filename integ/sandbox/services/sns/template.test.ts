import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { assemblyOf, invalid, temporaryFolder } from '../../testing/engines';
import { AWS_MANAGED, httpPolicy } from './retries';

const folder = temporaryFolder();
const topic = 'arn:aws:sns:us-east-1:123456789012:news';
const queue = 'arn:aws:sqs:us-east-1:123456789012:queue';

const problemsOf = (more: Partial<sns.CfnSubscriptionProps>) =>
  invalid(
    assemblyOf(folder, (stack) => {
      new sns.CfnSubscription(stack, 'To', { topicArn: topic, protocol: 'sqs', endpoint: queue, ...more });
    }),
  );

test('a subscription that AWS accepts has no problem', () => {
  expect(problemsOf({ filterPolicy: { a: [{ wildcard: 'x*' }] }, redrivePolicy: { deadLetterTargetArn: queue } })).toEqual([]);
});

test.each<[string, Partial<sns.CfnSubscriptionProps>, string]>([
  ['text messages', { protocol: 'sms', endpoint: '+1555' }, 'Protocol sms is not supported'],
  ['an address that is none', { protocol: 'email', endpoint: 'ops' }, 'Endpoint ops is not an endpoint for email'],
  ['a FIFO queue', { endpoint: `${queue}.fifo` }, 'is not an endpoint for sqs'],
  ['raw mail', { protocol: 'email', endpoint: 'a@b.c', rawMessageDelivery: true }, 'RawMessageDelivery: email has none'],
  ['another Region', { region: 'eu-west-1' }, 'Region eu-west-1 is not supported'],
  ['an unknown member of a redrive policy', { redrivePolicy: { maxReceiveCount: 3 } }, 'RedrivePolicy.maxReceiveCount is not supported'],
  ['a dead-letter topic', { redrivePolicy: { deadLetterTargetArn: topic } }, 'is not the ARN of a standard queue'],
  ['an unknown operator', { filterPolicy: { a: [{ like: 'x' }] } }, '"a": unrecognized match type like'],
  ['an object in a policy for attributes', { filterPolicy: { a: { b: ['x'] } } }, 'FilterPolicy: "a" must be an array'],
  ['a scope', { filterPolicy: { a: ['x'] }, filterPolicyScope: 'Body' }, 'FilterPolicyScope: Invalid value [Body]'],
  ['six keys', { filterPolicy: Object.fromEntries([...'abcdef'].map((key) => [key, ['x']])) }, 'can not have more than 5 keys'],
  ['too many combinations', { filterPolicy: { a: Array(13).fill('x'), b: Array(12).fill('x') } }, 'Filter policy is too complex'],
  ['a delivery policy for a queue', { deliveryPolicy: {} }, 'DeliveryPolicy: sqs has none'],
  [
    'a limit of the rate',
    { protocol: 'https', endpoint: 'https://a.b', deliveryPolicy: { throttlePolicy: { maxReceivesPerSecond: 1 } } },
    'DeliveryPolicy.throttlePolicy is not supported',
  ],
  [
    'a backoff without a documented formula',
    { protocol: 'https', endpoint: 'https://a.b', deliveryPolicy: { healthyRetryPolicy: { backoffFunction: 'geometric' } } },
    'backoffFunction geometric is not supported',
  ],
])('%s is rejected by name', (_name, more, message) => {
  expect(problemsOf(more)).toEqual([expect.stringContaining(message)]);
});

test('a FIFO topic, a second policy and an action out of scope are rejected by name', () => {
  const assembly = assemblyOf(folder, (stack) => {
    new sns.Topic(stack, 'Fifo', { fifo: true });
    const statements = [
      new iam.PolicyStatement({ actions: ['sns:CreateTopic'], principals: [new iam.AnyPrincipal()], resources: [topic] }),
    ];
    new sns.CfnTopicPolicy(stack, 'Policy', { topics: [topic], policyDocument: new iam.PolicyDocument({ statements }) });
  });
  expect(invalid(assembly)).toEqual([
    expect.stringMatching(/^AWS::SNS::Topic\.FifoTopic is not supported: only standard topics are \(Shop\.Fifo\w+\)$/),
    'AWS::SNS::TopicPolicy.PolicyDocument: Invalid parameter: Policy statement action out of service scope! sns:CreateTopic (Shop.Policy)',
  ]);
});

describe('retries', () => {
  const delays = (policy: object) => [...httpPolicy({ healthyRetryPolicy: { ...policy } }).delays];

  // documented: "Amazon SNS message delivery retries"
  test('of queues and functions are 100,015, over 23 days', () => {
    const all = [...AWS_MANAGED];
    expect(all).toHaveLength(100_015);
    expect(all.slice(0, 12)).toEqual([0, 0, 0, 1, 1, 1, 2, 4, 8, 16, 20, 20]);
    const days = all.reduce((sum, delay) => sum + delay, 0) / 86_400;
    expect(Math.floor(days)).toBe(23);
  });

  // documented: "Creating an HTTP/S delivery policy"
  test('of endpoints are 3, 20 seconds apart, or have the phases of the policy', () => {
    expect(delays({})).toEqual([20, 20, 20]);
    expect(
      delays({ numRetries: 8, numNoDelayRetries: 1, numMinDelayRetries: 2, numMaxDelayRetries: 2, minDelayTarget: 5, maxDelayTarget: 15 }),
    ).toEqual([0, 5, 5, 5, 10, 15, 15, 15]);
    expect(delays({ numRetries: 4, minDelayTarget: 5, maxDelayTarget: 30, backoffFunction: 'exponential' })).toEqual([5, 10, 20, 30]);
  });

  test.each<[object, string]>([
    [{ numRetries: 101 }, 'numRetries is 101'],
    [{ numRetries: 1, numNoDelayRetries: 2 }, 'less than the retries of its phases'],
    [{ minDelayTarget: 30 }, 'minDelayTarget is 30: it must be a whole number from 1 to 20'],
    [{ numRetries: 100, minDelayTarget: 3600, maxDelayTarget: 3600 }, 'takes more than 3,600 seconds'],
    [{ maxDelay: 1 }, 'healthyRetryPolicy.maxDelay is not supported'],
  ])('%j is rejected', (policy, message) => {
    expect(() => delays(policy)).toThrow(message);
  });
});
