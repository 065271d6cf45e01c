import { Duration } from 'aws-cdk-lib';
import { PromQLAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AlarmSeverity } from '../core';
import { describeAlarm, runbookOf } from '../core/private/base/alarm-description';
import { nameOf } from './alarm-names';
import type { Routed, Routing } from './alarm-routing';
import type { TenantLatency } from './tenant-latency';

/** Creates an alarm for each latency, as the child `TenantLatency`, which notifies like critical alarms. */
export function watchTenantLatency(scope: Construct, all: readonly TenantLatency[], routing: Omit<Routing, 'symptoms'>): Routed[] {
  if (all.length === 0) return [];
  const parent = new Construct(scope, 'TenantLatency');
  return all.map(({ _settled: latency }) => {
    const { metricName, query, reason, pendingPeriod, alarmName } = latency;
    const alarm = new PromQLAlarm(parent, metricName.replace(/[^A-Za-z0-9]/g, ''), {
      alarmName: routing.names.of(parent, metricName, alarmName),
      alarmDescription: routing.linked(describeAlarm(scope, { name: metricName, reason, runbook: runbookOf('operations') })),
      query,
      evaluationInterval: Duration.minutes(1),
      pendingPeriod,
      recoveryPeriod: pendingPeriod,
    });
    routing.names.take(nameOf(alarm), alarm);
    for (const action of routing.topics.actionsFor(alarm, AlarmSeverity.CRITICAL)) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    return { alarm, severity: AlarmSeverity.CRITICAL, construct: scope };
  });
}
