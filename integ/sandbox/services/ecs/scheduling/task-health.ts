import type { TargetHealth } from '../../../contracts';
import { failed } from './circuit-breaker';
import { active, type ServiceTask } from './deployment';
import { record, type ServiceState } from './service-state';
import { idOf, leave, targetsOf } from './service-tasks';

function targetHealth(state: ServiceState, own: ServiceTask): TargetHealth[] {
  return own.registered ? targetsOf(state, own).map(({ groupArn, id }) => state.loadBalancers.health(groupArn, id)) : [];
}

/** Whether a task may take the place of an older one: its containers and its targets are healthy. */
export function isHealthy(state: ServiceState, own: ServiceTask): boolean {
  const { task } = own;
  const checked = task.definition.containers.some(({ essential, healthCheck }) => essential && healthCheck !== undefined);
  // A task without targets, as of a worker, is registered nowhere.
  if (task.lastStatus !== 'RUNNING' || (state.definition.targets.length > 0 && !own.registered)) return false;
  return (checked ? task.health === 'HEALTHY' : true) && targetHealth(state, own).every((health) => health === 'healthy');
}

/** Why a task is to be replaced. Documented: CreateService, healthCheckGracePeriodSeconds: until its end, failed checks do not count. */
function unhealthiness(state: ServiceState, own: ServiceTask): string | undefined {
  const { task } = own;
  if (task.lastStatus !== 'RUNNING' || state.clock.now() - (task.startedAt ?? 0) < state.definition.gracePeriod) return undefined;
  if (task.health === 'UNHEALTHY') return 'failed container health checks';
  return targetHealth(state, own).includes('unhealthy') ? 'is unhealthy in the target group' : undefined;
}

/** Stops the tasks that are not healthy, and notes those that were healthy once. */
export function stopUnhealthy(state: ServiceState): void {
  for (const deployment of state.deployments) {
    for (const own of active(deployment)) {
      const why = unhealthiness(state, own);
      if (why === undefined) {
        if (own.proven || !isHealthy(state, own)) continue;
        own.proven = true;
        if (state.definition.circuitBreaker?.resetOnHealthyTask) deployment.failedTasks = 0;
        continue;
      }
      record(state, `${idOf(own)} ${why}.`);
      failed(state, own);
      void leave(state, own, `Task ${why}`);
    }
  }
}
