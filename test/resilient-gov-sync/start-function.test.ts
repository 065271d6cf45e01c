import { Duration, TimeZone } from 'aws-cdk-lib';
import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { GovSchedule } from '../../src';
import { policiesIn, templateOf, testStack } from '../synth';
import { govSync } from './fixtures';

const stack = testStack();
const sync = govSync(stack);
const alarms = sync.alarms.all();
const template = templateOf(stack);

function schedulesOf(schedule: GovSchedule): Record<string, Record<string, unknown>> {
  const own = testStack();
  govSync(own, { schedule });
  const found = Object.entries(templateOf(own).findResources('AWS::Scheduler::Schedule'));
  return Object.fromEntries(found.map(([id, { Properties }]) => [id.replace(/^Government|[0-9A-F]{8}$/g, ''), Properties ?? {}]));
}

test('the sync of a quarter starts in its time zone and window, and what failed is started again every 6 hours from that hour on', () => {
  const { PeriodSchedule, AttemptSchedule } = schedulesOf(
    GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_BERLIN, day: 5, hour: 9, flexibleWindow: Duration.minutes(30) }),
  );
  expect(PeriodSchedule).toMatchObject({
    ScheduleExpression: 'cron(0 9 5 1,4,7,10 ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 30 },
    Target: { Input: '{"kind":"PERIOD_END","scheduledTime":"<aws.scheduler.scheduled-time>"}' },
  });
  expect(AttemptSchedule).toMatchObject({
    ScheduleExpression: 'cron(0 3,9,15,21 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Input: '{"kind":"OPEN_PERIODS","scheduledTime":"<aws.scheduler.scheduled-time>"}' },
  });
});

test('what could not be started goes to one queue: of the schedules, and of the function', () => {
  const { PeriodSchedule, AttemptSchedule } = schedulesOf(
    GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_BERLIN, day: 5, hour: 6, flexibleWindow: Duration.minutes(0) }),
  );
  const queue = { 'Fn::GetAtt': [expect.stringMatching(/^GovernmentDeadLetterQueue/), 'Arn'] };
  for (const { Target } of [PeriodSchedule, AttemptSchedule]) expect(Target).toMatchObject({ DeadLetterConfig: { Arn: queue } });
  expect(PeriodSchedule.FlexibleTimeWindow).toEqual({ Mode: 'OFF' });
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  const [start] = functions.flatMap(([id, { Properties }]) => (id.startsWith('GovernmentStartFunction') ? [Properties ?? {}] : []));
  expect(start).toMatchObject({
    DeadLetterConfig: { TargetArn: queue },
    Environment: { Variables: { TIME_ZONE: 'Europe/Berlin', DAY: '5', HOUR: '6', DUE_AFTER_SECONDS: '2592000' } },
  });
});

test('the function may start executions of its state machine only, and change items, not create or delete them otherwise', () => {
  const statements = Object.entries(policiesIn(template)).flatMap(([id, { Properties }]) =>
    id.startsWith('GovernmentStartFunctionRole')
      ? (Properties?.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown }[])
      : [],
  );
  const actions = statements.flatMap(({ Action }) => Action).filter((action) => /^(states|dynamodb|s3|lambda):/.test(action));
  expect(actions.sort()).toEqual([
    'dynamodb:GetItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'states:DescribeExecution',
    'states:StartExecution',
  ]);
});

test('a person who may start a period may invoke one function', () => {
  const own = testStack();
  const role = new Role(own, 'Operators', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  govSync(own).grants.start(role);
  const [policy] = Object.entries(policiesIn(templateOf(own))).flatMap(([id, { Properties }]) =>
    id.startsWith('Operators') ? [Properties] : [],
  );
  expect(policy?.PolicyDocument.Statement).toEqual([
    {
      Action: 'lambda:InvokeFunction',
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^GovernmentStartFunction/), 'Arn'] },
    },
  ]);
});

