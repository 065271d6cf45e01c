import { announceDeployment } from './announce';
import { active, type Deployment, finish, type ServiceTask } from './deployment';
import { begin, record, type ServiceState } from './service-state';

/** Documented: "Amazon ECS service throttle logic": tasks that fail again and again are started less and less often. */
const THROTTLE = { after: 3, firstMs: 1000, mostMs: 60_000 };

export function failed(state: ServiceState, own: ServiceTask): void {
  // A task that was healthy and ends later is replaced at once.
  if (!own.proven || own.deployment.state === 'IN_PROGRESS') countFailure(state, own.deployment);
}

export function countFailure({ clock }: ServiceState, deployment: Deployment): void {
  deployment.failedTasks += 1;
  deployment.updatedAt = clock.now();
  const { failedTasks } = deployment;
  if (failedTasks >= THROTTLE.after) {
    deployment.pausedUntil = clock.now() + Math.min(THROTTLE.firstMs * 2 ** (failedTasks - THROTTLE.after), THROTTLE.mostMs);
  }
}

/** Ends a deployment with too many failed tasks, and rolls it back where the service says so. */
export function breakCircuit(state: ServiceState): void {
  const { definition, desiredCount, launcher, clock, waiting, completed } = state;
  const { circuitBreaker } = definition;
  const [primary] = state.deployments;
  if (circuitBreaker === undefined || primary.state !== 'IN_PROGRESS') return;
  if (primary.failedTasks < circuitBreaker.threshold(desiredCount)) return;
  const last = [...launcher.tasks()]
    .reverse()
    .find(({ definition: one, stoppedReason }) => one === primary.definition && stoppedReason !== undefined);
  finish(primary, 'FAILED', `ECS deployment circuit breaker: tasks failed to start.`, clock.now());
  announceDeployment(state, primary);
  record(state, `(deployment ${primary.id}) deployment failed: tasks failed to start.`);
  waiting.get(primary)?.reject(new Error(`${definition.resource.id}: ${primary.reason} ${last?.stoppedReason ?? ''}`.trim()));
  if (circuitBreaker.rollback && completed !== undefined) rollBack(state, completed);
}

/** Documented: "Rolling update": the service is rolled back to the last deployment that completed, whose tasks still run. */
function rollBack(state: ServiceState, { definition: to, side }: Deployment): void {
  record(state, `rolling back to ${to.arn}.`);
  const kept = state.deployments.filter((one) => one.definition === to && one.side === side && one.state === 'COMPLETED').flatMap(active);
  begin(state, to, side).catch(() => undefined);
  const [primary] = state.deployments;
  for (const own of kept) {
    own.deployment.tasks.delete(own);
    own.deployment = primary;
    primary.tasks.add(own);
  }
}
