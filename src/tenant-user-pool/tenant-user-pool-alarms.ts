import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { type AboveProps, AlarmSet } from '../core/private/alarm';
import { invalid } from '../core/private/base/invalid';
import type { ITenantUserPool } from './tenant-user-pool-interface';
import { TenantUserPoolMetrics } from './tenant-user-pool-metrics';

type AlarmName = 'TokenFailures' | 'TriggerThrottles';

/** The recommended alarms of a pool. Each is created on first use, and only once. */
export class TenantUserPoolAlarms {
  /**
   * Alarms of a pool.
   *
   * @param pool a TenantUserPool, or one that is imported with its trigger
   */
  public static fromTenantUserPool(pool: ITenantUserPool): TenantUserPoolAlarms {
    return new TenantUserPoolAlarms(pool);
  }

  /** All recommendations, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(private readonly pool: ITenantUserPool) {
    this.alarms = new AlarmSet<AlarmName>(pool, 'tenant-user-pool', pool.trigger === undefined ? {} : alarmsOf(pool));
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when tokens cannot be issued for technical reasons. */
  public tokenFailures(overrides?: AlarmOverrides): Alarm {
    return this.get('TokenFailures').create(overrides);
  }

  /** Alarms when the trigger is throttled. */
  public triggerThrottles(overrides?: AlarmOverrides): Alarm {
    return this.get('TriggerThrottles').create(overrides);
  }

  /** Creates all of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }

  private get(name: AlarmName): RecommendedAlarm {
    return (
      this.alarms.find(name) ?? invalid(this.pool, 'triggerArn', undefined, 'the ARN of the trigger of an imported pool, for its alarms')
    );
  }
}

function alarmsOf(pool: ITenantUserPool): Record<AlarmName, AboveProps> {
  const metrics = TenantUserPoolMetrics.fromTenantUserPool(pool);
  return {
    TokenFailures: {
      severity: AlarmSeverity.CRITICAL,
      metric: metrics.metricFailed(),
      threshold: 0,
      evaluationPeriods: 3,
      reason:
        'Tokens could not be issued three minutes in a row, although no membership is missing: the directory or its key cannot be read in time. Users whose token expires do not get a new one.',
    },
    TriggerThrottles: {
      severity: AlarmSeverity.CRITICAL,
      metric: metrics.metricThrottles(),
      threshold: 0,
      evaluationPeriods: 3,
      reason:
        'The trigger is throttled three minutes in a row: users cannot sign in, because other functions use up the concurrency of the account.',
    },
  };
}
