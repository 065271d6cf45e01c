import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet } from '../core/private/alarm';
import { TenantUserPoolMetrics } from './tenant-user-pool-metrics';
import type { ITokenTrigger } from './token-trigger';

type AlarmName = 'TokenFailures' | 'TriggerThrottles';

/** The recommended alarms of a pool. Each is created on first use, and only once. */
export class TenantUserPoolAlarms {
  /**
   * Alarms of a pool.
   *
   * @param pool a TenantUserPool
   */
  public static fromTenantUserPool(pool: ITokenTrigger): TenantUserPoolAlarms {
    return new TenantUserPoolAlarms(pool);
  }

  /** All recommendations, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(pool: ITokenTrigger) {
    const metrics = TenantUserPoolMetrics.fromTenantUserPool(pool);
    this.alarms = new AlarmSet<AlarmName>(pool, {
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
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when tokens cannot be issued for technical reasons. */
  public tokenFailures(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('TokenFailures').create(overrides);
  }

  /** Alarms when the trigger is throttled. */
  public triggerThrottles(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('TriggerThrottles').create(overrides);
  }

  /** Creates all of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
