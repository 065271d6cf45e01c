import type { CustomResourceRequest } from '../../src/runtime/custom-resource';
import { type MigrationDependencies, migrate, type TaskState } from '../../src/secure-container-service/lambda/migrate';

const properties = { TaskDefinition: 'task:2', Command: ['node', 'migrate.js'], TimeoutSeconds: '60' };
const request: CustomResourceRequest = {
  RequestType: 'Create',
  ResponseURL: 'https://answers.example',
  StackId: 'arn:stack',
  RequestId: 'request-1',
  LogicalResourceId: 'Migration',
  ResourceProperties: properties,
};
const update = { ...request, RequestType: 'Update' as const, OldResourceProperties: { ...properties, TaskDefinition: 'task:1' } };

/** AWS, with a clock that goes on by what is slept. */
function aws(states: TaskState[], status = 'UPDATE_IN_PROGRESS') {
  const calls: string[] = [];
  let time = 0;
  const dependencies: MigrationDependencies = {
    start: async ({ taskDefinition, command }, token) => {
      calls.push(`start ${taskDefinition} ${command.join(' ')} ${token}`);
      return 'arn:aws:ecs:us-east-1:123456789012:task/grades/abc';
    },
    state: async () => (states.length > 1 ? (states.shift() as TaskState) : states[0]),
    stop: async (task, reason) => void calls.push(`stop ${task.split('/').at(-1)} ${reason}`),
    stackStatus: async () => status,
    now: () => time,
    sleep: async (milliseconds) => {
      time += milliseconds;
    },
    logGroup: '/aws/ecs/grades/application',
  };
  return { calls, dependencies };
}

const RUNNING: TaskState = { isStopped: false };

test('a new version: its command runs in its task definition, and the deployment goes on when it has ended well', async () => {
  const { calls, dependencies } = aws([RUNNING, RUNNING, { isStopped: true, exitCode: 0 }]);
  await expect(migrate(request, dependencies)).resolves.toEqual({ Outcome: 'migrated' });
  await expect(migrate(update, dependencies)).resolves.toEqual({ Outcome: 'migrated' });
  // The token makes ECS start one task, however often Lambda repeats the request.
  expect(calls).toEqual(['start task:2 node migrate.js request-1', 'start task:2 node migrate.js request-1']);
});

test.each<[string, TaskState[], string]>([
  [
    'fails',
    [RUNNING, { isStopped: true, exitCode: 1, stoppedReason: 'Essential container in task exited' }],
    'The migration ended with exit code 1: Essential container in task exited.',
  ],
  [
    'does not start',
    [{ isStopped: true, stoppedReason: 'CannotPullContainerError' }],
    'The migration ended with exit code none: CannotPullContainerError.',
  ],
])('a migration that %s stops the deployment, with the place of its log', async (_, states, reason) => {
  await expect(migrate(update, aws(states).dependencies)).rejects.toThrow(
    `${reason} Its log is in /aws/ecs/grades/application, in the stream service/service/abc.`,
  );
});

test('a migration that takes too long is stopped, and stops the deployment', async () => {
  const { calls, dependencies } = aws([RUNNING]);
  await expect(migrate(update, dependencies)).rejects.toThrow('The migration took longer than 60 seconds and was stopped.');
  expect(calls.at(-1)).toBe('stop abc The migration took longer than 60 seconds');
});

test('a deployment that is rolled back runs no migration: the version before was migrated to already', async () => {
  for (const status of ['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED']) {
    const { calls, dependencies } = aws([RUNNING], status);
    await expect(migrate(update, dependencies)).resolves.toEqual({ Outcome: 'rollback' });
    expect(calls).toEqual([]);
  }
});

test('a change of anything but version and command runs none, and neither does a deletion', async () => {
  const { calls, dependencies } = aws([RUNNING]);
  const same = { ...update, OldResourceProperties: { ...properties, TimeoutSeconds: '30' } };
  await expect(migrate(same, dependencies)).resolves.toEqual({ Outcome: 'unchanged' });
  await expect(migrate({ ...request, RequestType: 'Delete' }, dependencies)).resolves.toEqual({});
  expect(calls).toEqual([]);
});
