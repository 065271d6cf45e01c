import { Duration } from 'aws-cdk-lib';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import { openCloudWatch, type TestCloudWatch } from './testing';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:Alarms';
const ACTION: cw.IAlarmAction = { bind: () => ({ alarmActionArn: TOPIC }) };

const metric = (props: Partial<cw.MetricProps> = {}) =>
  new cw.Metric({ namespace: 'Shop', metricName: 'Errors', statistic: 'Sum', period: Duration.minutes(1), ...props });
const alarmProps = (props: Partial<cw.AlarmProps> = {}): cw.AlarmProps => ({
  ...{ metric: metric(), threshold: 0, evaluationPeriods: 1, alarmName: 'Errors', alarmDescription: 'Requests fail.' },
  ...{ comparisonOperator: cw.ComparisonOperator.GREATER_THAN_THRESHOLD, treatMissingData: cw.TreatMissingData.NOT_BREACHING },
  ...props,
});

let open: TestCloudWatch | undefined;
afterEach(() => open?.close());

async function start(props: Partial<cw.AlarmProps> = {}, options: Parameters<typeof openCloudWatch>[1] = {}) {
  open = await openCloudWatch((stack) => {
    const alarm = new cw.Alarm(stack, 'Errors', alarmProps(props));
    alarm.addAlarmAction(ACTION);
    alarm.addOkAction(ACTION);
  }, options);
  return open;
}

test('an alarm goes off at the end of a minute with a breaching value, and returns when the value has left its range', async () => {
  const { put, pass, changes, published } = await start();
  await pass(1);
  put({ namespace: 'Shop', name: 'Errors', value: 2 });
  await pass(1);
  put({ namespace: 'Shop', name: 'Errors', value: 0 });
  await pass(1);
  await pass(4);
  expect(changes()).toEqual(['Errors: INSUFFICIENT_DATA>OK @1', 'Errors: OK>ALARM @2', 'Errors: ALARM>OK @3']);
  expect(published.map(({ subject }) => subject)).toEqual([
    'OK: "Errors" in US East (N. Virginia)',
    'ALARM: "Errors" in US East (N. Virginia)',
    'OK: "Errors" in US East (N. Virginia)',
  ]);
});

test('a value that nothing follows keeps the alarm for its evaluation range', async () => {
  const { put, pass, changes, started, start: from } = await start();
  await pass(1);
  put({ namespace: 'Shop', name: 'Errors', value: 2 });
  for (let minute = 0; minute < 6; minute += 1) await pass(1);
  expect(changes().slice(1)).toEqual(['Errors: OK>ALARM @2', 'Errors: ALARM>OK @5']);
  expect(started.use('alarms').evaluatedTo()).toBe(from + 7 * 60_000);
});

test('a jump of the clock evaluates each minute once and in order', async () => {
  const { put, pass, changes, start: begin, clock } = await start();
  // What has been put for the future, as far as the minutes of the jump go.
  for (const minute of [10, 200, 900]) put({ namespace: 'Shop', name: 'Errors', value: 1, at: begin + minute * 60_000 });
  await pass(1_000);
  expect((clock.now() - begin) / 60_000).toBe(1_000);
  expect(changes()).toEqual([
    'Errors: INSUFFICIENT_DATA>OK @1',
    ...[10, 200, 900].flatMap((minute) => [`Errors: OK>ALARM @${minute + 1}`, `Errors: ALARM>OK @${minute + 4}`]),
  ]);
});

test('a jump of a year takes less than a second', async () => {
  const { pass, changes } = await start();
  const before = performance.now();
  await pass(525_600);
  expect(performance.now() - before).toBeLessThan(1_000);
  expect(changes()).toEqual(['Errors: INSUFFICIENT_DATA>OK @1']);
});

// Documented: "Evaluating an alarm" (Amazon CloudWatch User Guide), M out of N.
test('M of N values must breach', async () => {
  const { put, pass, changes } = await start({ evaluationPeriods: 3, datapointsToAlarm: 2 });
  for (const value of [0, 1, 0, 0, 1, 0, 1]) {
    put({ namespace: 'Shop', name: 'Errors', value });
    await pass(1);
  }
  expect(changes()).toEqual(['Errors: INSUFFICIENT_DATA>OK @1', 'Errors: OK>ALARM @7']);
});

