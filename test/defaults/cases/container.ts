import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Role } from 'aws-cdk-lib/aws-iam';
import {
  type AppRunnerOptions,
  type BlueGreenOptions,
  type CollectorOptions,
  Compute,
  ContainerImageSource,
  type ContainerSettings,
  type EndpointNetworkOptions,
  type ExistingNetworkOptions,
  Exposure,
  type FargateOptions,
  type ImageBuildOptions,
  type InternetDomain,
  type ISecureContainerService,
  OpenTelemetry,
  type ReleasedImageOptions,
  SecureContainerService,
  type SecureContainerServiceAttributes,
  type SecureContainerServiceProps,
  ServiceDeployment,
  type ServiceMigration,
  ServiceNetwork,
} from '../../../src';
import { certificate, containerService, IMAGE } from '../../secure-container-service/fixtures';
import { templateOf, testStack } from '../../synth';
import { temporaryFolder } from '../../temporary-folder';
import { bareApi } from '../../tenant-isolated-api/fixtures';
import { all, type Case, define, has, keptAsScopeSays, none } from './case';

const containers = (stack: Stack): Record<string, unknown>[] =>
  all(stack, 'AWS::ECS::TaskDefinition').flatMap(({ ContainerDefinitions }) => ContainerDefinitions as Record<string, unknown>[]);
const withoutProperty = (property: string) => (stack: Stack) => {
  expect(containers(stack)).toHaveLength(1);
  expect(containers(stack)[0]).not.toHaveProperty(property);
};
const collected = (stack: Stack, options?: CollectorOptions) =>
  containerService(stack, { telemetry: { openTelemetry: OpenTelemetry.adotSidecar(options) } });

function build(options: Partial<ImageBuildOptions>): ContainerImageSource {
  const folder = temporaryFolder('image');
  writeFileSync(join(folder, 'Dockerfile'), 'FROM public.ecr.aws/docker/library/node:24\n');
  return ContainerImageSource.directory(folder, options);
}

/** The image assets of the app of a stack, as the CDK builds them. */
function images(stack: Stack): Record<string, unknown>[] {
  const assembly = (stack.node.root as App).synth();
  const manifests = assembly.artifacts as unknown as {
    contents?: { dockerImages?: Record<string, { source: Record<string, unknown> }> };
  }[];
  return manifests.flatMap(({ contents }) => Object.values(contents?.dockerImages ?? {}).map(({ source }) => source));
}

function imported(stack: Stack, attributes: Partial<SecureContainerServiceAttributes> = {}): ISecureContainerService {
  return SecureContainerService.fromSecureContainerServiceAttributes(stack, 'Grades', {
    vpc: Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-a', 'subnet-b'] }),
    serviceName: 'grades',
    clusterName: 'schools',
    taskRole: Role.fromRoleName(stack, 'TaskRole', 'grades'),
    securityGroupId: 'sg-tasks',
    ...attributes,
  });
}

const behind = {
  loadBalancerArn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/grades/1234567890abcdef',
  loadBalancerSecurityGroupId: 'sg-balancer',
};

