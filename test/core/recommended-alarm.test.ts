import { Duration, Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import {
  type AlarmOverrides,
  BufferedIngestPathAlarms,
  type IObservable,
  RecommendedAlarm,
  SecureFunctionAlarms,
  TenantIsolatedApiAlarms,
  TenantUserPoolAlarms,
} from '../../src';
import { ingestPath } from '../buffered-ingest-path/fixtures';
import { descriptionOf } from '../notified';
import { secureFunction } from '../secure-function/fixtures';
import { templateOf, testApp, testStack } from '../synth';
import { tenantApi } from '../tenant-isolated-api/fixtures';
import { userPool } from '../tenant-user-pool/fixtures';

interface Facade {
  readonly recommended: RecommendedAlarm[];
  all(options?: object): Alarm[];
}

/** Each construct that recommends alarms, its facade made anew, and its methods by the names of the alarms. */
const observed: [string, (scope: Construct) => IObservable & { readonly alarms: Facade }, (construct: never) => Facade][] = [
  ['BufferedIngestPath', ingestPath, (path) => BufferedIngestPathAlarms.fromBufferedIngestPath(path)],
  ['TenantIsolatedApi', tenantApi, (api) => TenantIsolatedApiAlarms.fromTenantIsolatedApi(api)],
  ['SecureFunction', secureFunction, (fn) => SecureFunctionAlarms.fromSecureFunction(fn)],
  ['TenantUserPool', userPool, (pool) => TenantUserPoolAlarms.fromTenantUserPool(pool)],
];

const methodOf = (facade: Facade, { name }: RecommendedAlarm, overrides?: AlarmOverrides): Alarm =>
  (facade as unknown as Record<string, (overrides?: AlarmOverrides) => Alarm>)[name[0].toLowerCase() + name.slice(1)](overrides);

describe.each(observed)('an alarm of a %s', (_, make, again) => {
  test('is created once: by its method, the recommendation, another facade, or all of them', () => {
    const stack = testStack();
    const construct = make(stack);
    for (const alarm of construct.recommendedAlarms) {
      const created = methodOf(construct.alarms, alarm);
      expect(created.node.path).toBe(`${(construct as unknown as Construct).node.path}/${alarm.name}Alarm`);
      expect(alarm.create()).toBe(created);
      expect(methodOf(again(construct as never), alarm)).toBe(created);
      expect(construct.alarms.all()).toContain(created);
      expect(RecommendedAlarm.createAll(stack)).toContain(created);
    }
    templateOf(stack).resourceCountIs('AWS::CloudWatch::Alarm', construct.recommendedAlarms.length);
  });

  test('takes overrides when it is created', () => {
    const stack = testStack();
    const construct = make(stack);
    for (const alarm of construct.recommendedAlarms) {
      methodOf(construct.alarms, alarm, {
        threshold: 77,
        evaluationPeriods: 5,
        datapointsToAlarm: 4,
        period: Duration.minutes(5),
        treatMissingData: TreatMissingData.BREACHING,
      });
    }
    for (const { Properties } of Object.values(templateOf(stack).findResources('AWS::CloudWatch::Alarm'))) {
      expect(Properties).toMatchObject({ Threshold: 77, EvaluationPeriods: 5, DatapointsToAlarm: 4, TreatMissingData: 'breaching' });
      const periods = [
        Properties.Period,
        ...(Properties.Metrics ?? []).map((metric: { MetricStat?: { Period: number } }) => metric.MetricStat?.Period),
      ];
      expect([...new Set(periods.filter((period) => period !== undefined))]).toEqual([300]);
    }
  });
});

test.each<[AlarmOverrides, string]>([
  [{ threshold: 5 }, 'Test/Visits/DeadLettersAlarm: invalid threshold 5: expected 0, which the alarm was created with'],
  [{ evaluationPeriods: 2 }, 'invalid evaluationPeriods 2: expected 1'],
  [{ datapointsToAlarm: 2 }, 'invalid datapointsToAlarm 2: expected 1'],
  [{ period: Duration.minutes(5) }, 'invalid period Duration.minutes(5): expected 60 seconds'],
  [{ treatMissingData: TreatMissingData.IGNORE }, 'invalid treatMissingData "ignore": expected notBreaching'],
  [{ alarmName: 'mine' }, 'invalid alarmName "mine": expected none'],
])('a later call with %j is an error with the existing setting', (overrides, message) => {
  const { alarms } = ingestPath(testStack());
  alarms.deadLetters();
  expect(() => alarms.deadLetters(overrides)).toThrow(message);
});

test('a later call with the same settings, or none, returns the alarm', () => {
  const { alarms } = ingestPath(testStack());
  const alarm = alarms.deadLetters({ threshold: 5, period: Duration.minutes(2) });
  expect(alarms.deadLetters()).toBe(alarm);
  expect(alarms.deadLetters({ threshold: 5, period: Duration.seconds(120) })).toBe(alarm);
});

describe('actions', () => {
  const topics = (stack: Stack) => ({ pager: new Topic(stack, 'Pager'), mail: new Topic(stack, 'Mail') });
  const actionsOf = (stack: Stack, list: 'AlarmActions' | 'OKActions' = 'AlarmActions') =>
    Object.fromEntries(
      Object.values(templateOf(stack).findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => [
        Properties.MetricName ?? 'expression',
        (Properties[list] ?? []).map(({ Ref }: { Ref: string }) => Ref.replace(/[0-9A-F]{8}$/, '')),
      ]),
    );

  test('one call adds actions by severity to all alarms of a construct', () => {
    const stack = testStack();
    const { pager, mail } = topics(stack);
    const path = ingestPath(stack);
    path.alarms.all({ actions: { critical: [new SnsAction(pager), new SnsAction(mail)], warning: [new SnsAction(mail)] } });
    const found = Object.values(templateOf(stack).findResources('AWS::CloudWatch::Alarm'));
    expect(found).toHaveLength(path.recommendedAlarms.length);
    const expected = path.recommendedAlarms.map((alarm) => [descriptionOf(alarm), alarm.severity === 'critical' ? 2 : 1]);
    expect(found.map(({ Properties }) => [Properties.AlarmDescription, Properties.AlarmActions.length]).sort()).toEqual(expected.sort());
  });

  test('one call adds them to all alarms of an app', () => {
    const app = testApp();
    const [one, other, operations] = ['One', 'Other', 'Operations'].map((id) => new Stack(app, id));
    const { pager, mail } = topics(operations);
    const constructs = [ingestPath(one), tenantApi(one), secureFunction(other), userPool(other)];
    const alarms = RecommendedAlarm.createAll(app, { actions: { critical: [new SnsAction(pager)], warning: [new SnsAction(mail)] } });
    expect(alarms).toHaveLength(constructs.reduce((sum, { recommendedAlarms }) => sum + recommendedAlarms.length, 0));
    for (const stack of [one, other]) {
      for (const { Properties } of Object.values(templateOf(stack).findResources('AWS::CloudWatch::Alarm'))) {
        expect(Properties.AlarmActions).toHaveLength(1);
      }
    }
  });

  test('are added only once, also if the same topic is passed as another object', () => {
    const stack = testStack();
    const { pager, mail } = topics(stack);
    const { alarms } = ingestPath(stack);
    alarms.deadLetters({ threshold: 3, actions: [new SnsAction(mail)] });
    alarms.all({ actions: { critical: [new SnsAction(pager), new SnsAction(mail)], warning: [new SnsAction(mail)] } });
    alarms.deadLetters({ actions: [new SnsAction(pager)] });
    templateOf(stack).hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: 3, MetricName: 'ApproximateNumberOfMessagesVisible' });
    expect(actionsOf(stack).ApproximateNumberOfMessagesVisible).toEqual(['Mail', 'Pager']);
    expect(actionsOf(stack).Errors).toEqual(['Mail']);
  });

  test('for OK are separate from those for ALARM', () => {
    const stack = testStack();
    const { pager } = topics(stack);
    ingestPath(stack).alarms.deadLetters({ okActions: [new SnsAction(pager)] });
    expect(actionsOf(stack, 'OKActions').ApproximateNumberOfMessagesVisible).toEqual(['Pager']);
    expect(actionsOf(stack).ApproximateNumberOfMessagesVisible).toEqual([]);
  });
});

test('a metric takes options, and keeps its defaults for the others', () => {
  const { metrics } = ingestPath(testStack());
  const metric = metrics.metricDeadLetters({ period: Duration.minutes(5), label: 'Dead' });
  expect([metric.period.toSeconds(), metric.statistic, metric.label]).toEqual([300, 'Maximum', 'Dead']);
  expect(metrics.metricWritten({ statistic: 'avg' }).statistic).toBe('Average');
  expect(metrics.metricFailedShare({ period: Duration.hours(1) }).period.toHours()).toBe(1);
});
