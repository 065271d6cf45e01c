import type { Credentials } from '../../../contracts';
import type { TaskRun } from './task-run';

/** Documented: "Task IAM role": a task gets new credentials before they expire. Sessions of the sandbox last for 12 hours of its clock. */
const LEAST_REMAINING_MS = 6 * 3_600_000;

/** The credentials of a task's role: the same ones until half of their time is over. */
export function taskCredentials({ context: { endpoint, clock }, options: { definition, arn }, id }: TaskRun): () => Credentials {
  let credentials: Credentials | undefined;
  return () => {
    if (credentials === undefined || (credentials.expiration ?? 0) - Date.now() < clock.real(LEAST_REMAINING_MS)) {
      credentials = endpoint.assumeAsService(definition.taskRoleArn as string, 'ecs-tasks.amazonaws.com', id, arn);
    }
    return credentials;
  };
}
