import { readSettled } from '../../assembly/properties';
import type { Assembly, Problem } from '../../contracts';
import type { Settings } from '../../service-module';
import { findImage } from './images/find-image';
import { readService, SERVICE } from './service-definition';
import { readTaskDefinition, TASK_DEFINITION, type TaskDefinition } from './task-definition';

/** Task definitions and services that ECS would reject, or that cannot run here. */
export function problemsOf(assembly: Assembly, settings: Settings): Problem[] {
  const definitions = readSettled(assembly, TASK_DEFINITION, readTaskDefinition).flatMap((definition) =>
    [...definition.problems, ...imageProblems(assembly, definition, settings)].map((message) => ({
      resource: definition.resource,
      message,
    })),
  );
  const services = readSettled(assembly, SERVICE, readService).flatMap(({ resource, problems }) =>
    problems.map((message) => ({ resource, message })),
  );
  return [...definitions, ...services];
}

function imageProblems(assembly: Assembly, { resource, containers }: TaskDefinition, settings: Settings): string[] {
  return containers.flatMap(({ name, image }) => {
    try {
      findImage(assembly, image, settings);
      return [];
    } catch (error) {
      return [`${resource.type}.ContainerDefinitions.Image of ${name}: ${(error as Error).message} (${resource.id})`];
    }
  });
}
