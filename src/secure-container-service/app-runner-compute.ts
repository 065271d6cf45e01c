import { Annotations, Fn, Token } from 'aws-cdk-lib';
import { CfnAutoScalingConfiguration, CfnService, CfnVpcConnector } from 'aws-cdk-lib/aws-apprunner';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { groupDescription } from '../core/private/group-description';
import { Problems } from '../core/private/problems';
import { acknowledge, REGULATED } from '../core/private/rule-packs';
import type { AppRunnerOptions } from './app-runner-options';
import type { ComputeVariant } from './compute-variant';
import type { ImageReference } from './image-variant';
import type { NetworkParts } from './network-variant';
import type { AppRunnerParts, ServiceParts } from './service-parts';
import type { Settings } from './settings';
import { acknowledgeGrants } from './task-roles';

/** MiB that App Runner has for CPU units. Documented: "InstanceConfiguration" of App Runner. */
const MEMORY: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1_024],
  512: [1_024],
  1024: [2_048, 3_072, 4_096],
  2048: [4_096, 6_144],
  4096: [8_192, 10_240, 12_288],
};
/** Documented: "App Runner auto scaling", maximum size and maximum concurrency. */
const MOST_INSTANCES = 25;
const MOST_CONCURRENT = 200;

/** Instances of App Runner, behind its own public endpoint. */
export class AppRunnerCompute implements ComputeVariant {
  constructor(private readonly options: AppRunnerOptions) {}

  public create(scope: Construct, settings: Settings): ServiceParts {
    const { cpu = 1_024, memoryMiB = 2_048, maxConcurrency = 100 } = this.options;
    check(scope, settings, { cpu, memoryMiB, maxConcurrency });
    warn(scope);
    const network = settings.network.create(scope, settings.logs);
    const securityGroup = new SecurityGroup(scope, 'TaskGroup', {
      vpc: network.vpc,
      allowAllOutbound: false,
      description: groupDescription(`Instances of ${scope.node.path}`),
    });
    for (const peer of network.httpsTo) securityGroup.addEgressRule(peer, Port.tcp(443), 'AWS services and named services, by HTTPS');
    network.endpointGroup?.addIngressRule(securityGroup, Port.tcp(443), groupDescription(`Instances of ${scope.node.path}`));
    const taskRole = new Role(scope, 'TaskRole', {
      assumedBy: new ServicePrincipal('tasks.apprunner.amazonaws.com'),
      description: `The code of ${scope.node.path}`.slice(0, 1_000),
    });
    acknowledgeGrants(taskRole);
    const service = createService(scope, settings, { cpu, memoryMiB, maxConcurrency, network, securityGroup, taskRole });
    for (const secret of Object.values(settings.container.secrets)) secret.grantRead(taskRole);
    const { connections } = securityGroup;
    const appRunner: AppRunnerParts = {
      resource: service,
      // `arn:…:service/<name>/<id>`
      serviceName: Fn.select(1, Fn.split('/', service.attrServiceArn)),
      serviceId: service.attrServiceId,
      url: `https://${service.attrServiceUrl}`,
    };
    return { taskRole, connections, network, appRunner, logGroups: network.logGroups };
  }
}

interface ServiceProps extends Required<AppRunnerOptions> {
  readonly network: NetworkParts;
  readonly securityGroup: SecurityGroup;
  readonly taskRole: Role;
}

function createService(scope: Construct, { container, scaling, image }: Settings, props: ServiceProps): CfnService {
  const { cpu, memoryMiB, maxConcurrency, network, securityGroup, taskRole } = props;
  const connector = new CfnVpcConnector(scope, 'VpcConnector', {
    subnets: network.vpc.selectSubnets(network.taskSubnets).subnetIds,
    securityGroups: [securityGroup.securityGroupId],
  });
  const autoScaling = new CfnAutoScalingConfiguration(scope, 'Scaling', {
    minSize: scaling.minTasks,
    maxSize: scaling.maxTasks,
    maxConcurrency,
  });
  const { healthCheck } = container;
  return new CfnService(scope, 'Service', {
    sourceConfiguration: {
      autoDeploymentsEnabled: false,
      ...source(scope, image.reference(scope, CpuArchitecture.X86_64), { container }),
    },
    instanceConfiguration: { cpu: String(cpu), memory: String(memoryMiB), instanceRoleArn: taskRole.roleArn },
    autoScalingConfigurationArn: autoScaling.attrAutoScalingConfigurationArn,
    healthCheckConfiguration: {
      protocol: 'HTTP',
      path: healthCheck.path,
      interval: healthCheck.interval.toSeconds(),
      timeout: 4,
      healthyThreshold: 1,
      unhealthyThreshold: 2,
    },
    networkConfiguration: {
      egressConfiguration: { egressType: 'VPC', vpcConnectorArn: connector.attrVpcConnectorArn },
      ingressConfiguration: { isPubliclyAccessible: true },
    },
  });
}

