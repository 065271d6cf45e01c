import { Duration, type Stack } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  AlarmSeverity,
  type DashboardGraph,
  Notification,
  type NotificationOptions,
  type OperationsProps,
  type PagerDutyOptions,
  RecommendedAlarm,
  type RecommendedAlarmProps,
  TenantLatency,
  type TenantLatencyOptions,
} from '../../../src';
import { operations } from '../../operations/fixtures';
import { secureFunction } from '../../secure-function/fixtures';
import { testStack } from '../../synth';
import { all, type Case, define, lacks } from './case';

const metric = new Metric({ namespace: 'Mine', metricName: 'Waiting' });

/** An Operations that watches a function with other graphs or alarms than its own. */
function watching(stack: Stack, own: { readonly graphs?: DashboardGraph[]; readonly recommendedAlarms?: RecommendedAlarm[] }): void {
  const fn = secureFunction(stack, {}, 'Fn');
  for (const [name, value] of Object.entries(own)) Object.defineProperty(fn, name, { value });
  operations(stack, { watch: [fn] });
}

const dashboard = (stack: Stack): string => JSON.stringify(all(stack, 'AWS::CloudWatch::Dashboard'));
const descriptions = (stack: Stack): string[] =>
  all(stack, 'AWS::CloudWatch::Alarm').map(({ AlarmDescription }) => String(AlarmDescription));

/** By the name of the interface. */
export const OPERATIONS: Readonly<Record<string, Case>> = {
  DashboardGraph: define<DashboardGraph>({
    create: (stack, options) => watching(stack, { graphs: [{ title: 'Mine', left: [metric], ...options }] }),
    described: {
      unit: (stack) => expect(dashboard(stack)).toMatch(/Mine[^}]*.yAxis.":{.*?left.":{.*?showUnits.":false/),
      limit: (stack) => expect(dashboard(stack)).not.toContain('annotations'),
    },
  }),
  NotificationOptions: define<NotificationOptions>({
    create: (stack, options) => operations(stack, { notify: [Notification.email('operators@example.com', options)] }),
  }),
  OperationsProps: define<OperationsProps>({
    create: (stack, props) => operations(stack, props),
    described: {
      name: (stack) => {
        lacks('AWS::SNS::Topic', 'TopicName')(stack);
        lacks('AWS::CloudWatch::Alarm', 'AlarmName')(stack);
      },
      dashboardName: (stack) => {
        lacks('AWS::CloudWatch::Dashboard', 'DashboardName')(stack);
        const named = testStack();
        operations(named, { name: 'Luca' });
        expect(all(named, 'AWS::CloudWatch::Dashboard')).toEqual([expect.objectContaining({ DashboardName: 'Luca-Overview' })]);
      },
      // Of the function: its dead letters.
      symptoms: (stack) =>
        expect(
          all(stack, 'AWS::CloudWatch::CompositeAlarm')
            .map(({ AlarmName }) => String(AlarmName).split('-').at(-1))
            .sort(),
        ).toEqual(['Causes', 'Notification']),
      runbooks: (stack) => {
        for (const description of descriptions(stack)) {
          expect(description).toMatch(
            / What to do: https:\/\/github\.com\/cdk-andamio\/cdk-andamio\/blob\/main\/src\/[a-z-]+\/README\.md#alarms$/,
          );
        }
      },
    },
  }),
  TenantLatencyOptions: define<TenantLatencyOptions>({
    create: (stack, options) => {
      const latency = TenantLatency.histogram('Latency', { attribute: 'school', threshold: Duration.millis(120), ...options });
      operations(stack, { name: 'Luca', tenantLatency: [latency] });
    },
    described: {
      alarmName: (stack) =>
        expect(all(stack, 'AWS::CloudWatch::Alarm')).toContainEqual(
          expect.objectContaining({ AlarmName: 'Luca-Operations-TenantLatency-Latency', EvaluationCriteria: expect.anything() }),
        ),
    },
  }),
  PagerDutyOptions: define<PagerDutyOptions>({
    create: (stack, options) => {
      const secret = Secret.fromSecretNameV2(stack, 'PagerDuty', 'pagerduty');
      operations(stack, { notify: [Notification.pagerDuty(secret, options)] });
    },
    described: {
      field: (stack) => expect(JSON.stringify(all(stack, 'AWS::SNS::Subscription'))).toMatch(/resolve:secretsmanager:.*:SecretString:::/),
    },
  }),
  RecommendedAlarmProps: define<RecommendedAlarmProps>({
    create: (stack, options) => {
      const settings = { threshold: 0, evaluationPeriods: 1, missingData: TreatMissingData.NOT_BREACHING, reason: 'It waits.' };
      const comparison = ComparisonOperator.GREATER_THAN_THRESHOLD;
      const alarm = RecommendedAlarm.of(stack, {
        name: 'Mine',
        severity: AlarmSeverity.WARNING,
        metric,
        comparison,
        ...settings,
        ...options,
      });
      watching(stack, { recommendedAlarms: [alarm] });
    },
    described: { runbook: (stack) => expect(descriptions(stack)).toContain('It waits.') },
  }),
};
