import { randomUUID } from 'node:crypto';
import type { Clock, LoadBalancers, TargetHealth } from '../../contracts';
import { active, createDeployment, type Deployment, finish, type ServiceTask } from './deployment';
import type { Launcher } from './launcher';
import type { ServiceDefinition } from './service-definition';
import type { TaskDefinition } from './task-definition';
import type { Task } from './tasks/task-types';

export interface ServiceEvent {
  readonly id: string;
  readonly createdAt: number;
  readonly message: string;
}

/** A service that keeps its tasks running. */
export interface RunningService {
  readonly definition: ServiceDefinition;
  readonly desiredCount: number;
  /** The newest first: the primary one, then those that it replaces. */
  readonly deployments: readonly Deployment[];
  readonly events: readonly ServiceEvent[];
  /** The first deployment: resolves when it is complete, rejects if it fails. */
  readonly started: Promise<void>;
  /** Replaces every task. Resolves when the deployment is complete, rejects if it fails. */
  deploy(definition?: TaskDefinition): Promise<void>;
  scale(desiredCount: number): void;
  close(): Promise<void>;
}

export interface SchedulerOptions {
  readonly definition: ServiceDefinition;
  readonly clock: Clock;
  readonly launcher: Launcher;
  readonly loadBalancers: LoadBalancers;
}

const TICK_MS = 500;
/** Documented: "Amazon ECS service throttle logic": tasks that fail again and again are started less and less often. */
const THROTTLE = { after: 3, firstMs: 1000, mostMs: 60_000 };
const EVENTS_KEPT = 100;

