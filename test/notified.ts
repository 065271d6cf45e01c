import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AppKey } from '../src';

/** Tells somebody of alarms, as whoever operates a platform would: rule packs ask for an action on each. */
export function notified(scope: Construct, ...alarms: Alarm[]): void {
  const topic = new Topic(scope, 'Operators', { masterKey: AppKey.of(scope), enforceSSL: true });
  for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(topic));
}
