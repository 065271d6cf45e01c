import { Duration } from 'aws-cdk-lib';
import { invalid } from '../core/private/base/invalid';
import { isWholeBetween, wholeBetween } from '../core/private/duration-range';

/** How a blue/green deployment ends. */
export interface BlueGreenOptions {
  /**
   * How long both versions run after all traffic goes to the new one, up to 24 hours. Until then, going back takes seconds.
   *
   * @default Duration.minutes(5)
   */
  readonly bakeTime?: Duration;
}

const LONGEST_BAKE = Duration.hours(24);

/**
 * How a new version replaces the old one. In both ways, the old version keeps running until the new one is healthy, and a version whose
 * tasks do not become healthy is rolled back.
 */
export class ServiceDeployment {
  /** Task by task: for some minutes, both versions answer requests. */
  public static rolling(): ServiceDeployment {
    return new ServiceDeployment();
  }

  /**
   * All tasks of the new version start beside the old ones, and then all traffic goes to them at once. Needs twice the tasks while it
   * lasts, and a load balancer.
   *
   * @param options how long both versions run
   * @throws when the time is out of range
   */
  public static blueGreen(options: BlueGreenOptions = {}): ServiceDeployment {
    const { bakeTime = Duration.minutes(5) } = options;
    if (!isWholeBetween(bakeTime, 'minutes', Duration.minutes(0), LONGEST_BAKE)) {
      invalid('ServiceDeployment', 'bakeTime', bakeTime, wholeBetween(bakeTime, 'minutes', Duration.minutes(0), LONGEST_BAKE));
    }
    return new ServiceDeployment(bakeTime);
  }

  private constructor(
    /**
     * Undefined for a rolling deployment.
     *
     * @internal
     */
    public readonly _bakeTime?: Duration,
  ) {}
}