/** Documented: "Amazon ECS services", "Deploy Amazon ECS services by replacing tasks". */
export function startService(options: SchedulerOptions, taskDefinition: TaskDefinition): RunningService {
  const { definition, clock, launcher, loadBalancers } = options;
  const closing = new AbortController();
  const events: ServiceEvent[] = [];
  const waiting = new Map<Deployment, { resolve(): void; reject(error: Error): void }>();
  let { desiredCount } = definition;
  let deployments: Deployment[] = [];
  let completed: TaskDefinition | undefined;
  let wake: () => void = () => undefined;

  const record = (message: string) => {
    events.unshift({ id: randomUUID(), createdAt: clock.now(), message: `(service ${definition.name}) ${message}` });
    events.splice(EVENTS_KEPT);
  };
  const idOf = ({ task }: ServiceTask) => `(task ${task.arn.split('/').at(-1)})`;
  const targetId = ({ task }: ServiceTask, port: number) => `${task.networkInterface.privateIp}:${port}`;

  function deploy(next: TaskDefinition = deployments[0]?.definition ?? taskDefinition): Promise<void> {
    const deployment = createDeployment(next, clock.now());
    const [replaced] = deployments;
    if (replaced?.state === 'IN_PROGRESS')
      waiting.get(replaced)?.reject(new Error(`${definition.resource.id}: the deployment was replaced by another one`));
    deployments = [deployment, ...deployments];
    wake();
    return new Promise((resolve, reject) => waiting.set(deployment, { resolve, reject }));
  }

  function launch(deployment: Deployment): Task | undefined {
    const { cluster, name, subnets, securityGroups, publicIp, resource } = definition;
    const placement = { cluster, group: `service:${name}`, subnets, securityGroups, publicIp, owner: resource.id };
    try {
      return launcher.launch(deployment.definition, placement);
    } catch (error) {
      record(`was unable to place a task: ${(error as Error).message}`);
      countFailure(deployment);
      return undefined;
    }
  }

  function start(deployment: Deployment): void {
    const task = launch(deployment);
    if (task === undefined) return;
    const own: ServiceTask = { task, deployment, registered: false, proven: false, leaving: false };
    deployment.tasks.add(own);
    record(`has started 1 tasks: ${idOf(own)}.`);
    void task.running.then((running) => {
      if (running && !own.leaving) register(own);
      wake();
    });
    void task.stopped.then(() => {
      ended(own);
      wake();
    });
  }

  function register(own: ServiceTask): void {
    for (const { port, targetGroupArn } of definition.targets) {
      const { networkInterface } = own.task;
      loadBalancers.register(targetGroupArn, { id: targetId(own, port), networkInterface, port, address: own.task.address(port) });
      record(`registered 1 targets in (target-group ${targetGroupArn})`);
    }
    own.registered = definition.targets.length > 0;
  }

  async function deregister(own: ServiceTask): Promise<void> {
    if (!own.registered) return;
    own.registered = false;
    record(`has begun draining connections on 1 tasks.`);
    await Promise.all(definition.targets.map(({ port, targetGroupArn }) => loadBalancers.deregister(targetGroupArn, targetId(own, port))));
  }

  /** Deregisters it, waits for its requests, and then stops it. */
  async function leave(own: ServiceTask, reason: string): Promise<void> {
    own.leaving = true;
    await deregister(own);
    record(`has stopped 1 running tasks: ${idOf(own)}.`);
    await own.task.stop(reason, 'ServiceSchedulerInitiated');
  }

  function ended(own: ServiceTask): void {
    own.deployment.tasks.delete(own);
    void deregister(own);
    if (own.leaving || closing.signal.aborted) return;
    record(`${idOf(own)} stopped: ${own.task.stoppedReason ?? ''}`);
    failed(own);
  }

  function failed(own: ServiceTask): void {
    // A task that was healthy and ends later is replaced at once.
    if (!own.proven || own.deployment.state === 'IN_PROGRESS') countFailure(own.deployment);
  }

  function countFailure(deployment: Deployment): void {
    deployment.failedTasks += 1;
    deployment.updatedAt = clock.now();
    const { failedTasks } = deployment;
    if (failedTasks >= THROTTLE.after) {
      deployment.pausedUntil = clock.now() + Math.min(THROTTLE.firstMs * 2 ** (failedTasks - THROTTLE.after), THROTTLE.mostMs);
    }
  }

  const targetHealth = (own: ServiceTask): TargetHealth[] =>
    own.registered ? definition.targets.map(({ port, targetGroupArn }) => loadBalancers.health(targetGroupArn, targetId(own, port))) : [];

  function isHealthy(own: ServiceTask): boolean {
    const { task } = own;
    const checked = task.definition.containers.some(({ essential, healthCheck }) => essential && healthCheck !== undefined);
    // A task without targets, as of a worker, is registered nowhere.
    if (task.lastStatus !== 'RUNNING' || (definition.targets.length > 0 && !own.registered)) return false;
    return (checked ? task.health === 'HEALTHY' : true) && targetHealth(own).every((health) => health === 'healthy');
  }

  function isUnhealthy(own: ServiceTask): string | undefined {
    const { task } = own;
    if (task.lastStatus !== 'RUNNING' || clock.now() - (task.startedAt ?? 0) < definition.gracePeriod) return undefined;
    if (task.health === 'UNHEALTHY') return 'failed container health checks';
    return targetHealth(own).includes('unhealthy') ? 'is unhealthy in the target group' : undefined;
  }

  function stopUnhealthy(): void {
    for (const deployment of deployments) {
      for (const own of active(deployment)) {
        const why = isUnhealthy(own);
        if (why === undefined) {
          if (!own.proven && isHealthy(own)) {
            own.proven = true;
            if (definition.circuitBreaker?.resetOnHealthyTask) deployment.failedTasks = 0;
          }
          continue;
        }
        record(`${idOf(own)} ${why}.`);
        failed(own);
        void leave(own, `Task ${why}`);
      }
    }
  }

  function breakCircuit(primary: Deployment): void {
    const { circuitBreaker } = definition;
    if (circuitBreaker === undefined || primary.state !== 'IN_PROGRESS') return;
    if (primary.failedTasks < circuitBreaker.threshold(desiredCount)) return;
    const last = [...launcher.tasks()]
      .reverse()
      .find(({ definition: one, stoppedReason }) => one === primary.definition && stoppedReason !== undefined);
    finish(primary, 'FAILED', `ECS deployment circuit breaker: tasks failed to start.`, clock.now());
    record(`(deployment ${primary.id}) deployment failed: tasks failed to start.`);
    waiting.get(primary)?.reject(new Error(`${definition.resource.id}: ${primary.reason} ${last?.stoppedReason ?? ''}`.trim()));
    if (!circuitBreaker.rollback || completed === undefined) return;
    rollBack(completed);
  }

  /** Documented: "Rolling update": the service is rolled back to the last deployment that completed, whose tasks still run. */
  function rollBack(to: TaskDefinition): void {
    record(`rolling back to ${to.arn}.`);
    const kept = deployments.filter((one) => one.definition === to && one.state === 'COMPLETED').flatMap(active);
    deploy(to).catch(() => undefined);
    const [primary] = deployments;
    for (const own of kept) {
      own.deployment.tasks.delete(own);
      own.deployment = primary;
      primary.tasks.add(own);
    }
  }

  /** Starts and stops tasks as far as the percentages allow. */
  function replaceTasks(primary: Deployment): void {
    const older = deployments.slice(1).flatMap(active);
    const own = active(primary);
    const most = Math.floor((desiredCount * definition.maximumPercent) / 100);
    const least = Math.ceil((desiredCount * definition.minimumHealthyPercent) / 100);
    let running = own.length + older.length;
    if (primary.state !== 'FAILED') {
      for (let count = own.length; count < desiredCount && running < most && clock.now() >= primary.pausedUntil; count++, running++)
        start(primary);
    }
    for (const extra of own.slice(desiredCount)) void leave(extra, 'Scaling activity initiated by deployment');
    if (primary.state === 'FAILED') return;
    const healthy = (tasks: readonly ServiceTask[]) => tasks.filter(isHealthy).length;
    let enough = healthy(active(primary)) + healthy(older);
    for (const old of older) {
      if (isHealthy(old)) {
        // Room for a new task is made only where the maximum leaves none.
        const makesRoom = active(primary).length < desiredCount && running >= most;
        if (enough - 1 < least || !(makesRoom || healthy(active(primary)) + older.filter(isHealthy).length > desiredCount)) continue;
        enough -= 1;
      }
      void leave(old, 'Scaling activity initiated by deployment');
    }
  }

  function complete(primary: Deployment): void {
    if (primary.state !== 'IN_PROGRESS' || deployments.slice(1).some(({ tasks }) => tasks.size > 0)) return;
    const own = active(primary);
    if (own.length !== desiredCount || !own.every(isHealthy)) return;
    finish(primary, 'COMPLETED', `ECS deployment ${primary.id} completed.`, clock.now());
    deployments = [primary];
    completed = primary.definition;
    record('has reached a steady state.');
    waiting.get(primary)?.resolve();
    waiting.clear();
  }

  async function schedule(): Promise<void> {
    while (!closing.signal.aborted) {
      stopUnhealthy();
      breakCircuit(deployments[0]);
      replaceTasks(deployments[0]);
      complete(deployments[0]);
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await Promise.race([woken, clock.sleep(TICK_MS, closing.signal).catch(() => undefined)]);
    }
  }

  const started = deploy(taskDefinition);
  const scheduled = schedule();
  return {
    ...{ definition, started },
    get desiredCount() {
      return desiredCount;
    },
    get deployments() {
      return deployments;
    },
    events,
    deploy,
    scale(count) {
      desiredCount = count;
      wake();
    },
    async close() {
      closing.abort(new Error('The sandbox is closing'));
      wake();
      await scheduled;
    },
  };
}
