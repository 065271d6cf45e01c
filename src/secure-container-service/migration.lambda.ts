import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTasksCommand, ECSClient, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { answerRequest, type CustomResourceRequest } from '../runtime/custom-resource';
import { readSettings } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import { MIGRATION_VARIABLES, type MigrationSettings } from './handler-settings';
import { type MigrationDependencies, migrate } from './lambda/migrate';
import { migrationFailureLine, migrationLine } from './lambda/migration-lines';

const { CLUSTER: cluster, SUBNETS, SECURITY_GROUP, LOG_GROUP: logGroup } = readSettings<MigrationSettings>(MIGRATION_VARIABLES);
const ecs = new ECSClient();
const cloudFormation = new CloudFormationClient();

const dependencies: MigrationDependencies = {
  async start({ taskDefinition, command }, clientToken) {
    const { tasks = [], failures = [] } = await ecs.send(
      new RunTaskCommand({
        cluster,
        taskDefinition,
        clientToken,
        launchType: 'FARGATE',
        startedBy: 'migration',
        networkConfiguration: {
          awsvpcConfiguration: { subnets: [...SUBNETS], securityGroups: [SECURITY_GROUP], assignPublicIp: 'DISABLED' },
        },
        overrides: { containerOverrides: [{ name: 'service', command: [...command] }] },
      }),
    );
    const [{ taskArn } = {}] = tasks;
    if (taskArn === undefined) throw new Error(`ECS started no task: ${failures[0]?.reason ?? 'no reason given'}`);
    return taskArn;
  },
  async state(task) {
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
    const [{ lastStatus, stoppedReason, containers = [] } = {}] = tasks;
    return { isStopped: lastStatus === 'STOPPED', exitCode: containers.find(({ name }) => name === 'service')?.exitCode, stoppedReason };
  },
  async stop(task, reason) {
    await ecs.send(new StopTaskCommand({ cluster, task, reason }));
  },
  async stackStatus(stackId) {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackId }));
    return Stacks[0]?.StackStatus ?? '';
  },
  now: Date.now,
  sleep: async (milliseconds) => void (await sleep(milliseconds)),
  logGroup,
};

export async function handler(request: CustomResourceRequest): Promise<void> {
  await answerRequest(request, async () => {
    try {
      const result = await migrate(request, dependencies);
      writeLines(migrationLine(request.RequestType, result.Outcome ?? 'deleted'));
      return result;
    } catch (error) {
      writeLines(migrationFailureLine(request.RequestType, error as Error));
      throw error;
    }
  });
}
