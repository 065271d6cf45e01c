import { readFileSync } from 'node:fs';
import type { SecureFunctionProps } from '../../src';
import { descriptionOf } from '../notified';
import { keepsPromises } from '../promises';
import { logicalIds, policiesIn, scrubbed, templateOf, testStack } from '../synth';
import { minimal } from './apps';
import { secureFunction } from './fixtures';

function synthesized(props: Partial<SecureFunctionProps> = {}) {
  const stack = testStack();
  secureFunction(stack, props);
  return templateOf(stack);
}

const template = synthesized();
const only = (type: string, from = template) => Object.values(from.findResources(type))[0].Properties;
const statements = (from = template) => Object.values(policiesIn(from)).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
const appKey = { 'Fn::GetAtt': [expect.stringMatching(/^AppKey/), 'Arn'] };

test('it runs on the newest Node.js on ARM, with tracing and JSON log lines in its own log group', () => {
  expect(only('AWS::Lambda::Function')).toMatchObject({
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    MemorySize: 512,
    Timeout: 10,
    TracingConfig: { Mode: 'Active' },
    LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.stringMatching(/^GradesFunctionLogs/) } },
    ReservedConcurrentExecutions: 5,
  });
});

keepsPromises(minimal);

test('environment variables are encrypted with the key of the app; logs are kept for 30 days, dead letters for 14', () => {
  expect(only('AWS::Lambda::Function').KmsKeyArn).toEqual(appKey);
  expect(only('AWS::Logs::LogGroup').RetentionInDays).toBe(30);
  expect(only('AWS::SQS::Queue').MessageRetentionPeriod).toBe(14 * 24 * 3600);
});

test('its role has no AWS managed policy, and its code may only write its log', () => {
  expect(only('AWS::IAM::Role').ManagedPolicyArns).toBeUndefined();
  const [code] = Object.entries(policiesIn(template))
    .filter(([id]) => id.includes('DefaultPolicy'))
    .map(([, { Properties }]) => Properties.PolicyDocument.Statement);
  // Lambda sends to the queue, for which the L2 adds a permission to the role.
  expect(code.flatMap(({ Action }: { Action: string }) => Action).sort()).toEqual([
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'sqs:SendMessage',
  ]);
});

test('only Lambda can decrypt its variables, not its code', () => {
  const [decrypt] = statements().filter(({ Condition }) => Condition?.Null !== undefined);
  expect(decrypt).toMatchObject({
    Action: 'kms:Decrypt',
    Resource: appKey,
    Condition: {
      Null: { 'lambda:SourceFunctionArn': 'true' },
      ArnLike: { 'kms:EncryptionContext:aws:lambda:FunctionArn': expect.anything() },
    },
  });
});

test('the function depends on every policy of its role', () => {
  const [{ DependsOn }] = Object.values(template.findResources('AWS::Lambda::Function'));
  expect(DependsOn).toEqual(expect.arrayContaining(Object.keys(policiesIn(template))));
});

test('each alarm is created once, with its reason', () => {
  const stack = testStack();
  const { alarms, recommendedAlarms } = secureFunction(stack);
  expect(alarms.errors()).toBe(alarms.errors());
  alarms.throttles();
  alarms.deadLetters();
  const made = Object.values(templateOf(stack).findResources('AWS::CloudWatch::Alarm'));
  expect(made.map(({ Properties }) => Properties.AlarmDescription).sort()).toEqual(recommendedAlarms.map(descriptionOf).sort());
});

test('the README names each recommended alarm', () => {
  const readme = readFileSync('src/secure-function/README.md', 'utf8');
  for (const { name } of secureFunction(testStack()).recommendedAlarms) expect(readme).toMatch(new RegExp(`\\| \`${name}\` +\\|`));
});

test('it has metrics of invocations, errors and duration', () => {
  const stack = testStack();
  const { metrics } = secureFunction(stack);
  const measured = [
    metrics.metricInvocations(),
    metrics.metricErrors(),
    metrics.metricThrottles(),
    metrics.metricDuration(),
    metrics.metricDeadLetters(),
  ].map((metric) => {
    const { metricStat } = metric?.toMetricConfig() ?? {};
    return [metricStat?.metricName, metricStat?.statistic, metricStat?.period.toSeconds()];
  });
  expect(measured).toEqual([
    ['Invocations', 'Sum', 60],
    ['Errors', 'Sum', 60],
    ['Throttles', 'Sum', 60],
    ['Duration', 'p95', 60],
    ['ApproximateNumberOfMessagesVisible', 'Maximum', 60],
  ]);
});

test('the logical ids of log and dead letters never change: both are retained', () => {
  expect(logicalIds(template, 'AWS::Logs::LogGroup')).toEqual(['GradesFunctionLogsBE212BA9']);
  expect(logicalIds(template, 'AWS::SQS::Queue')).toEqual(['GradesDeadLetterQueueEBCCBC82']);
});

test('the default shape', () => {
  expect(scrubbed(template)).toMatchSnapshot();
});
