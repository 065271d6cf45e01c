import { Duration, type Stack } from 'aws-cdk-lib';
import { TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AlarmSeverity, Notification, TenantLatency } from '../../src';
import { ingestPath } from '../buffered-ingest-path/fixtures';
import { secureFunction } from '../secure-function/fixtures';
import { operations } from './fixtures';

export function minimal(stack: Stack): void {
  operations(stack);
}

export function maximal(stack: Stack): void {
  const grades = secureFunction(stack, {}, 'Grades');
  const visits = ingestPath(stack);
  operations(stack, {
    watch: [grades, visits],
    name: 'Luca',
    dashboardName: 'Luca-Production-Overview',
    runbooks: 'https://wiki.example.com/andamio',
    symptoms: [{ symptom: visits.alarms.failedShare(), causes: [grades.alarms.errors()] }],
    tenantLatency: [
      TenantLatency.histogram('Latency', { attribute: 'school', threshold: Duration.millis(120), alarmName: 'Luca-P95-Latency-Alert' }),
    ],
    widgets: [new TextWidget({ markdown: 'Who is on call' })],
    notify: [
      Notification.email('operators@example.com'),
      Notification.email('developers@example.com', { severities: [AlarmSeverity.WARNING] }),
      Notification.slack({ workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' }),
      Notification.pagerDuty(Secret.fromSecretNameV2(stack, 'PagerDuty', 'pagerduty'), { field: 'url' }),
      Notification.topic(Topic.fromTopicArn(stack, 'Existing', 'arn:aws:sns:eu-west-1:111122223333:existing')),
    ],
  });
}
