import { randomUUID } from 'node:crypto';
import type { Clock, Events, LoadBalancers } from '../../../contracts';
import type { Launcher } from '../launcher';
import type { TaskDefinition } from '../task-definition';
import { announceDeployment } from './announce';
import { createDeployment, type Deployment, type Side } from './deployment';
import type { ServiceDefinition } from './service-definition';

export interface ServiceEvent {
  readonly id: string;
  readonly createdAt: number;
  readonly message: string;
}

export interface SchedulerOptions {
  readonly definition: ServiceDefinition;
  readonly clock: Clock;
  readonly launcher: Launcher;
  readonly loadBalancers: LoadBalancers;
  /** Puts an event on the default bus. */
  readonly emit: Events['emit'];
}

/** What the steps of a round of the scheduler read and change. */
export interface ServiceState extends SchedulerOptions {
  desiredCount: number;
  /** The newest first: the primary one, then those that it replaces. */
  deployments: Deployment[];
  /** The last deployment that was complete: a rollback goes back to its version. */
  completed?: Deployment;
  /** The newest first. */
  readonly events: ServiceEvent[];
  /** Who waits for the end of a deployment. */
  readonly waiting: Map<Deployment, { resolve(): void; reject(error: Error): void }>;
  readonly closing: AbortController;
  /** Starts the next round at once. */
  wake(): void;
}

const EVENTS_KEPT = 100;

/** Adds an event, as DescribeServices shows it. */
export function record({ definition, clock, events }: ServiceState, message: string): void {
  events.unshift({ id: randomUUID(), createdAt: clock.now(), message: `(service ${definition.name}) ${message}` });
  events.splice(EVENTS_KEPT);
}

/** Begins a deployment. The promise resolves when it is complete, and rejects if it fails or another one replaces it. */
export function begin(state: ServiceState, version: TaskDefinition, side: Side): Promise<void> {
  const { clock, waiting, definition } = state;
  const deployment = createDeployment(version, side, clock.now());
  const [replaced] = state.deployments;
  if (replaced?.state === 'IN_PROGRESS')
    waiting.get(replaced)?.reject(new Error(`${definition.resource.id}: the deployment was replaced by another one`));
  state.deployments = [deployment, ...state.deployments];
  announceDeployment(state, deployment);
  state.wake();
  return new Promise((resolve, reject) => waiting.set(deployment, { resolve, reject }));
}
