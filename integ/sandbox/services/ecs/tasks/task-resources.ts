import type { Credentials } from '../../../contracts';
import { readSecret } from './secrets';
import type { TaskContext, TaskOptions } from './task-types';

/** Values of secrets by the name of their variable, for each container. */
export type Secrets = ReadonlyMap<string, readonly (readonly [name: string, value: string])[]>;

/**
 * What Fargate fetches for a task before its containers start, through the task's own network interface and as its execution role.
 * Documented: "Stopped task error messages" (CannotPullContainerError, ResourceInitializationError).
 *
 * @throws with the error that ECS gives as the reason of a stopped task
 */
export async function fetchResources(context: TaskContext, { definition, networkInterface, arn }: TaskOptions): Promise<Secrets> {
  const { assembly, endpoint, network } = context;
  const { executionRoleArn: role, containers } = definition;
  const reach = (service: string) => {
    const blocked = network.blocked(networkInterface, { host: `${service}.${assembly.region}.amazonaws.com` }, 443);
    if (blocked !== undefined) throw new Error(blocked);
  };
  const session =
    role === undefined ? undefined : endpoint.assumeAsService(role, 'ecs-tasks.amazonaws.com', arn.split('/').at(-1) ?? '', arn);
  await during('CannotPullContainerError: pull image manifest has been retried', () => reach('api.ecr'));
  const values = new Map<string, (readonly [string, string])[]>();
  for (const { name, logs, secrets } of containers) {
    if (logs !== undefined) await during('ResourceInitializationError: failed to validate logger args', () => checkLogs(logs.group));
    const own: (readonly [string, string])[] = [];
    for (const { name: variable, valueFrom } of secrets) {
      const value = await during('ResourceInitializationError: unable to pull secrets or registry auth', () => {
        reach(valueFrom.includes(':secretsmanager:') ? 'secretsmanager' : 'ssm');
        return readSecret(valueFrom, { assembly, endpoint, credentials: session as Credentials });
      });
      own.push([variable, value]);
    }
    values.set(name, own);
  }
  return values;

  function checkLogs(group: string): void {
    reach('logs');
    if (!assembly.ofType('AWS::Logs::LogGroup').some((one) => assembly.ref(one) === group)) {
      throw new Error('ResourceNotFoundException: The specified log group does not exist.');
    }
    if (role === undefined) throw new Error('the task has no execution role');
    const resource = `arn:${assembly.partition}:logs:${assembly.region}:${assembly.account}:log-group:${group}:log-stream:*`;
    for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
      const denied = endpoint.denial({ roleArn: role }, { action, resource, context: {} });
      if (denied !== undefined) throw new Error(denied);
    }
  }
}

async function during<T>(error: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new Error(`${error}: ${(cause as Error).message}`);
  }
}
