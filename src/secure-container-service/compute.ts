import { checkReason } from '../core/private/reason';
import { AppRunnerCompute } from './app-runner-compute';
import type { AppRunnerOptions } from './app-runner-options';
import type { ComputeVariant } from './compute-variant';
import { FargateCompute } from './fargate-compute';
import type { FargateOptions, FargateSpotOptions } from './fargate-options';

/** Where the tasks of a service run. */
export class Compute {
  /**
   * Fargate on demand: tasks without servers to patch, always warm.
   *
   * Lost against servers of your own: no GPU, no access to the host, no image cache, so that a new task takes half a minute to a minute.
   *
   * @param options size and instruction set of a task
   */
  public static fargate(options: FargateOptions = {}): Compute {
    return new Compute(new FargateCompute(options));
  }

  /**
   * Fargate with spare capacity, for up to 70 % less: a base of tasks runs on demand, all others on Fargate Spot.
   *
   * Lost: AWS may stop the other tasks at two minutes' notice (SIGTERM), all in one moment, and there may be no capacity to start others.
   * For services that the base alone can carry, at a slower pace.
   *
   * @param options size and instruction set of a task, and the base
   */
  public static fargateSpot(options: FargateSpotOptions = {}): Compute {
    return new Compute(new FargateCompute(options, options.base ?? 1));
  }

  /**
   * AWS App Runner, for accounts that used it before 30 April 2026: it is closed to new customers, and a synthesis warns of that.
   *
   * Lost against Fargate: everything between named security groups, as its endpoint is public; ARM; a read-only root file system, a user
   * and capabilities; blue/green deployments, migrations and the collector; scaling by CPU and memory; access logs and events; logs with
   * your key and your retention.
   *
   * @param acknowledgement why this is accepted, for those who review the app
   * @param options the size of an instance
   * @throws when the acknowledgement is empty
   */
  public static appRunner(acknowledgement: string, options: AppRunnerOptions = {}): Compute {
    checkReason('Compute.appRunner', acknowledgement);
    return new Compute(new AppRunnerCompute(options));
  }

  private constructor(
    /** @internal */
    public readonly _compute: ComputeVariant,
  ) {}
}
