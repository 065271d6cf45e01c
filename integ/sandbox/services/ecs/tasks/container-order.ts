import type { Condition, ContainerDefinition } from '../task-definition';
import type { TaskRun } from './task-run';
import type { ContainerState } from './task-types';

/** Documented: "Amazon ECS task definition parameters for Fargate", startTimeout: three minutes by default. */
const START_TIMEOUT_MS = 180_000;

/** Waits until the containers that a container depends on are as far as it needs. */
export async function dependencies({ containers, end, change, stop }: TaskRun, { name, dependsOn }: ContainerDefinition): Promise<void> {
  for (const { name: other, condition } of dependsOn) {
    const state = containers.find(({ definition: one }) => one.name === other) as ContainerState;
    const late = () => void stop(`Container ${name}: the dependency on ${other} (${condition}) was not met in time`, 'TaskFailedToStart');
    const timer = setTimeout(late, state.definition.startTimeout ?? START_TIMEOUT_MS);
    try {
      while (!isMet(state, condition) && !end.signal.aborted) {
        if (cannotBeMet(state, condition)) {
          const reason = `it ended with exit status ${state.exitCode}`;
          throw new Error(`the dependency of ${name} on ${other} (${condition}) cannot be met: ${reason}`);
        }
        await change();
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

function isMet({ status, health, exitCode }: ContainerState, condition: Condition): boolean {
  switch (condition) {
    case 'START':
      return status !== 'PENDING';
    case 'COMPLETE':
      return status === 'STOPPED';
    case 'SUCCESS':
      return status === 'STOPPED' && exitCode === 0;
    case 'HEALTHY':
      return health === 'HEALTHY';
  }
}

function cannotBeMet({ status, exitCode }: ContainerState, condition: Condition): boolean {
  return status === 'STOPPED' && (condition === 'HEALTHY' || (condition === 'SUCCESS' && exitCode !== 0));
}

/** Stops each container after those that depend on it. Documented: "ContainerDependency" (Amazon ECS API Reference). */
export async function stopInOrder({ containers, context }: TaskRun): Promise<void> {
  const stops = new Map<string, Promise<void>>();
  const stopOne = (state: ContainerState): Promise<void> => {
    const { name } = state.definition;
    const known = stops.get(name);
    if (known !== undefined) return known;
    const dependents = containers.filter(({ definition: { dependsOn } }) => dependsOn.some((one) => one.name === name));
    const promise = Promise.all(dependents.map(stopOne)).then(() => stopContainer(context, state));
    stops.set(name, promise);
    return promise;
  };
  await Promise.all(containers.map(stopOne));
}

/** Sends the stop signal to a container, and ends it after its stop timeout. */
async function stopContainer(
  { imageOf }: TaskRun['context'],
  { container, definition: { stopTimeout, image } }: ContainerState,
): Promise<void> {
  if (container === undefined) return;
  const { config } = await imageOf(image);
  container.signal(config.stopSignal as NodeJS.Signals);
  // In real time at any speed: it waits for requests that are in progress.
  const timer = setTimeout(() => container.kill(), stopTimeout);
  await container.ended;
  clearTimeout(timer);
}
