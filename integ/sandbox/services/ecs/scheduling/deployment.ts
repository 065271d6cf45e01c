import { randomInt } from 'node:crypto';
import type { TaskDefinition } from '../task-definition';
import type { Task } from '../tasks/task-types';

export type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

/** The target group of a load balancer that the tasks of a deployment are in. A rolling deployment has only the first. */
export type Side = 'targetGroupArn' | 'alternateTargetGroupArn';

/** One version of a service, with its tasks. Documented: "Deployment" (Amazon ECS API Reference). */
export interface Deployment {
  readonly id: string;
  readonly definition: TaskDefinition;
  readonly side: Side;
  readonly createdAt: number;
  updatedAt: number;
  state: RolloutState;
  reason: string;
  /** Tasks that stopped, or were unhealthy, before the deployment was complete. */
  failedTasks: number;
  /** Before this time, in simulated milliseconds, no further task is started. */
  pausedUntil: number;
  /** When a blue/green deployment got the production traffic. */
  shiftedAt?: number;
  readonly tasks: Set<ServiceTask>;
}

/** A task of a service, as the scheduler sees it. */
export interface ServiceTask {
  readonly task: Task;
  /** A rollback gives the tasks of the last complete deployment to a new one. */
  deployment: Deployment;
  registered: boolean;
  /** Whether it was healthy once. */
  proven: boolean;
  /** Whether the scheduler is stopping it. */
  leaving: boolean;
}

export function createDeployment(definition: TaskDefinition, side: Side, now: number): Deployment {
  const id = `ecs-svc/${String(randomInt(10 ** 12)).padStart(12, '0')}`;
  return {
    ...{ id, definition, side, createdAt: now, updatedAt: now },
    ...{ state: 'IN_PROGRESS', reason: `ECS deployment ${id} in progress.`, failedTasks: 0, pausedUntil: 0 },
    tasks: new Set(),
  };
}

export function finish(deployment: Deployment, state: RolloutState, reason: string, now: number): void {
  Object.assign(deployment, { state, reason, updatedAt: now });
}

/** The tasks that count: those that the scheduler is stopping do not. */
export function active({ tasks }: Deployment): ServiceTask[] {
  return [...tasks].filter(({ leaving, task }) => !leaving && task.stopCode === undefined);
}
