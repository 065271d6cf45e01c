import type { Duration } from 'aws-cdk-lib';
import type { Secret } from 'aws-cdk-lib/aws-ecs';

/** How the health of a container is checked. */
export interface ContainerHealthCheck {
  /**
   * The path that the load balancer requests. It must answer 200 as long as the task can do its work, without asking other services: a
   * database that is slow would otherwise make ECS replace all tasks.
   *
   * @default '/health'
   */
  readonly path?: string;
  /**
   * A command in the container that ends with 0 as long as it is healthy: `['CMD', '/app/healthy']`. Services without a load balancer have
   * no other health check.
   *
   * @default - no command: the load balancer's check decides
   */
  readonly command?: string[];
  /**
   * Time between two checks, 5 to 300 seconds. A task is unhealthy after two failures.
   *
   * @default Duration.seconds(10)
   */
  readonly interval?: Duration;
  /**
   * How long failed checks of a new task are ignored, up to 300 seconds: longer than the code needs to start.
   *
   * @default Duration.seconds(30)
   */
  readonly startPeriod?: Duration;
}

/** The container of a service. Its root file system is read-only, and it has no Linux capabilities. */
export interface ContainerSettings {
  /**
   * The port that the code listens on, 1024 to 65535. The container gets it as the environment variable PORT.
   *
   * @default 8080
   */
  readonly port?: number;
  /**
   * Environment variables. Every principal that may read the task definition can read them, so keep secrets in `secrets`.
   *
   * @default {}
   */
  readonly environment?: Record<string, string>;
  /**
   * Environment variables with values of Secrets Manager or Parameter Store, which ECS reads when a task starts. The template and the task
   * definition hold their ARNs only.
   *
   * @default {}
   */
  readonly secrets?: Record<string, Secret>;
  /**
   * The command, in place of the image's CMD.
   *
   * @default - the image's own
   */
  readonly command?: string[];
  /**
   * How the health of a task is checked.
   *
   * @default {}
   */
  readonly healthCheck?: ContainerHealthCheck;
  /**
   * The user that the code runs as, by number: `1000` or `1000:1000`. Never 0.
   *
   * @default '1000'
   */
  readonly user?: string;
  /**
   * Folders that the code may write to, besides `/tmp`. Each is empty when a task starts, is gone when it ends, and takes up to 64 MiB of
   * the task's memory.
   *
   * @default []
   */
  readonly writablePaths?: string[];
  /**
   * How long requests may last: the load balancer waits this long for requests of a task that it sends no new ones to, and API Gateway
   * gives up after it. At most as long as `stopTimeout`.
   *
   * @default Duration.seconds(20)
   */
  readonly requestTimeout?: Duration;
  /**
   * Time from SIGTERM until ECS kills the container, 2 to 120 seconds. The code must end by itself within it: go on answering requests,
   * accept no new connections, then exit.
   *
   * @default Duration.seconds(30)
   */
  readonly stopTimeout?: Duration;
}
