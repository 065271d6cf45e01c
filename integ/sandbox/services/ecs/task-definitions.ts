import { readEach } from '../../assembly/properties';
import type { Assembly, Json, JsonObject } from '../../contracts';
import { fromApi } from './api-shape';
import { taskDefinitionType } from './resource-types';
import { readTaskDefinition, TASK_DEFINITION, type TaskDefinition } from './task-definition';

/** The task definitions of a run: those of the assembly, and the revisions that callers register. */
export interface TaskDefinitions {
  all(): readonly TaskDefinition[];
  /** By ARN, `family:revision`, or family, which is its newest revision. */
  find(name: string): TaskDefinition | undefined;
  /**
   * Registers a revision with the input of RegisterTaskDefinition.
   *
   * @throws with what ECS would reject, or what cannot run here
   */
  register(input: JsonObject): TaskDefinition;
}

export function createTaskDefinitions(assembly: Assembly): TaskDefinitions {
  const registered: TaskDefinition[] = [];
  const all = () => [...readEach(assembly, TASK_DEFINITION, readTaskDefinition), ...registered];
  const newest = (family: string) => [...all()].reverse().find((one) => one.family === family);
  return {
    all,
    find: (name) => all().find(({ arn, family, revision }) => [arn, `${family}:${revision}`].includes(name)) ?? newest(name),
    register(input) {
      const before = newest(String(input.family));
      if (before === undefined) throw new Error(`The sandbox registers revisions of the assembly's families, and ${input.family} is none`);
      const properties = fromApi(input);
      const other = pathsOf(properties).find((path) => !isSupported(path));
      if (other !== undefined) throw new Error(`${TASK_DEFINITION}.${other} is not supported`);
      const read = readTaskDefinition(assembly, { ...before.resource, properties });
      if (read.problems.length > 0) throw new Error(read.problems.join('\n'));
      const revision = before.revision + 1;
      const own = { ...read, family: before.family, revision, arn: before.arn.replace(/:\d+$/, `:${revision}`) };
      registered.push(own);
      return own;
    },
  };
}

/** The dotted names of all members, without the positions in lists. */
function pathsOf(value: Json, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => pathsOf(one, at));
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([name, member]) => pathsOf(member, at === '' ? name : `${at}.${name}`));
}

/** Whether a member, or what it is in, is a supported property of a task definition in a template. */
function isSupported(path: string): boolean {
  const parts = path.split('.');
  return parts.some((_, at) => taskDefinitionType.properties[parts.slice(0, at + 1).join('.')] !== undefined);
}
