import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  type KeyValuePair,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';

/**
 * Registers a revision of a task definition in which one container is changed, as a delivery does for a new version.
 *
 * @param taskDefinition its ARN, or its family for the newest revision
 * @returns the ARN of the new revision
 */
export async function registerRevision(
  ecs: ECSClient,
  taskDefinition: string,
  containerName: string,
  change: (container: ContainerDefinition) => Partial<ContainerDefinition>,
): Promise<string> {
  const { taskDefinition: before } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const { taskDefinitionArn: _arn, revision: _revision, status: _status, family, ...input } = before ?? {};
  const containerDefinitions = (input.containerDefinitions ?? []).map((container) =>
    container.name === containerName ? { ...container, ...change(container) } : container,
  );
  const { taskDefinition: registered } = await ecs.send(new RegisterTaskDefinitionCommand({ ...input, family, containerDefinitions }));
  if (registered?.taskDefinitionArn === undefined) throw new Error(`${taskDefinition} was not registered`);
  return registered.taskDefinitionArn;
}

/** Variables of a container, some of them with another value. */
export function withVariables({ environment = [] }: ContainerDefinition, changes: Readonly<Record<string, string>>): KeyValuePair[] {
  const kept = environment.filter(({ name }) => !(name !== undefined && name in changes));
  return [...kept, ...Object.entries(changes).map(([name, value]) => ({ name, value }))];
}
