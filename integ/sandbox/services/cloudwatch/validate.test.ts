import { CfnAlarm, CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { assemble } from '../../testing/endpoint';
import { problemsOf } from './validate';

const METRIC = { namespace: 'Shop', metricName: 'Errors', statistic: 'Sum', period: 60 };
const ALARM = { ...METRIC, comparisonOperator: 'GreaterThanThreshold', threshold: 1, evaluationPeriods: 1 };
const STAT = { metric: { namespace: 'Shop', metricName: 'Errors' }, period: 60, stat: 'Sum' };
const EXPRESSION = { comparisonOperator: 'GreaterThanThreshold', threshold: 1, evaluationPeriods: 1 };

const problems = (build: Parameters<typeof assemble>[0]) => problemsOf(assemble(build)).map(({ message }) => message);

test.each<[string, object, string]>([
  ['a short period', { ...ALARM, period: 10 }, 'Period 10 is not supported: metrics are kept by the minute'],
  ['an uneven period', { ...ALARM, period: 90 }, 'Period 90 must be a multiple of 60'],
  ['more than a day', { ...ALARM, evaluationPeriods: 1_441 }, 'times the period is 86460 seconds: at most 86400 are allowed'],
  [
    'more than a week',
    { ...ALARM, period: 86_400, evaluationPeriods: 8 },
    'times the period is 691200 seconds: at most 604800 are allowed',
  ],
  ['M above N', { ...ALARM, datapointsToAlarm: 2 }, 'DatapointsToAlarm must be a whole number from 1 to 1'],
  ['another statistic', { ...ALARM, statistic: undefined, extendedStatistic: 'tm99' }, 'ExtendedStatistic tm99 is not supported'],
  [
    'an anomaly',
    { ...ALARM, comparisonOperator: 'GreaterThanUpperThreshold' },
    'ComparisonOperator GreaterThanUpperThreshold is not supported',
  ],
  ['no threshold', { ...ALARM, threshold: undefined }, 'Threshold is missing'],
  [
    'another treatment',
    { ...ALARM, treatMissingData: 'fine' },
    'TreatMissingData fine must be one of missing, ignore, breaching, notBreaching',
  ],
  ['few samples', { ...ALARM, evaluateLowSampleCountPercentile: 'ignore' }, 'EvaluateLowSampleCountPercentile ignore is not supported'],
  ['another action', { ...ALARM, alarmActions: ['arn:aws:lambda:us-east-1:123456789012:function:f'] }, 'is not supported: only topics are'],
  [
    'a function of metric math',
    {
      ...EXPRESSION,
      metrics: [
        { id: 'e', expression: 'ANOMALY_DETECTION_BAND(m)' },
        { id: 'm', metricStat: STAT, returnData: false },
      ],
    },
    'Expression cannot be run: the function ANOMALY_DETECTION_BAND is not supported',
  ],
  [
    'two results',
    {
      ...EXPRESSION,
      metrics: [
        { id: 'e', expression: 'm' },
        { id: 'm', metricStat: STAT },
      ],
    },
    'returns 2 of its queries',
  ],
  [
    'a circle',
    {
      ...EXPRESSION,
      metrics: [
        { id: 'a', expression: 'b' },
        { id: 'b', expression: 'a', returnData: false },
        { id: 'm', metricStat: STAT, returnData: false },
      ],
    },
    'has the expression a, which needs b',
  ],
  [
    'several periods',
    {
      ...EXPRESSION,
      metrics: [
        { id: 'e', expression: 'a + b' },
        { id: 'a', metricStat: STAT, returnData: false },
        { id: 'b', metricStat: { ...STAT, period: 300 }, returnData: false },
      ],
    },
    'has the periods 60 and 300',
  ],
])('%s is rejected by name', (_, props, message) => {
  const found = problems((stack) => new CfnAlarm(stack, 'Alarm', props as ConstructorParameters<typeof CfnAlarm>[2]));
  expect(found).toEqual([expect.stringContaining(message)]);
  expect(found[0]).toContain('(Stack.Alarm)');
});

test.each([
  ['an alarm that does not exist', ['ALARM(Other)'], 'AlarmRule names Other, which is no alarm of the assembly'],
  ['a rule that needs itself', ['ALARM(Second)', 'ALARM(First)'], 'AlarmRule depends on its own state'],
  ['a broken rule', ['ALARM('], "AlarmRule cannot be run: '' stands where the end of a name is expected"],
])('%s is rejected', (_, rules, message) => {
  const found = problems((stack) => {
    rules.forEach((alarmRule, at) => {
      const alarmName = ['First', 'Second'][at];
      new CfnCompositeAlarm(stack, alarmName, { alarmName, alarmRule });
    });
  });
  expect(found).toHaveLength(rules.length);
  for (const one of found) expect(one).toContain(message);
});

test('what is supported has no problems', () => {
  const found = problems((stack) => {
    new CfnAlarm(stack, 'Alarm', { ...ALARM, alarmName: 'Alarm' });
    new CfnCompositeAlarm(stack, 'Inner', { alarmName: 'Inner', alarmRule: 'ALARM(Alarm)' });
    new CfnCompositeAlarm(stack, 'Outer', { alarmName: 'Outer', alarmRule: 'NOT ALARM(Inner)' });
  });
  expect(found).toEqual([]);
});
