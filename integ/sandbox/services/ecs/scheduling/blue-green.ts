import { active, type Deployment } from './deployment';
import { REPLACED } from './rolling';
import type { BlueGreen } from './service-definition';
import { record, type ServiceState } from './service-state';
import { leave, start } from './service-tasks';
import { isHealthy } from './task-health';

/**
 * One round of a blue/green deployment: all new tasks start beside the old ones in the other target group, the production rule leads to them
 * once they are all healthy, and the old tasks stop after the bake time. Documented: "Amazon ECS blue/green service deployments workflow".
 */
export function shiftTraffic(state: ServiceState, blueGreen: BlueGreen): void {
  const { desiredCount, clock, completed } = state;
  const [primary, ...others] = state.deployments;
  const own = active(primary);
  if (primary.state !== 'FAILED' && clock.now() >= primary.pausedUntil) {
    for (let count = own.length; count < desiredCount; count++) start(state, primary);
  }
  for (const extra of own.slice(desiredCount)) void leave(state, extra, REPLACED);
  // A rollback gets its traffic back before the failed tasks stop; the tasks of the first version wait for nothing.
  const first = completed === undefined;
  const isRollback = !first && completed.side === primary.side;
  if (primary.state !== 'IN_PROGRESS') return;
  if (primary.shiftedAt === undefined) {
    const healthy = active(primary).filter((one) => isHealthy(state, one)).length;
    if (!isRollback && (healthy < desiredCount || healthy === 0)) return;
    shift(state, blueGreen, primary);
  }
  const bakes = !first && !isRollback && primary.state === 'IN_PROGRESS';
  if (bakes && clock.now() - (primary.shiftedAt ?? 0) < blueGreen.bakeTime) return;
  for (const old of others.flatMap(active)) void leave(state, old, REPLACED);
}

function shift(state: ServiceState, { productionRule }: BlueGreen, primary: Deployment): void {
  for (const target of state.definition.targets) {
    const groupArn = target[primary.side] ?? target.targetGroupArn;
    state.loadBalancers.shift(productionRule, groupArn);
    record(state, `(deployment ${primary.id}) shifted the production traffic to (target-group ${groupArn}).`);
  }
  primary.shiftedAt = state.clock.now();
}
