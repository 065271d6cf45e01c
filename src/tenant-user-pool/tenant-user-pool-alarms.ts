import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet } from '../core/private/alarm';
import { TenantUserPoolMetrics } from './tenant-user-pool-metrics';
import type { ITokenTrigger } from './token-trigger';

type AlarmName = 'TokenFailures' | 'TriggerThrottles';

/** The alarms for a pool. None exists until it is asked for, and each is created once. */
export class TenantUserPoolAlarms {
  /**
   * Alarms of a pool that this app creates.
   *
   * @param pool a TenantUserPool
   */
  public static fromTenantUserPool(pool: ITokenTrigger): TenantUserPoolAlarms {
    return new TenantUserPoolAlarms(pool);
  }

  /** All of them, with the reason for each threshold. */
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
          'Tokens fail three minutes in a row, and not because of what the directory says: the directory or its key can not be read in time. Nobody whose token ends gets a new one.',
      },
      TriggerThrottles: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricThrottles(),
        threshold: 0,
        evaluationPeriods: 3,
        reason:
          'The trigger finds no free concurrency three minutes in a row: people can not sign in, and something else uses up the account.',
      },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when tokens fail that should not. */
  public tokenFailures(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('TokenFailures').create(overrides);
  }

  /** Alarms when the trigger does not get to run. */
  public triggerThrottles(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('TriggerThrottles').create(overrides);
  }

  /** All of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
