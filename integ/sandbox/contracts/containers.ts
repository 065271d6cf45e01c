import type { NetworkInterface } from './network';

export interface RunningTask {
  readonly arn: string;
  /** `PROVISIONING` to `STOPPED`, as in the ECS API. */
  readonly lastStatus: string;
  readonly networkInterface: NetworkInterface;
  /** Process ids of its containers, by container name. */
  readonly processIds: ReadonlyMap<string, number>;
}

/** The ECS services of the assembly. */
export interface ContainerServices {
  tasks(serviceArn: string): readonly RunningTask[];
  /** Replaces every task, as a forced new deployment does. Resolves when the deployment is complete, rejects if it is rolled back. */
  replace(serviceArn: string): Promise<void>;
  /** Kills a task's processes, like a host failure. The service starts another one. */
  kill(taskArn: string): void;
}
