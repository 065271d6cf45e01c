/** How many tasks run. Each target tracks its own metric, and the largest number of tasks that one of them asks for counts. */
export interface ServiceScaling {
  /**
   * Fewest tasks, at least 1. Two or more are spread over zones, so that the loss of one zone leaves some running.
   *
   * @default 2
   */
  readonly minTasks?: number;
  /**
   * Most tasks.
   *
   * @default 10
   */
  readonly maxTasks?: number;
  /**
   * Average CPU utilization that is aimed at, in percent.
   *
   * @default 60
   */
  readonly cpuPercent?: number;
  /**
   * Average memory utilization that is aimed at, in percent.
   *
   * @default 75
   */
  readonly memoryPercent?: number;
  /**
   * Requests per minute and task that are aimed at. Only with a load balancer and a rolling deployment: a blue/green deployment changes
   * the target group, and Application Auto Scaling follows one.
   *
   * @default 3000
   */
  readonly requestsPerTask?: number;
}
