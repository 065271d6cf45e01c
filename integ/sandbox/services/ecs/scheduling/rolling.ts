import { active, type ServiceTask } from './deployment';
import type { ServiceState } from './service-state';
import { leave, start } from './service-tasks';
import { isHealthy } from './task-health';

/** The reason that ECS gives for a task that a deployment stops. */
export const REPLACED = 'Scaling activity initiated by deployment';

/** Starts and stops tasks as far as the percentages allow. Documented: "Deploy Amazon ECS services by replacing tasks". */
export function replaceTasks(state: ServiceState): void {
  const { definition, desiredCount, clock } = state;
  const [primary] = state.deployments;
  const older = state.deployments.slice(1).flatMap(active);
  const own = active(primary);
  const most = Math.floor((desiredCount * definition.maximumPercent) / 100);
  const least = Math.ceil((desiredCount * definition.minimumHealthyPercent) / 100);
  let running = own.length + older.length;
  if (primary.state !== 'FAILED') {
    for (let count = own.length; count < desiredCount && running < most && clock.now() >= primary.pausedUntil; count++, running++)
      start(state, primary);
  }
  for (const extra of own.slice(desiredCount)) void leave(state, extra, REPLACED);
  if (primary.state === 'FAILED') return;
  const healthy = (tasks: readonly ServiceTask[]) => tasks.filter((one) => isHealthy(state, one)).length;
  let enough = healthy(active(primary)) + healthy(older);
  for (const old of older) {
    if (isHealthy(state, old)) {
      // Room for a new task is made only where the maximum leaves none.
      const makesRoom = active(primary).length < desiredCount && running >= most;
      if (enough - 1 < least || !(makesRoom || healthy(active(primary)) + healthy(older) > desiredCount)) continue;
      enough -= 1;
    }
    void leave(state, old, REPLACED);
  }
}