test.each<[cw.TreatMissingData, string[]]>([
  [cw.TreatMissingData.MISSING, ['ALARM>INSUFFICIENT_DATA']],
  [cw.TreatMissingData.IGNORE, []],
  [cw.TreatMissingData.BREACHING, []],
  [cw.TreatMissingData.NOT_BREACHING, ['ALARM>OK']],
])('missing data that is %s', async (treatMissingData, expected) => {
  const { put, pass, changes } = await start({ treatMissingData });
  put({ namespace: 'Shop', name: 'Errors', value: 1 });
  await pass(1);
  await pass(10);
  expect(changes().map((change) => change.split(' ')[1])).toEqual(['INSUFFICIENT_DATA>ALARM', ...expected]);
});

test('an hour is a sliding window that ends with the evaluated minute', async () => {
  const { put, pass, changes } = await start({ metric: metric({ period: Duration.hours(1) }), threshold: 2 });
  for (const minutes of [30, 30, 29]) {
    put({ namespace: 'Shop', name: 'Errors', value: 1 });
    await pass(minutes);
  }
  expect(changes()).toEqual(['Errors: INSUFFICIENT_DATA>OK @1']);
  put({ namespace: 'Shop', name: 'Errors', value: 1 });
  await pass(1);
  // Those of the minutes 30, 60 and 89.
  expect(changes().slice(1)).toEqual(['Errors: OK>ALARM @90']);
});

test('a percentile is compared with the threshold, with the unit of the alarm', async () => {
  const { put, pass, state } = await start({ metric: metric({ statistic: 'p95', unit: cw.Unit.SECONDS }), threshold: 0.5 });
  put({ namespace: 'Shop', name: 'Errors', value: 9, unit: 'Milliseconds', count: 1_000 });
  put({ namespace: 'Shop', name: 'Errors', value: 0.1, unit: 'Seconds', count: 90 });
  put({ namespace: 'Shop', name: 'Errors', value: 0.9, unit: 'Seconds', count: 4 });
  await pass(1);
  expect(state('Errors')).toBe('OK');
  put({ namespace: 'Shop', name: 'Errors', value: 0.9, unit: 'Seconds', count: 10 });
  await pass(1);
  expect(state('Errors')).toBe('ALARM');
});

test.each<[cw.ComparisonOperator, string]>([
  [cw.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD, 'OK ALARM ALARM'],
  [cw.ComparisonOperator.GREATER_THAN_THRESHOLD, 'OK OK ALARM'],
  [cw.ComparisonOperator.LESS_THAN_THRESHOLD, 'ALARM OK OK'],
  [cw.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD, 'ALARM ALARM OK'],
])('%s', async (comparisonOperator, expected) => {
  const { put, pass, state } = await start({ comparisonOperator, threshold: 5 });
  const states: string[] = [];
  for (const value of [4, 5, 6]) {
    put({ namespace: 'Shop', name: 'Errors', value });
    await pass(1);
    states.push(state('Errors'));
  }
  expect(states.join(' ')).toBe(expected);
});

test('an alarm on an expression has its value', async () => {
  const share = new cw.MathExpression({
    expression: '100 * FILL(errors, 0) / requests',
    usingMetrics: { errors: metric(), requests: metric({ metricName: 'Requests' }) },
    period: Duration.minutes(1),
  });
  const { put, pass, changes, published } = await start({ metric: share, threshold: 1 });
  put({ namespace: 'Shop', name: 'Requests', value: 100 });
  await pass(1);
  put({ namespace: 'Shop', name: 'Requests', value: 100 });
  put({ namespace: 'Shop', name: 'Errors', value: 2 });
  await pass(1);
  expect(changes()).toEqual(['Errors: INSUFFICIENT_DATA>OK @1', 'Errors: OK>ALARM @2']);
  expect(published[1].message.Trigger).toMatchObject({
    Period: 60,
    Metrics: [
      { Id: 'expr_1', Expression: '100 * FILL(errors, 0) / requests', ReturnData: true },
      { Id: 'errors', MetricStat: { Metric: { MetricName: 'Errors', Namespace: 'Shop' }, Period: 60, Stat: 'Sum' }, ReturnData: false },
      { Id: 'requests' },
    ],
  });
});

