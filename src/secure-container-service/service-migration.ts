import { ArnFormat, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import { createCustomResourceFunction } from './custom-resource-function';
import { MIGRATION_VARIABLES, type MigrationSettings } from './handler-settings';
import type { NetworkParts } from './network-variant';
import type { ServiceLogs } from './service-logs';
import type { SettledMigration } from './settled-migration';
import type { Tasks } from './tasks';

export interface MigrationProps {
  readonly migration: SettledMigration;
  readonly logs: ServiceLogs;
  readonly network: NetworkParts;
  readonly cluster: ICluster;
  readonly tasks: Tasks;
  readonly securityGroup: ISecurityGroup;
}

/**
 * Creates a resource that runs a command in the image of the new version, as the child `Migration`. What depends on it is changed afterwards, and not
 * at all if the command fails.
 */
export function createMigration(
  scope: Construct,
  props: MigrationProps,
): { readonly resource: CustomResource; readonly logGroup: ILogGroup } {
  const { migration, tasks, securityGroup } = props;
  const { function: runner, role, logGroup } = createRunner(scope, props);
  grantTasks(role, props);
  const resource = new CustomResource(scope, 'Migration', {
    serviceToken: runner.functionArn,
    resourceType: 'Custom::ServiceMigration',
    serviceTimeout: migration.timeout.plus(Duration.minutes(2)),
    properties: {
      TaskDefinition: tasks.taskDefinition.taskDefinitionArn,
      Command: [...migration.command],
      TimeoutSeconds: migration.timeout.toSeconds(),
    },
  });
  // Not only what it refers to: the permissions and rules of the task, too.
  resource.node.addDependency(role, tasks.taskRole, tasks.executionRole, securityGroup);
  return { resource, logGroup };
}

function createRunner(scope: Construct, { logs, network, cluster, securityGroup, tasks }: MigrationProps) {
  return createCustomResourceFunction<MigrationSettings>(scope, 'MigrationRunner', {
    asset: 'secure-container-service/migration',
    description: `Runs the migrations of ${scope.node.path}`,
    timeout: Duration.minutes(15),
    logs,
    suffix: 'migration',
    settings: {
      CLUSTER: cluster.clusterArn,
      SUBNETS: network.vpc.selectSubnets(network.taskSubnets).subnetIds,
      SECURITY_GROUP: securityGroup.securityGroupId,
      LOG_GROUP: tasks.logGroup.logGroupName,
    },
    variables: MIGRATION_VARIABLES,
  });
}

/** Documented: "Actions, resources, and condition keys for Amazon Elastic Container Service". */
function grantTasks(runner: Role, { cluster, tasks: { taskDefinition, taskRole, executionRole } }: MigrationProps): void {
  const stack = Stack.of(runner);
  // Any revision: a permission for the new one might not have reached all of IAM when it is needed.
  const revisions = stack.formatArn({
    service: 'ecs',
    resource: 'task-definition',
    resourceName: `${taskDefinition.family}:*`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  const anyTask = stack.formatArn({
    service: 'ecs',
    resource: 'task',
    resourceName: `${cluster.clusterName}/*`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  const inCluster = { ArnEquals: { 'ecs:cluster': cluster.clusterArn } };
  for (const statement of [
    { actions: ['ecs:RunTask'], resources: [revisions], conditions: inCluster },
    { actions: ['ecs:DescribeTasks', 'ecs:StopTask'], resources: [anyTask], conditions: inCluster },
    {
      actions: ['iam:PassRole'],
      resources: [taskRole.roleArn, executionRole.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    },
    { actions: ['cloudformation:DescribeStacks'], resources: [stack.stackId] },
  ]) {
    runner.addToPolicy(new PolicyStatement(statement));
  }
  const policy = runner.node.findChild('DefaultPolicy');
  acknowledgeWildcard(policy, revisions, 'All revisions of one task definition: which one is new is known while the deployment runs.');
  acknowledgeWildcard(policy, anyTask, 'Tasks get their ids when they start. The statement is limited to the cluster of the service.');
}
