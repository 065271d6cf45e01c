import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { RecommendedAlarm } from '../core';
import { above, alarmNamed } from '../core/private/alarm';
import type { TenantUserPoolMetrics } from './tenant-user-pool-metrics';

/** The alarms that a pool would be woken by. None exists until its method is called; calling it again gives the same one. */
export class TenantUserPoolAlarms {
  /**
   * @param scope where alarms are made
   * @param metrics what they watch
   * @internal
   */
  public static _of(scope: Construct, metrics: TenantUserPoolMetrics): TenantUserPoolAlarms {
    return new TenantUserPoolAlarms(scope, metrics);
  }

  /** All of them, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private constructor(
    private readonly scope: Construct,
    metrics: TenantUserPoolMetrics,
  ) {
    this.recommended = [
      above(
        'TokenFailures',
        metrics.failed(),
        0,
        3,
        'Tokens fail three minutes in a row for a reason other than a denial: the directory or its key can not be read in time. Nobody whose token ends gets a new one.',
      ),
      above(
        'TriggerThrottles',
        metrics.throttles(),
        0,
        3,
        'The trigger finds no free concurrency three minutes in a row: people can not sign in, and something else uses up the account.',
      ),
    ];
  }

  /** Rings when tokens fail that should not. */
  public tokenFailures(): Alarm {
    return this.create('TokenFailures');
  }

  /** Rings when the trigger does not get to run. */
  public triggerThrottles(): Alarm {
    return this.create('TriggerThrottles');
  }

  private create(name: string): Alarm {
    return alarmNamed(this.scope, this.recommended, name);
  }
}
