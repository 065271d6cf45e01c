import { problemsOfEach, readSettled } from '../../assembly/properties';
import type { Assembly, Problem, Resource } from '../../contracts';
import type { Settings } from '../../service-module';
import { collectorProblems } from './collector/collector';
import { findImage, isGiven } from './images/find-image';
import { readService, SERVICE } from './scheduling/service-definition';
import { readTaskDefinition, TASK_DEFINITION, type TaskDefinition } from './task-definition';

/** Task definitions and services that ECS would reject, or that cannot run here. */
export function problemsOf(assembly: Assembly, settings: Settings): Problem[] {
  const definitions = readSettled(assembly, TASK_DEFINITION, readTaskDefinition).flatMap((definition) =>
    [...definition.problems, ...imageProblems(assembly, definition, settings)].map((message) => ({
      resource: definition.resource,
      message,
    })),
  );
  return [...definitions, ...problemsOfEach(assembly, SERVICE, readService)];
}

function imageProblems(assembly: Assembly, { resource, containers }: TaskDefinition, settings: Settings): string[] {
  return containers.flatMap((container) => {
    const { name, image } = container;
    // An image that the user gave for the name of a collector reads what it likes.
    const own = isGiven(image, settings) ? [] : collectorProblems(container);
    if (own.length > 0) return own.map((problem) => `${resource.type}.ContainerDefinitions of ${name}: ${problem} (${resource.id})`);
    try {
      findImage(assembly, image, settings);
      return [];
    } catch (error) {
      return [imageProblem(resource, name, error)];
    }
  });
}

/** Why the image of a container cannot be used. */
export function imageProblem({ type, id }: Resource, container: string, error: unknown): string {
  return `${type}.ContainerDefinitions.Image of ${container}: ${(error as Error).message} (${id})`;
}
