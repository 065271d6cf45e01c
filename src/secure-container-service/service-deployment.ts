import { Duration } from 'aws-cdk-lib';
import { invalid } from '../core/private/base/invalid';
import { isWholeBetween, wholeBetween } from '../core/private/duration-range';
import type { SettledMigration } from './settled-migration';

/** A command that runs once, in the image of the new version, before the service gets that version. */
export interface ServiceMigration {
  /** The command, in place of the image's CMD: `['node', 'migrate.js']`. It may run again for the same version, and must not mind. */
  readonly command: string[];
  /**
   * How long it may take, up to 13 minutes. It is stopped then, and counts as failed.
   *
   * @default Duration.minutes(10)
   */
  readonly timeout?: Duration;
}

/** Options of all deployments. */
export interface DeploymentOptions {
  /**
   * A task that runs before a new version takes traffic, such as a migration of a database's schema. If it fails, the deployment stops and
   * the old version keeps running, so the schema must fit both versions.
   *
   * @default - no migration
   */
  readonly migration?: ServiceMigration;
}

/** How a blue/green deployment ends. */
export interface BlueGreenOptions extends DeploymentOptions {
  /**
   * How long both versions run after all traffic goes to the new one, up to 24 hours. Until then, going back takes seconds.
   *
   * @default Duration.minutes(5)
   */
  readonly bakeTime?: Duration;
}

const LONGEST_BAKE = Duration.hours(24);
/** A function of Lambda waits for the task, for at most 15 minutes. */
const LONGEST_MIGRATION = Duration.minutes(13);

/**
 * How a new version replaces the old one. In both ways, the old version keeps running until the new one is healthy, and a version whose
 * tasks do not become healthy is rolled back.
 */
export class ServiceDeployment {
  /**
   * Task by task: for some minutes, both versions answer requests.
   *
   * @param options what runs before
   * @throws when a migration has no command, or its time is out of range
   */
  public static rolling(options: DeploymentOptions = {}): ServiceDeployment {
    return new ServiceDeployment(settled(options.migration));
  }

  /**
   * All tasks of the new version start beside the old ones, and then all traffic goes to them at once. Needs twice the tasks while it
   * lasts, and a load balancer.
   *
   * @param options what runs before, and how long both versions run
   * @throws when a time is out of range, or a migration has no command
   */
  public static blueGreen(options: BlueGreenOptions = {}): ServiceDeployment {
    const { bakeTime = Duration.minutes(5), migration } = options;
    if (!isWholeBetween(bakeTime, 'minutes', Duration.minutes(0), LONGEST_BAKE)) {
      invalid('ServiceDeployment', 'bakeTime', bakeTime, wholeBetween(bakeTime, 'minutes', Duration.minutes(0), LONGEST_BAKE));
    }
    return new ServiceDeployment(settled(migration), bakeTime);
  }

  private constructor(
    /** @internal */
    public readonly _migration?: SettledMigration,
    /**
     * Undefined for a rolling deployment.
     *
     * @internal
     */
    public readonly _bakeTime?: Duration,
  ) {}
}

function settled(migration: ServiceMigration | undefined): SettledMigration | undefined {
  if (migration === undefined) return undefined;
  const { command, timeout = Duration.minutes(10) } = migration;
  if (command.length === 0) invalid('ServiceDeployment', 'migration.command', command, "a command: ['node', 'migrate.js']");
  const shortest = Duration.seconds(30);
  if (timeout.isUnresolved() || !isWholeBetween(timeout, 'seconds', shortest, LONGEST_MIGRATION)) {
    invalid('ServiceDeployment', 'migration.timeout', timeout, wholeBetween(timeout, 'seconds', shortest, LONGEST_MIGRATION));
  }
  return { command, timeout };
}
