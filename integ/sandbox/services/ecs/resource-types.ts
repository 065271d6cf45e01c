import { supported } from '../../assembly/resource-types';
import type { Identity, PropertySupport, ResourceType } from '../../contracts';

const arn = (of: Identity, resource: string) => `arn:aws:ecs:${of.region}:${of.account}:${resource}`;
const tags: PropertySupport = 'template only: nothing here acts on tags';
const METRICS: PropertySupport = 'AWS only: no CloudWatch metrics are recorded here';
const EXEC: PropertySupport = 'AWS only: there is no ECS Exec here';
const CAPACITY: PropertySupport = 'template only: every task runs on this machine, and no Spot capacity is taken back';

const clusterName = (of: Identity) => of.name('ClusterName', 255);

const cluster: ResourceType = {
  type: 'AWS::ECS::Cluster',
  support: 'runs',
  reason: 'its services and tasks run on this machine',
  properties: supported(
    ['runs', 'ClusterName'],
    [CAPACITY, 'CapacityProviders DefaultCapacityProviderStrategy.{Base,CapacityProvider,Weight}'],
    [METRICS, 'ClusterSettings.{Name,Value}'],
    [
      EXEC,
      'Configuration.ExecuteCommandConfiguration.{KmsKeyId,Logging}',
      'Configuration.ExecuteCommandConfiguration.LogConfiguration.{CloudWatchEncryptionEnabled,CloudWatchLogGroupName,S3BucketName}',
      'Configuration.ExecuteCommandConfiguration.LogConfiguration.{S3EncryptionEnabled,S3KeyPrefix}',
    ],
    [
      'AWS only: storage of tasks is a folder of this machine',
      'Configuration.ManagedStorageConfiguration.{FargateEphemeralStorageKmsKeyId,KmsKeyId}',
    ],
    [tags, 'Tags'],
  ),
  ref: clusterName,
  attributes: { Arn: (of) => arn(of, `cluster/${clusterName(of)}`) },
};

const associations: ResourceType = {
  type: 'AWS::ECS::ClusterCapacityProviderAssociations',
  support: 'template only',
  reason: 'every task runs on this machine, and no Spot capacity is taken back',
  properties: supported(['template only', 'CapacityProviders Cluster DefaultCapacityProviderStrategy.{Base,CapacityProvider,Weight}']),
  ref: (of) => nameOf(of.property('Cluster')),
};

const family = (of: Identity) => of.name('Family', 255);

export const taskDefinitionType: ResourceType = {
  type: 'AWS::ECS::TaskDefinition',
  support: 'runs',
  reason: "each container is a process of this machine, started from the files that its image's Dockerfile makes",
  properties: supported(
    [
      'runs',
      'Family NetworkMode RequiresCompatibilities ExecutionRoleArn TaskRoleArn Volumes.Name',
      'ContainerDefinitions.{Name,Image,Command,EntryPoint,Essential,User,WorkingDirectory,ReadonlyRootFilesystem,StartTimeout,StopTimeout}',
      'ContainerDefinitions.{Environment,Secrets}.Name ContainerDefinitions.Environment.Value ContainerDefinitions.Secrets.ValueFrom',
      'ContainerDefinitions.PortMappings.{ContainerPort,HostPort,Name,Protocol,AppProtocol}',
      'ContainerDefinitions.HealthCheck.{Command,Interval,Retries,StartPeriod,Timeout}',
      'ContainerDefinitions.DependsOn.{Condition,ContainerName}',
      'ContainerDefinitions.MountPoints.{ContainerPath,ReadOnly,SourceVolume}',
      'ContainerDefinitions.LogConfiguration.{LogDriver,Options}',
      'ContainerDefinitions.RestartPolicy.{Enabled,IgnoredExitCodes,RestartAttemptPeriod}',
      'ContainerDefinitions.LinuxParameters.InitProcessEnabled ContainerDefinitions.LinuxParameters.Tmpfs.{ContainerPath,MountOptions,Size}',
      'ContainerDefinitions.DockerLabels Volumes.Host.SourcePath',
    ],
    ['runs', 'Memory ContainerDefinitions.{Memory,MemoryReservation}'],
    ["template only: tasks share this machine's processors", 'Cpu ContainerDefinitions.Cpu'],
    ["template only: containers run on this machine's own architecture", 'RuntimePlatform.{CpuArchitecture,OperatingSystemFamily}'],
    ['template only: the file system of this machine is the limit', 'EphemeralStorage.SizeInGiB'],
    [
      'template only: containers have no capabilities of the kernel here, which is less than on AWS',
      'ContainerDefinitions.LinuxParameters.Capabilities.{Add,Drop}',
    ],
    ['template only: the limits of processes are those of this machine', 'ContainerDefinitions.Ulimits.{HardLimit,Name,SoftLimit}'],
    ['template only: an image of the assembly has one version', 'ContainerDefinitions.VersionConsistency'],
    ['AWS only: no faults are injected by AWS FIS', 'EnableFaultInjection'],
    [tags, 'Tags'],
  ),
  ref: (of) => arn(of, `task-definition/${family(of)}:1`),
  attributes: { TaskDefinitionArn: (of) => arn(of, `task-definition/${family(of)}:1`) },
};

