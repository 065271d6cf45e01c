import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet } from '../core/private/alarm';
import type { ITenantIsolatedApi } from './tenant-isolated-api-interface';
import { TenantIsolatedApiMetrics } from './tenant-isolated-api-metrics';

type AlarmName = 'ServerErrorShare' | 'Undecided' | 'AuthorizerThrottles';

/** The recommended alarms of an API. Each is created on first use, and only once. */
export class TenantIsolatedApiAlarms {
  /**
   * Alarms of an API.
   *
   * @param api a TenantIsolatedApi, or an imported one
   */
  public static fromTenantIsolatedApi(api: ITenantIsolatedApi): TenantIsolatedApiAlarms {
    return new TenantIsolatedApiAlarms(api);
  }

  /** All recommendations, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(api: ITenantIsolatedApi) {
    const metrics = TenantIsolatedApiMetrics.fromTenantIsolatedApi(api);
    this.alarms = new AlarmSet<AlarmName>(api, 'tenant-isolated-api', {
      ServerErrorShare: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricServerErrorShare(),
        threshold: 1,
        evaluationPeriods: 3,
        reason:
          'More than 1 % of the responses are 5xx three minutes in a row: the targets of the API fail, or the authorizer cannot reach the keys of the user pool or its secret. Callers do not cause 5xx responses.',
        // A request that the authorizer cannot decide gets a 500.
        symptomOf: ['Undecided', 'AuthorizerThrottles'],
      },
      Undecided: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricUndecided(),
        threshold: 0,
        evaluationPeriods: 3,
        reason:
          'The authorizer could not verify a token three minutes in a row: it cannot reach the keys of the user pool or the secret. New execution environments reject every request; those that have both continue to work.',
      },
      AuthorizerThrottles: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricAuthorizerThrottles(),
        threshold: 0,
        evaluationPeriods: 3,
        reason:
          'The authorizer is throttled three minutes in a row: requests without a cached decision fail. Either other functions use up the concurrency of the account, or many new tokens are sent.',
      },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when the API or its targets fail. */
  public serverErrorShare(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('ServerErrorShare').create(overrides);
  }

  /** Alarms when the authorizer cannot verify tokens. */
  public undecided(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Undecided').create(overrides);
  }

  /** Alarms when the authorizer is throttled. */
  public authorizerThrottles(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('AuthorizerThrottles').create(overrides);
  }

  /** Creates all of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
