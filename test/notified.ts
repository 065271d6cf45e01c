import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AppKey, type RecommendedAlarm } from '../src';

/** Tells somebody of alarms, as whoever operates a platform would: rule packs ask for an action on each. */
export function notified(scope: Construct, ...alarms: Alarm[]): void {
  const topic = new Topic(scope, 'Operators', { masterKey: AppKey.of(scope), enforceSSL: true });
  for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(topic));
}

/** What an alarm of a recommendation says: its reason, and where it is written what to do. */
export function descriptionOf({ reason, runbook }: RecommendedAlarm): string {
  return `${reason} What to do: ${runbook}`;
}
