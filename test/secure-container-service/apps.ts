import { Duration, Size, type Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { InterfaceVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import { ContainerInsights, Secret as EnvironmentSecret } from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  AppKey,
  Compute,
  ContainerImageSource,
  Exposure,
  LogDelivery,
  OpenTelemetry,
  SecureContainerService,
  ServiceDeployment,
  ServiceNetwork,
} from '../../src';
import { notified } from '../notified';
import { cleanApi } from '../tenant-isolated-api/apps';
import { IMAGE } from './fixtures';

export function minimal(stack: Stack): void {
  new SecureContainerService(stack, 'Grades', { image: ContainerImageSource.registry(IMAGE), exposure: Exposure.internalPlaintext() });
}

export function maximal(stack: Stack): void {
  const encryptionKey = AppKey.of(stack);
  const certificate = new Certificate(stack, 'Certificate', { domainName: 'grades.schools.example' });
  const secret = Secret.fromSecretNameV2(stack, 'Secret', 'grades');
  const service = new SecureContainerService(stack, 'Grades', {
    image: ContainerImageSource.registry(IMAGE),
    exposure: Exposure.internal({ domainName: 'grades.schools.example', certificate }),
    network: ServiceNetwork.interfaceEndpoints({
      services: [InterfaceVpcEndpointAwsService.STS, InterfaceVpcEndpointAwsService.SECRETS_MANAGER],
    }),
    compute: Compute.fargateSpot({ cpu: 1024, memoryMiB: 2048, base: 2 }),
    container: {
      port: 3000,
      environment: { TABLE_NAME: 'grades' },
      secrets: { SIGNING_KEY: EnvironmentSecret.fromSecretsManager(secret) },
      command: ['node', 'server.js'],
      healthCheck: { path: '/ready', command: ['CMD', 'node', 'healthy.js'], startPeriod: Duration.seconds(60) },
      user: '10001:10001',
      writablePaths: ['/var/cache/app'],
      requestTimeout: Duration.seconds(29),
      stopTimeout: Duration.seconds(60),
    },
    scaling: { minTasks: 3, maxTasks: 30, cpuPercent: 50, memoryPercent: 60 },
    deployment: ServiceDeployment.blueGreen({
      bakeTime: Duration.minutes(10),
      migration: { command: ['node', 'migrate.js'], timeout: Duration.minutes(5) },
    }),
    telemetry: {
      containerInsights: ContainerInsights.ENHANCED,
      logDelivery: LogDelivery.nonBlocking(Size.mebibytes(50)),
      openTelemetry: OpenTelemetry.adotSidecar({ namespace: 'Schools/Platform' }),
    },
    encryptionKey,
    name: 'grades',
  });
  cleanApi(stack).addRoute('ANY /grades/{proxy+}', service);
  const { alarms } = service;
  notified(stack, alarms.latency(), alarms.serverErrorShare(), alarms.unhealthyTasks(), alarms.failedDeployments());
}
