import type { Task } from '../tasks/task-types';
import { countFailure, failed } from './circuit-breaker';
import type { Deployment, ServiceTask } from './deployment';
import { record, type ServiceState } from './service-state';

export const idOf = ({ task }: ServiceTask) => `(task ${task.arn.split('/').at(-1)})`;

/** The targets of a task: each with its target group. */
export function targetsOf({ definition }: ServiceState, { task, deployment }: ServiceTask) {
  return definition.targets.map((target) => ({
    ...{ port: target.port, id: `${task.networkInterface.privateIp}:${target.port}` },
    groupArn: target[deployment.side] ?? target.targetGroupArn,
  }));
}

function launch(state: ServiceState, deployment: Deployment): Task | undefined {
  const { definition, launcher } = state;
  const { cluster, name, subnets, securityGroups, publicIp, resource } = definition;
  const placement = { cluster, group: `service:${name}`, subnets, securityGroups, publicIp, owner: resource.id };
  try {
    return launcher.launch(deployment.definition, placement);
  } catch (error) {
    record(state, `was unable to place a task: ${(error as Error).message}`);
    countFailure(state, deployment);
    return undefined;
  }
}

/** Starts a task of a deployment, and registers it with the load balancer once it runs. */
export function start(state: ServiceState, deployment: Deployment): void {
  const task = launch(state, deployment);
  if (task === undefined) return;
  const own: ServiceTask = { task, deployment, registered: false, proven: false, leaving: false };
  deployment.tasks.add(own);
  record(state, `has started 1 tasks: ${idOf(own)}.`);
  void task.running.then((running) => {
    if (running && !own.leaving) register(state, own);
    state.wake();
  });
  // Documented: "Amazon ECS task lifecycle", DEACTIVATING: targets are deregistered before a task that ends is stopped.
  void task.ending.then(() => deregister(state, own));
  void task.stopped.then(() => {
    ended(state, own);
    state.wake();
  });
}

function register(state: ServiceState, own: ServiceTask): void {
  const { networkInterface } = own.task;
  for (const { port, id, groupArn } of targetsOf(state, own)) {
    state.loadBalancers.register(groupArn, { id, networkInterface, port, address: own.task.address(port) });
    record(state, `registered 1 targets in (target-group ${groupArn})`);
  }
  own.registered = state.definition.targets.length > 0;
}

async function deregister(state: ServiceState, own: ServiceTask): Promise<void> {
  if (!own.registered) return;
  own.registered = false;
  record(state, `has begun draining connections on 1 tasks.`);
  await Promise.all(targetsOf(state, own).map(({ groupArn, id }) => state.loadBalancers.deregister(groupArn, id)));
}

/** Deregisters a task, waits for its requests, and then stops it. */
export async function leave(state: ServiceState, own: ServiceTask, reason: string): Promise<void> {
  own.leaving = true;
  await deregister(state, own);
  record(state, `has stopped 1 running tasks: ${idOf(own)}.`);
  await own.task.stop(reason, 'ServiceSchedulerInitiated');
}

function ended(state: ServiceState, own: ServiceTask): void {
  own.deployment.tasks.delete(own);
  if (own.leaving || state.closing.signal.aborted) return;
  record(state, `${idOf(own)} stopped: ${own.task.stoppedReason ?? ''}`);
  failed(state, own);
}
