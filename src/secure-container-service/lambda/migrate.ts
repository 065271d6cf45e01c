import type { CustomResourceRequest } from '../../runtime/custom-resource';

/** Where the task of a migration runs. */
export interface MigrationTask {
  readonly taskDefinition: string;
  readonly command: readonly string[];
}

/** The state of a task. */
export interface TaskState {
  readonly isStopped: boolean;
  /** Of the container of the code; undefined if it did not start. */
  readonly exitCode?: number;
  readonly stoppedReason?: string;
}

/** What a migration needs of AWS and of time. */
export interface MigrationDependencies {
  /** Starts a task. Two calls with one token start one task. */
  start(task: MigrationTask, token: string): Promise<string>;
  state(task: string): Promise<TaskState>;
  stop(task: string, reason: string): Promise<void>;
  /** `UPDATE_ROLLBACK_IN_PROGRESS` */
  stackStatus(stackId: string): Promise<string>;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  readonly logGroup: string;
}

const POLL_MS = 5_000;

/**
 * Runs the migration of a new version and waits until it has ended. A deployment that is being rolled back runs none: the version before it has been
 * migrated to already.
 *
 * @returns attributes of the resource
 * @throws when the migration fails or takes too long: CloudFormation then stops the deployment, before the service changes
 */
export async function migrate(request: CustomResourceRequest, dependencies: MigrationDependencies): Promise<Record<string, string>> {
  if (request.RequestType === 'Delete') return {};
  const wanted = taskOf(request.ResourceProperties);
  const before = request.OldResourceProperties === undefined ? undefined : taskOf(request.OldResourceProperties);
  if (JSON.stringify(before) === JSON.stringify(wanted)) return { Outcome: 'unchanged' };
  if (request.RequestType === 'Update' && /ROLLBACK/.test(await dependencies.stackStatus(request.StackId))) return { Outcome: 'rollback' };
  await run(wanted, request, dependencies);
  return { Outcome: 'migrated' };
}

async function run(
  wanted: MigrationTask,
  { RequestId, ResourceProperties }: CustomResourceRequest,
  dependencies: MigrationDependencies,
): Promise<void> {
  const seconds = Number(ResourceProperties.TimeoutSeconds);
  const end = dependencies.now() + seconds * 1_000;
  const task = await dependencies.start(wanted, RequestId);
  for (;;) {
    const { isStopped, exitCode, stoppedReason } = await dependencies.state(task);
    if (isStopped && exitCode === 0) return;
    const log = `Its log is in ${dependencies.logGroup}, in the stream service/service/${task.split('/').at(-1)}.`;
    if (isStopped)
      throw new Error(`The migration ended with exit code ${exitCode ?? 'none'}: ${stoppedReason ?? 'no reason given'}. ${log}`);
    if (dependencies.now() >= end) {
      await dependencies.stop(task, `The migration took longer than ${seconds} seconds`);
      throw new Error(`The migration took longer than ${seconds} seconds and was stopped. ${log}`);
    }
    await dependencies.sleep(POLL_MS);
  }
}

function taskOf({ TaskDefinition, Command }: Readonly<Record<string, unknown>>): MigrationTask {
  return { taskDefinition: String(TaskDefinition), command: (Command as string[]).map(String) };
}