const serviceName = (of: Identity) => of.name('ServiceName', 255);
const serviceArn = (of: Identity) => arn(of, `service/${nameOf(of.property('Cluster') ?? 'default')}/${serviceName(of)}`);

const service: ResourceType = {
  type: 'AWS::ECS::Service',
  support: 'runs',
  reason: 'keeps its number of tasks running, replaces them by rolling or blue/green deployments, and registers them with target groups',
  properties: supported(
    [
      'runs',
      'Cluster ServiceName TaskDefinition DesiredCount HealthCheckGracePeriodSeconds LaunchType SchedulingStrategy DeploymentController.Type',
      'LoadBalancers.{ContainerName,ContainerPort,TargetGroupArn}',
      'NetworkConfiguration.AwsvpcConfiguration.{AssignPublicIp,SecurityGroups,Subnets}',
      'LoadBalancers.AdvancedConfiguration.{AlternateTargetGroupArn,ProductionListenerRule}',
      'DeploymentConfiguration.{BakeTimeInMinutes,MaximumPercent,MinimumHealthyPercent,Strategy}',
      'DeploymentConfiguration.DeploymentCircuitBreaker.{Enable,Rollback,ResetOnHealthyTask}',
      'DeploymentConfiguration.DeploymentCircuitBreaker.ThresholdConfiguration.{Type,Value}',
      'ForceNewDeployment.{EnableForceNewDeployment,ForceNewDeploymentNonce}',
    ],
    ['template only: tasks are spread over the subnets in turn, and all zones are this machine', 'AvailabilityZoneRebalancing'],
    [CAPACITY, 'CapacityProviderStrategy.{Base,CapacityProvider,Weight} PlatformVersion'],
    ['template only: traffic is shifted here without the role of ECS', 'LoadBalancers.AdvancedConfiguration.RoleArn'],
    ['template only: nothing here evaluates alarms', 'DeploymentConfiguration.Alarms.{AlarmNames,Enable,Rollback}'],
    [METRICS, 'Monitoring.MetricConfigurations.{MetricNames,ResolutionSeconds}'],
    [EXEC, 'EnableExecuteCommand'],
    [tags, 'EnableECSManagedTags PropagateTags Tags'],
  ),
  ref: serviceArn,
  attributes: { Name: serviceName, ServiceArn: serviceArn },
};

/** The name of a cluster that a property gives by name or by ARN. */
export function nameOf(cluster: unknown): string {
  return String(cluster).split('/').at(-1) ?? '';
}

export const ecsTypes: ResourceType[] = [cluster, associations, taskDefinitionType, service];