function source(
  scope: Construct,
  { identifier, repository }: ImageReference,
  { container }: Pick<Settings, 'container'>,
): Pick<CfnService.SourceConfigurationProperty, 'imageRepository' | 'authenticationConfiguration'> {
  const { port, environment, secrets, command } = container;
  const imageRepository: CfnService.ImageRepositoryProperty = {
    imageIdentifier: identifier,
    imageRepositoryType: repository === undefined ? 'ECR_PUBLIC' : 'ECR',
    imageConfiguration: {
      port: String(port),
      runtimeEnvironmentVariables: Object.entries(environment).map(([name, value]) => ({ name, value })),
      runtimeEnvironmentSecrets: Object.entries(secrets).map(([name, { arn: value }]) => ({ name, value })),
      ...(command === undefined ? {} : { startCommand: command.join(' ') }),
    },
  };
  if (repository === undefined) return { imageRepository };
  const accessRole = new Role(scope, 'AccessRole', { assumedBy: new ServicePrincipal('build.apprunner.amazonaws.com') });
  repository.grantPull(accessRole);
  const policy = accessRole.node.findChild('DefaultPolicy');
  acknowledge(policy, REGULATED, 'IAMNoInlinePolicy', 'The policy names one repository and is of use to this role only.');
  acknowledge(
    policy,
    ['AwsSolutions'],
    'IAM5[Resource::*]',
    'ecr:GetAuthorizationToken has no resources. It allows no image to be pulled.',
  );
  return { imageRepository, authenticationConfiguration: { accessRoleArn: accessRole.roleArn } };
}

/** Reports settings that App Runner does not have. */
function check(scope: Construct, settings: Settings, { cpu, memoryMiB, maxConcurrency }: Required<AppRunnerOptions>): void {
  const problems = new Problems(scope);
  const { exposure, deployment, telemetry, container, scaling } = settings;
  const { [cpu]: sizes } = MEMORY;
  if (!Token.isUnresolved(cpu) && sizes === undefined) problems.add('compute.cpu', cpu, `one of ${Object.keys(MEMORY).join(', ')}`);
  if (sizes !== undefined && !Token.isUnresolved(memoryMiB) && !sizes.includes(memoryMiB)) {
    problems.add('compute.memoryMiB', memoryMiB, `one of ${sizes.join(', ')}, with ${cpu} CPU units`);
  }
  if (
    !Token.isUnresolved(maxConcurrency) &&
    (!Number.isInteger(maxConcurrency) || maxConcurrency < 1 || maxConcurrency > MOST_CONCURRENT)
  ) {
    problems.add('compute.maxConcurrency', maxConcurrency, `a whole number from 1 to ${MOST_CONCURRENT}`);
  }
  if (!Token.isUnresolved(scaling.maxTasks) && scaling.maxTasks > MOST_INSTANCES) {
    problems.add('scaling.maxTasks', scaling.maxTasks, `at most ${MOST_INSTANCES} with App Runner`);
  }
  if (exposure.isAppRunnerEndpoint !== true) {
    problems.add('exposure', 'of a load balancer', 'Exposure.appRunnerEndpoint(): App Runner has no load balancer of yours');
  }
  for (const [property, isSet] of Object.entries({
    'deployment.blueGreen': deployment._bakeTime !== undefined,
    'deployment.migration': deployment._migration !== undefined,
    'telemetry.openTelemetry': telemetry.openTelemetry._collector !== undefined,
    'container.healthCheck.command': container.healthCheck.command !== undefined,
  })) {
    if (isSet) problems.add(property, 'set', 'none: App Runner does not have it. Use Compute.fargate()');
  }
}

function warn(scope: Construct): void {
  Annotations.of(scope).addWarningV2(
    'cdk-andamio:appRunnerClosed',
    `${scope.node.path}: App Runner has been closed to new customers since 30 April 2026: the deployment fails in an account that did not use it before. ` +
      'Its endpoint is public, its logs are not encrypted with your key, and the code can write to its root file system. Compute.fargate() has none of these limits.',
  );
}
