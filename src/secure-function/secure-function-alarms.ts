import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { RecommendedAlarm } from '../core';
import { above, alarmNamed } from '../core/private/alarm';
import { invalid } from '../core/private/base/invalid';
import type { SecureFunctionMetrics } from './secure-function-metrics';

/** The alarms for a function. None exists until its method is called; calling it again gives the same one. */
export class SecureFunctionAlarms {
  /**
   * @param scope where alarms are made
   * @param metrics what they watch
   * @internal
   */
  public static _of(scope: Construct, metrics: SecureFunctionMetrics): SecureFunctionAlarms {
    return new SecureFunctionAlarms(scope, metrics);
  }

  /** All of them, with the reason for each threshold. */
  public readonly recommended: RecommendedAlarm[];

  private constructor(
    private readonly scope: Construct,
    metrics: SecureFunctionMetrics,
  ) {
    const deadLetters = metrics.deadLetters();
    this.recommended = [
      above(
        'Errors',
        metrics.errors(),
        0,
        3,
        'Events end without an answer three minutes in a row: an exception that nothing catches, a timeout, a crash or a missing permission. A single lost host heals by itself.',
      ),
      above(
        'Throttles',
        metrics.throttles(),
        0,
        3,
        'Events find no free concurrency three minutes in a row: the reservation is too small for the load, or other functions use up the account.',
      ),
      ...(deadLetters === undefined
        ? []
        : [above('DeadLetters', deadLetters, 0, 1, 'An event failed three times and waits for a person. It is deleted after 14 days.')]),
    ];
  }

  /** Alarms when events fail. */
  public errors(): Alarm {
    return this.create('Errors');
  }

  /** Alarms when events find no free concurrency. */
  public throttles(): Alarm {
    return this.create('Throttles');
  }

  /**
   * Alarms when a failed event waits.
   *
   * @throws when the function has no queue for them
   */
  public deadLetters(): Alarm {
    if (!this.recommended.some(({ name }) => name === 'DeadLetters')) {
      invalid(this.scope, 'deadLetters', 'DeadLetters.none', 'DeadLetters.queue() for this alarm');
    }
    return this.create('DeadLetters');
  }

  private create(name: string): Alarm {
    return alarmNamed(this.scope, this.recommended, name);
  }
}