test('a filled expression has a value although none of its metrics ever had one', async () => {
  const idle = new cw.MathExpression({ expression: 'FILL(read, 0) == 0', usingMetrics: { read: metric() }, period: Duration.minutes(1) });
  const { pass, state } = await start({ metric: idle });
  await pass(1);
  expect(state('Errors')).toBe('ALARM');
});

// Observed: messages of alarms in public repositories; documented: "Notifying users on alarm changes" (Amazon CloudWatch User Guide).
test('the message to a topic has the documented fields', async () => {
  const { put, pass, published } = await start();
  await pass(1);
  put({ namespace: 'Shop', name: 'Errors', value: 2 });
  await pass(1);
  expect(published[1]).toEqual({
    topicArn: TOPIC,
    subject: 'ALARM: "Errors" in US East (N. Virginia)',
    message: {
      ...{ AlarmName: 'Errors', AlarmDescription: 'Requests fail.', AWSAccountId: '123456789012' },
      AlarmConfigurationUpdatedTimestamp: '2026-11-30T08:00:00.000+0000',
      ...{ NewStateValue: 'ALARM', OldStateValue: 'OK', StateChangeTime: '2026-11-30T08:02:00.000+0000' },
      NewStateReason: 'Threshold Crossed: 1 out of the last 1 datapoint [2.0 (30/11/26 08:01:00)] was greater than the threshold (0.0).',
      ...{ Region: 'US East (N. Virginia)', AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:Errors' },
      ...{ OKActions: [TOPIC], AlarmActions: [TOPIC], InsufficientDataActions: [] },
      Trigger: {
        ...{ MetricName: 'Errors', Namespace: 'Shop', StatisticType: 'Statistic', Statistic: 'SUM', Unit: null, Dimensions: [] },
        ...{ Period: 60, EvaluationPeriods: 1, DatapointsToAlarm: 1, ComparisonOperator: 'GreaterThanThreshold', Threshold: 0 },
        ...{ TreatMissingData: 'notBreaching', EvaluateLowSampleCountPercentile: '' },
      },
    },
  });
  expect(published[0].message.NewStateReason).toBe(
    'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
  );
});

test('actions that are disabled are not taken, and a topic that rejects a message is reported', async () => {
  const disabled = await start({ actionsEnabled: false });
  await disabled.pass(1);
  expect([disabled.changes(), disabled.published]).toEqual([['Errors: INSUFFICIENT_DATA>OK @1'], []]);
  await disabled.close();
  const failing = await start({}, { failure: new Error('not authorized to perform: SNS:Publish') });
  await failing.pass(1);
  expect(failing.reported).toEqual([`Stack.ErrorsFA5270DE: the action ${TOPIC} failed: not authorized to perform: SNS:Publish`]);
});

test('an alarm on a metric that nothing fills is reported by name', async () => {
  const { reported } = await start({ metric: metric({ namespace: 'AWS/EC2', dimensionsMap: { InstanceId: 'i-1' } }) });
  expect(reported).toEqual(['Stack.ErrorsFA5270DE is not evaluated: the sandbox has no metric AWS/EC2 Errors with InstanceId']);
});

test('metrics of log lines in the embedded metric format are evaluated', async () => {
  const { started, clock, pass, state } = await start();
  const _aws = { Timestamp: 1, CloudWatchMetrics: [{ Namespace: 'Shop', Dimensions: [[]], Metrics: [{ Name: 'Errors', Unit: 'Count' }] }] };
  started.use('logs').write({ at: clock.now(), group: '/shop', stream: 's', message: JSON.stringify({ _aws, Errors: 1 }) });
  await pass(1);
  expect(state('Errors')).toBe('ALARM');
});
