import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOverrides, AlarmSeverity, type AllAlarmsOptions, type RecommendedAlarm } from '../core';
import { AlarmSet } from '../core/private/alarm';
import type { ITenantIsolatedApi } from './tenant-isolated-api-interface';
import { TenantIsolatedApiMetrics } from './tenant-isolated-api-metrics';

type AlarmName = 'ServerErrorShare' | 'Undecided' | 'AuthorizerThrottles';

/** The alarms for an API. None exists until it is asked for, and each is created once. */
export class TenantIsolatedApiAlarms {
  /**
   * Alarms of an API.
   *
   * @param api a TenantIsolatedApi
   */
  public static fromTenantIsolatedApi(api: ITenantIsolatedApi): TenantIsolatedApiAlarms {
    return new TenantIsolatedApiAlarms(api);
  }

  /** All of them, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private readonly alarms: AlarmSet<AlarmName>;

  private constructor(api: ITenantIsolatedApi) {
    const metrics = TenantIsolatedApiMetrics.fromTenantIsolatedApi(api);
    this.alarms = new AlarmSet<AlarmName>(api, {
      ServerErrorShare: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricServerErrorShare(),
        threshold: 1,
        evaluationPeriods: 3,
        reason:
          'More than 1 % of the answers are 5xx three minutes in a row: what is behind the API fails, or the authorizer can not reach the keys of the user pool or its secret. Nothing of that is a caller’s fault.',
      },
      Undecided: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricUndecided(),
        threshold: 0,
        evaluationPeriods: 3,
        reason:
          'The authorizer could not verify a token three minutes in a row: the keys of the user pool or the secret are out of its reach. New environments let nobody in; those that have both go on.',
      },
      AuthorizerThrottles: {
        severity: AlarmSeverity.CRITICAL,
        metric: metrics.metricAuthorizerThrottles(),
        threshold: 0,
        evaluationPeriods: 3,
        reason:
          'The authorizer finds no free concurrency three minutes in a row: nobody whose decision is not cached comes in. Something else uses up the account, or tokens are sent that were never seen before.',
      },
    });
    this.recommended = this.alarms.recommended;
  }

  /** Alarms when the API itself, or what is behind it, fails. */
  public serverErrorShare(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('ServerErrorShare').create(overrides);
  }

  /** Alarms when the authorizer can't tell good tokens from bad ones. */
  public undecided(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('Undecided').create(overrides);
  }

  /** Alarms when the authorizer does not get to run. */
  public authorizerThrottles(overrides?: AlarmOverrides): Alarm {
    return this.alarms.get('AuthorizerThrottles').create(overrides);
  }

  /** All of them, with actions for each severity. */
  public all(options?: AllAlarmsOptions): Alarm[] {
    return this.alarms.createAll(options);
  }
}