function propertiesOf(name: string): Record<string, unknown> {
  const [found] = Object.entries(template.findResources('AWS::CloudWatch::Alarm')).filter(([id]) =>
    id.startsWith(`Government${name}Alarm`),
  );
  return found[1].Properties ?? {};
}

/** The properties of an alarm that decide when it rings. */
function alarmOf(name: string): Record<string, unknown> {
  const { MetricName, Threshold, ComparisonOperator, TreatMissingData, Period, Statistic, EvaluationPeriods } = propertiesOf(name);
  return { MetricName, Threshold, ComparisonOperator, TreatMissingData, Period, Statistic, EvaluationPeriods };
}

const ABOVE = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, Statistic: 'Maximum' };

test.each([
  // Between two runs of the schedule there is no data: the state stays, for a quarter if need be.
  ['FailedAttempts', { ...ABOVE, MetricName: 'ConsecutiveFailures', Threshold: 2, TreatMissingData: 'ignore', Period: 60 }],
  ['ReportsPutAside', { ...ABOVE, MetricName: 'ReportsPutAside', Threshold: 0, TreatMissingData: 'ignore', Period: 60 }],
  ['Overdue', { ...ABOVE, MetricName: 'OverdueReports', Threshold: 0, TreatMissingData: 'ignore', Period: 60 }],
  ['BreakerOpen', { ...ABOVE, MetricName: 'BreakerOpen', Threshold: 21_600_000, TreatMissingData: 'ignore', Period: 60 }],
  [
    'ScheduleDeadLetters',
    { ...ABOVE, MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 0, TreatMissingData: 'notBreaching', Period: 60 },
  ],
])('the alarm %s', (name, expected) => expect(alarmOf(name)).toEqual(expected));

test('the alarm Heartbeat goes off after one period without a report: CloudWatch would evaluate older periods instead', () => {
  const { Threshold, ComparisonOperator, EvaluationPeriods, TreatMissingData, Metrics } = propertiesOf('Heartbeat');
  expect({ Threshold, ComparisonOperator, EvaluationPeriods, TreatMissingData }).toEqual({
    ...{ Threshold: 1, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, TreatMissingData: 'breaching' },
  });
  expect(Metrics).toMatchObject([
    { Expression: 'FILL(reported, 2)', ReturnData: true },
    { Id: 'reported', MetricStat: { Metric: { MetricName: 'Heartbeat' }, Period: 46_800, Stat: 'Maximum' }, ReturnData: false },
  ]);
});

test('there is an alarm for each recommendation, and one is created once', () => {
  expect(alarms).toHaveLength(6);
  expect(sync.recommendedAlarms).toHaveLength(6);
  const each = [
    ...[sync.alarms.failedAttempts(), sync.alarms.reportsPutAside(), sync.alarms.scheduleDeadLetters()],
    ...[sync.alarms.breakerOpen(), sync.alarms.overdue(), sync.alarms.heartbeat()],
  ];
  expect(new Set(each)).toEqual(new Set(alarms));
});

test('the widget shows the state of a sync in words, from metrics of the starter', () => {
  const own = testStack();
  const { metrics } = govSync(own);
  new Dashboard(own, 'Dashboard', { widgets: [[metrics.widget()], [metrics.widget({ title: 'Ministry', width: 12 })]] });
  const [{ Properties }] = Object.values(templateOf(own).findResources('AWS::CloudWatch::Dashboard'));
  const text = JSON.stringify(Properties?.DashboardBody);
  for (const label of ['Open periods', 'Failed attempts in a row', 'Reports overdue', 'Reports put aside', 'Hours without the API']) {
    expect(text).toContain(label);
  }
  expect(text).toContain('breaker / 3600000');
  expect(text).toContain('\\\\\\"title\\\\\\":\\\\\\"Ministry\\\\\\"'.replaceAll('\\\\\\', '\\'));
  expect(text).toContain('Test/Government');
});
