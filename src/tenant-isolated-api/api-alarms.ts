import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { RecommendedAlarm } from '../core';
import { above, alarmNamed } from '../core/private/alarm';
import type { ApiMetrics } from './api-metrics';

/** The alarms that an API would be woken by. None exists until its method is called; calling it again gives the same one. */
export class ApiAlarms {
  /**
   * @param scope where alarms are made
   * @param metrics what they watch
   * @internal
   */
  public static _of(scope: Construct, metrics: ApiMetrics): ApiAlarms {
    return new ApiAlarms(scope, metrics);
  }

  /** All of them, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private constructor(
    private readonly scope: Construct,
    metrics: ApiMetrics,
  ) {
    this.recommended = [
      above(
        'ServerErrorShare',
        metrics.serverErrorShare(),
        1,
        3,
        'More than 1 % of the answers are 5xx three minutes in a row: what is behind the API fails, or the authorizer can not reach the keys of the user pool or its secret. Nothing of that is a caller’s fault.',
      ),
      above(
        'Undecided',
        metrics.undecided(),
        0,
        3,
        'The authorizer could not verify a token three minutes in a row: the keys of the user pool or the secret are out of its reach. New environments let nobody in; those that have both go on.',
      ),
      above(
        'AuthorizerThrottles',
        metrics.authorizerThrottles(),
        0,
        3,
        'The authorizer finds no free concurrency three minutes in a row: nobody whose decision is not cached comes in. Something else uses up the account, or tokens are sent that were never seen before.',
      ),
    ];
  }

  /** Rings when the API itself, or what is behind it, fails. */
  public serverErrorShare(): Alarm {
    return this.create('ServerErrorShare');
  }

  /** Rings when the authorizer can't tell good tokens from bad ones. */
  public undecided(): Alarm {
    return this.create('Undecided');
  }

  /** Rings when the authorizer does not get to run. */
  public authorizerThrottles(): Alarm {
    return this.create('AuthorizerThrottles');
  }

  private create(name: string): Alarm {
    return alarmNamed(this.scope, this.recommended, name);
  }
}
