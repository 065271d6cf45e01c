import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  AlternateTarget,
  AvailabilityZoneRebalancing,
  type CfnService,
  Cluster,
  ContainerInsights,
  CpuArchitecture,
  DeploymentStrategy,
  FargateService,
  type ICluster,
  ListenerRuleConfiguration,
  PropagatedTagSource,
} from 'aws-cdk-lib/aws-ecs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { groupDescription } from '../core/private/group-description';
import { acknowledge } from '../core/private/rule-packs';
import { type CreatedBalancer, createBalancer } from './balancer';
import type { ComputeVariant } from './compute-variant';
import type { FargateOptions } from './fargate-options';
import { checkSize } from './fargate-size';
import type { NetworkParts } from './network-variant';
import { scaleTasks } from './scale-tasks';
import { logServiceEvents } from './service-events';
import { createMigration, type MigrationProps } from './service-migration';
import type { ServiceParts } from './service-parts';
import type { Settings } from './settings';
import { acknowledgeExecutionRole } from './task-roles';
import { createTasks, type Tasks } from './tasks';

/** Tasks on Fargate: all on demand, or a base of them and the others on spare capacity. */
export class FargateCompute implements ComputeVariant {
  constructor(
    private readonly options: FargateOptions,
    /** Undefined where all tasks run on demand. */
    private readonly onDemandBase?: number,
  ) {}

  public create(scope: Construct, settings: Settings): ServiceParts {
    const { logs, exposure, deployment } = settings;
    const { cpu = 512, memoryMiB = 1_024, architecture = CpuArchitecture.ARM64 } = this.options;
    checkSize(scope, cpu, memoryMiB);
    if (exposure.isAppRunnerEndpoint === true)
      invalid(scope, 'exposure', 'appRunnerEndpoint', 'another one: only App Runner has an endpoint of its own');
    const network = settings.network.create(scope, logs);
    const cluster = this.options.cluster ?? createCluster(scope, network, settings.telemetry.containerInsights);
    const tasks = createTasks(scope, settings, { cpu, memoryMiB, architecture });
    const securityGroup = createTaskGroup(scope, network);
    const balancer = exposure.isReachable ? createBalancer(scope, settings, network) : undefined;
    const service = this.createService(scope, settings, { cluster, tasks, securityGroup, network, balancer });
    scaleTasks(service, settings.scaling, balancer);
    const migrationLogs =
      deployment._migration === undefined
        ? []
        : [migrateFirst(service, scope, { migration: deployment._migration, logs, network, cluster, tasks, securityGroup })];
    acknowledgeExecutionRole(tasks.executionRole);
    const events = logServiceEvents(scope, { service, cluster, logs });
    const accessLogs = balancer?.accessLogs === undefined ? [] : [balancer.accessLogs];
    return {
      taskRole: tasks.taskRole,
      connections: service.connections,
      network,
      ecs: { cluster, service, taskDefinition: tasks.taskDefinition, failedDeployments: events.failedDeployments },
      balancer,
      logGroups: [...tasks.logGroups, events.logGroup, ...accessLogs, ...network.logGroups, ...migrationLogs],
    };
  }

  private createService(scope: Construct, { container, deployment }: Settings, props: ServiceProps): FargateService {
    const { cluster, tasks, securityGroup, network, balancer } = props;
    if (this.onDemandBase !== undefined && cluster instanceof Cluster) cluster.enableFargateCapacityProviders();
    const service = new FargateService(scope, 'Service', {
      cluster,
      taskDefinition: tasks.taskDefinition,
      securityGroups: [securityGroup],
      vpcSubnets: network.taskSubnets,
      assignPublicIp: false,
      enableExecuteCommand: false,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
      propagateTags: PropagatedTagSource.SERVICE,
      enableECSManagedTags: true,
      ...(balancer === undefined ? {} : { healthCheckGracePeriod: container.healthCheck.startPeriod }),
      ...(deployment._bakeTime === undefined ? {} : { deploymentStrategy: DeploymentStrategy.BLUE_GREEN, bakeTime: deployment._bakeTime }),
      ...(this.onDemandBase === undefined
        ? {}
        : {
            capacityProviderStrategies: [
              { capacityProvider: 'FARGATE', base: this.onDemandBase, weight: 0 },
              { capacityProvider: 'FARGATE_SPOT', weight: 1 },
            ],
          }),
    });
    // A number in the template would set back what Application Auto Scaling decided, with each deployment.
    (service.node.defaultChild as CfnService).desiredCount = undefined;
    if (balancer !== undefined) attach(service, balancer, container.port);
    return service;
  }
}

interface ServiceProps {
  readonly cluster: ICluster;
  readonly tasks: Tasks;
  readonly securityGroup: SecurityGroup;
  readonly network: NetworkParts;
  readonly balancer?: CreatedBalancer;
}

/** @returns the log of the function that runs the migrations */
function migrateFirst(service: FargateService, scope: Construct, props: MigrationProps): ILogGroup {
  const { resource, logGroup } = createMigration(scope, props);
  service.node.addDependency(resource);
  return logGroup;
}

function createCluster(scope: Construct, { vpc }: NetworkParts, containerInsights: ContainerInsights): Cluster {
  const cluster = new Cluster(scope, 'Cluster', { vpc, containerInsightsV2: containerInsights });
  if (containerInsights === ContainerInsights.DISABLED) {
    acknowledge(
      cluster,
      ['AwsSolutions'],
      'ECS4',
      'CPU, memory, requests and failed deployments are measured without Container Insights, whose metrics of each task are billed as custom metrics.',
    );
  }
  return cluster;
}

/** Admits nobody; outwards what is named, and nothing else. */
function createTaskGroup(scope: Construct, { vpc, httpsTo, endpointGroup }: NetworkParts): SecurityGroup {
  const group = new SecurityGroup(scope, 'TaskGroup', {
    vpc,
    allowAllOutbound: false,
    description: groupDescription(`Tasks of ${scope.node.path}`),
  });
  for (const peer of httpsTo) group.addEgressRule(peer, Port.tcp(443), 'AWS services and named services, by HTTPS');
  endpointGroup?.addIngressRule(group, Port.tcp(443), groupDescription(`Tasks of ${scope.node.path}`));
  return group;
}

function attach(service: FargateService, { targetGroups, productionRule }: CreatedBalancer, containerPort: number): void {
  const [blue, green] = targetGroups;
  const alternateTarget =
    productionRule === undefined
      ? undefined
      : new AlternateTarget('AlternateTarget', {
          alternateTargetGroup: green,
          productionListener: ListenerRuleConfiguration.applicationListenerRule(productionRule),
        });
  service.loadBalancerTarget({ containerName: 'service', containerPort, alternateTarget }).attachToApplicationTargetGroup(blue);
  if (alternateTarget === undefined) return;
  const policy = 'arn:<AWS::Partition>:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers';
  acknowledge(
    service.node.findChild('AlternateTargetRole'),
    ['AwsSolutions'],
    `IAM4[Policy::${policy}]`,
    'ECS shifts traffic in this role. AWS documents this policy for it, and keeps it up to date with what ECS needs.',
  );
}
