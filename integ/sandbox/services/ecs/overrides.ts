import type { JsonObject } from '../../contracts';
import { objects, strings } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import type { ContainerDefinition, TaskDefinition } from './task-definition';

/** A task definition with what RunTask changes for one task. Documented: "TaskOverride" (Amazon ECS API Reference). */
export function withOverrides(definition: TaskDefinition, overrides: JsonObject): TaskDefinition {
  const unknown = Object.keys(overrides).find((name) => !['containerOverrides', 'taskRoleArn', 'executionRoleArn'].includes(name));
  if (unknown !== undefined) throw unsupported(unknown);
  const given = objects(overrides.containerOverrides ?? []);
  for (const { name } of given) {
    if (!definition.containers.some((one) => one.name === name)) {
      throw new ServiceError(
        'InvalidParameterException',
        `Override for container named ${String(name)} is not a container in the TaskDefinition.`,
      );
    }
  }
  const roles = ['taskRoleArn', 'executionRoleArn']
    .filter((name) => overrides[name] !== undefined)
    .map((name) => [name, String(overrides[name])]);
  const containers = definition.containers.map((one) => {
    const own = given.find(({ name }) => name === one.name);
    return own === undefined ? one : overridden(one, own);
  });
  return { ...definition, ...Object.fromEntries(roles), containers };
}

function overridden(container: ContainerDefinition, { name: _, command, environment, ...other }: JsonObject): ContainerDefinition {
  const [unknown] = Object.keys(other);
  if (unknown !== undefined) throw unsupported(`containerOverrides.${unknown}`);
  const more = objects(environment ?? []).map((one) => [String(one.name), String(one.value)] as const);
  return {
    ...container,
    ...(command === undefined ? {} : { command: strings(command) }),
    environment: [...container.environment, ...more],
  };
}

const unsupported = (name: string) => new ServiceError('InvalidParameterException', `The sandbox does not support overrides.${name}`);