/** By the name of the interface. */
export const CONTAINER: Readonly<Record<string, Case>> = {
  AppRunnerOptions: define<AppRunnerOptions>({
    create: (stack, options) =>
      containerService(stack, { compute: Compute.appRunner('The account has it', options), exposure: Exposure.appRunnerEndpoint() }),
  }),
  BlueGreenOptions: define<BlueGreenOptions>({
    create: (stack, options) => containerService(stack, { deployment: ServiceDeployment.blueGreen(options) }),
  }),
  CollectorOptions: define<CollectorOptions>({
    create: collected,
    described: {
      image: (stack) => expect(containers(stack)[1].Image).toMatch(/aws-otel-collector:v0\.48\.0@sha256:/),
      serviceName: (stack) => {
        expect(containers(stack)[0].Environment).toContainEqual({
          Name: 'OTEL_SERVICE_NAME',
          Value: expect.stringMatching(/^Test-Grades-/),
        });
        const named = testStack();
        containerService(named, { name: 'grades', telemetry: { openTelemetry: OpenTelemetry.adotSidecar() } });
        expect(containers(named)[0].Environment).toContainEqual({ Name: 'OTEL_SERVICE_NAME', Value: 'grades' });
      },
    },
  }),
  ContainerHealthCheck: define({
    create: (stack, healthCheck) => containerService(stack, { container: { healthCheck } }),
    described: { command: withoutProperty('HealthCheck') },
  }),
  ContainerSettings: define<ContainerSettings>({
    create: (stack, container) => containerService(stack, { container }),
    described: { command: withoutProperty('Command') },
  }),
  DeploymentOptions: define({
    create: (stack, options) => containerService(stack, { deployment: ServiceDeployment.rolling(options) }),
    described: { migration: none('Custom::ServiceMigration') },
  }),
  EndpointNetworkOptions: define<EndpointNetworkOptions>({
    create: (stack, options) => containerService(stack, { network: ServiceNetwork.interfaceEndpoints(options) }),
  }),
  ExistingNetworkOptions: define<ExistingNetworkOptions>({
    create: (stack, options) => containerService(stack, { network: ServiceNetwork.existing(new Vpc(stack, 'Vpc'), options) }),
    described: {
      subnets: (stack) => {
        const [{ NetworkConfiguration }] = all(stack, 'AWS::ECS::Service');
        expect(JSON.stringify(NetworkConfiguration)).toContain('VpcPrivateSubnet1');
        const isolated = testStack();
        const vpc = new Vpc(isolated, 'Vpc', { natGateways: 0, subnetConfiguration: [{ name: 'Inner', subnetType: 'Isolated' as never }] });
        containerService(isolated, { network: ServiceNetwork.existing(vpc) });
        expect(JSON.stringify(all(isolated, 'AWS::ECS::Service'))).toContain('VpcInnerSubnet1');
      },
    },
  }),
  FargateOptions: define<FargateOptions>({
    create: (stack, options) => containerService(stack, { compute: Compute.fargate(options) }),
    described: { cluster: (stack) => expect(all(stack, 'AWS::ECS::Cluster')).toHaveLength(1) },
  }),
  FargateSpotOptions: define({ create: (stack, options) => containerService(stack, { compute: Compute.fargateSpot(options) }) }),
  ImageBuildOptions: define<ImageBuildOptions>({
    create: (stack, options) => containerService(stack, { image: build(options) }),
    described: {
      target: (stack) => expect(images(stack)).toEqual([expect.not.objectContaining({ dockerBuildTarget: expect.anything() })]),
    },
  }),
  InternetDomain: define<InternetDomain>({
    create: (stack, options) =>
      containerService(stack, {
        exposure: Exposure.internet({ domainName: 'grades.schools.example', certificate: certificate(stack), ...options }),
      }),
    described: { webAclArn: none('AWS::WAFv2::WebACLAssociation') },
  }),
  NewNetworkOptions: define({ create: (stack, options) => containerService(stack, { network: ServiceNetwork.natGateways(options) }) }),
  ReleasedImageOptions: define<ReleasedImageOptions>({
    create: (stack, options) => {
      const delivery = new Stack(stack.node.root as App, 'Delivery');
      const image = ContainerImageSource.released(new Repository(delivery, 'Repository'), { bootstrapImage: IMAGE, ...options });
      return { delivery, service: containerService(stack, { image }) };
    },
    described: {
      parameterName: (stack, { delivery }: { delivery: Stack }) => {
        const [{ Name }] = all(delivery, 'AWS::SSM::Parameter');
        expect(Object.values(templateOf(stack).toJSON().Parameters)).toContainEqual(expect.objectContaining({ Default: Name }));
      },
    },
  }),
  SecureContainerServiceAttributes: define<SecureContainerServiceAttributes>({
    create: (stack, attributes) => {
      const service = imported(stack, { ...behind, loadBalancerDnsName: 'internal.example', ...attributes });
      bareApi(stack).addRoute('ANY /grades', service);
      return service;
    },
    described: {
      domainName: has('AWS::ApiGateway::Method', { Integration: { Uri: 'http://internal.example:80/grades' } }),
      failedDeploymentsRuleName: (_, { failedDeploymentsRuleName }: ISecureContainerService) =>
        expect(failedDeploymentsRuleName).toBeUndefined(),
      loadBalancerArn: () => expect(imported(testStack()).loadBalancer).toBeUndefined(),
      loadBalancerDnsName: () => {
        const other = testStack();
        const service = imported(other, behind);
        expect(() => bareApi(other).addRoute('ANY /grades', service)).toThrow(/loadBalancerDnsName/);
      },
      loadBalancerSecurityGroupId: () => {
        const { loadBalancerArn } = behind;
        expect(() => imported(testStack(), { loadBalancerArn })).toThrow('missing loadBalancerSecurityGroupId');
      },
    },
  }),
  SecureContainerServiceProps: define<SecureContainerServiceProps>({
    create: (stack, props) => containerService(stack, props),
    described: {
      logRetention: (stack) => {
        const kept = all(stack, 'AWS::Logs::LogGroup').map(({ RetentionInDays }) => RetentionInDays);
        expect(kept.sort()).toEqual([30, 30, 90, 90]);
        keptAsScopeSays((other) => containerService(other));
      },
      name: (stack) => {
        const names = all(stack, 'AWS::Logs::LogGroup').flatMap(({ LogGroupName }) =>
          LogGroupName === undefined ? [] : [JSON.stringify(LogGroupName)],
        );
        // EventBridge writes to log groups with this prefix only.
        expect(names).toEqual([expect.stringContaining('/aws/events/Test-Grades-')]);
      },
    },
  }),
  ServiceEgress: define({ create: (stack, options) => containerService(stack, { network: ServiceNetwork.natGateways(options) }) }),
  ServiceMigration: define<ServiceMigration>({
    create: (stack, options) =>
      containerService(stack, { deployment: ServiceDeployment.rolling({ migration: { command: ['migrate'], ...options } }) }),
  }),
  ServiceScaling: define({ create: (stack, scaling) => containerService(stack, { scaling }) }),
  ServiceTelemetry: define({
    create: (stack, telemetry) => containerService(stack, { telemetry }),
  }),
};
