import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Secret as EnvironmentSecret } from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Compute, ContainerImageSource, Exposure, OpenTelemetry, type SecureContainerServiceProps, ServiceDeployment } from '../../src';
import { violations } from '../nag';
import { templateOf, testStack } from '../synth';
import { bareApi } from '../tenant-isolated-api/fixtures';
import { containerService, IMAGE } from './fixtures';

const WHY = 'The account has used App Runner since 2023';
const runner = { compute: Compute.appRunner(WHY), exposure: Exposure.appRunnerEndpoint() };
const image = (stack: ReturnType<typeof testStack>) =>
  ContainerImageSource.repository(Repository.fromRepositoryName(stack, 'Repository', 'grades'), '1.4.2');

function synthesized(props: Partial<SecureContainerServiceProps> = {}, stack = testStack()) {
  const service = containerService(stack, { ...runner, image: image(stack), ...props });
  return { service, stack, template: templateOf(stack) };
}

test('instances run the image on x86, connect through the VPC, and are checked by their path', () => {
  const { template, service } = synthesized();
  template.hasResourceProperties('AWS::AppRunner::Service', {
    SourceConfiguration: {
      AutoDeploymentsEnabled: false,
      AuthenticationConfiguration: { AccessRoleArn: Match.anyValue() },
      ImageRepository: { ImageRepositoryType: 'ECR', ImageConfiguration: { Port: '8080' } },
    },
    InstanceConfiguration: { Cpu: '1024', Memory: '2048', InstanceRoleArn: Match.anyValue() },
    HealthCheckConfiguration: { Protocol: 'HTTP', Path: '/health', Interval: 10 },
    NetworkConfiguration: { EgressConfiguration: { EgressType: 'VPC' } },
  });
  template.hasResourceProperties('AWS::AppRunner::AutoScalingConfiguration', { MinSize: 2, MaxSize: 10, MaxConcurrency: 100 });
  template.resourceCountIs('AWS::ECS::Service', 0);
  template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0);
  expect([service.service, service.taskDefinition, service.cluster, service.loadBalancer]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('an image of a public registry needs no role', () => {
  const { template } = synthesized({ image: ContainerImageSource.registry(IMAGE) });
  template.hasResourceProperties('AWS::AppRunner::Service', {
    SourceConfiguration: {
      AuthenticationConfiguration: Match.absent(),
      ImageRepository: { ImageIdentifier: IMAGE, ImageRepositoryType: 'ECR_PUBLIC' },
    },
  });
});

test('secrets are references, which the role of the code may read', () => {
  const stack = testStack();
  const secret = new Secret(stack, 'Secret');
  const { template } = synthesized({ container: { secrets: { KEY: EnvironmentSecret.fromSecretsManager(secret) } } }, stack);
  template.hasResourceProperties('AWS::AppRunner::Service', {
    SourceConfiguration: {
      ImageRepository: { ImageConfiguration: { RuntimeEnvironmentSecrets: [{ Name: 'KEY', Value: stack.resolve(secret.secretArn) }] } },
    },
  });
  expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain('secretsmanager:GetSecretValue');
});

test('a synthesis warns that App Runner is closed', () => {
  const { stack } = synthesized();
  Annotations.fromStack(stack).hasWarning(
    '/Test/Grades',
    Match.stringLikeRegexp('closed to new customers since 30 April 2026.*appRunnerClosed'),
  );
});

test('it needs an acknowledgement', () => {
  expect(() => Compute.appRunner(' ')).toThrow('Compute.appRunner: invalid reason " ": expected a sentence that a reviewer can agree with');
});

test('an API leads to its endpoint, with the same identity headers', () => {
  const stack = testStack();
  const service = containerService(stack, { ...runner, image: image(stack) });
  bareApi(stack).addRoute('ANY /grades/{proxy+}', service);
  const template = templateOf(stack);
  template.resourceCountIs('AWS::ApiGatewayV2::VpcLink', 0);
  template.hasResourceProperties('AWS::ApiGateway::Method', {
    Integration: {
      Type: 'HTTP_PROXY',
      Uri: {
        'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [Match.stringLikeRegexp('^GradesService'), 'ServiceUrl'] }, '/grades/{proxy}']],
      },
      RequestParameters: Match.objectLike({ 'integration.request.header.X-Tenant-Id': 'context.authorizer.tenantId' }),
    },
  });
});

test.each<[string, Partial<SecureContainerServiceProps>, string]>([
  [
    'a load balancer',
    { exposure: Exposure.internalPlaintext() },
    'invalid exposure "of a load balancer": expected Exposure.appRunnerEndpoint()',
  ],
  [
    'blue/green',
    { deployment: ServiceDeployment.blueGreen() },
    'invalid deployment.blueGreen "set": expected none: App Runner does not have it',
  ],
  ['a migration', { deployment: ServiceDeployment.rolling({ migration: { command: ['a'] } }) }, 'invalid deployment.migration'],
  ['a collector', { telemetry: { openTelemetry: OpenTelemetry.adotSidecar() } }, 'invalid telemetry.openTelemetry'],
  ['a health command', { container: { healthCheck: { command: ['CMD', 'a'] } } }, 'invalid container.healthCheck.command'],
  ['many instances', { scaling: { maxTasks: 100 } }, 'invalid scaling.maxTasks 100: expected at most 25 with App Runner'],
  ['CPU units', { compute: Compute.appRunner(WHY, { cpu: 300 }) }, 'invalid compute.cpu 300: expected one of 256, 512, 1024, 2048, 4096'],
  [
    'memory',
    { compute: Compute.appRunner(WHY, { memoryMiB: 512 }) },
    'invalid compute.memoryMiB 512: expected one of 2048, 3072, 4096, with 1024 CPU units',
  ],
  [
    'concurrency',
    { compute: Compute.appRunner(WHY, { maxConcurrency: 300 }) },
    'invalid compute.maxConcurrency 300: expected a whole number from 1 to 200',
  ],
])('%s is reported', (_, props, message) => {
  expect(() => synthesized(props)).toThrow(`Test/Grades: ${message}`);
});

test('its endpoint is nothing that other ways to run tasks have', () => {
  expect(() => containerService(testStack(), { exposure: Exposure.appRunnerEndpoint() })).toThrow(
    'Test/Grades: invalid exposure "appRunnerEndpoint": expected another one: only App Runner has an endpoint of its own',
  );
});

test('a released image is rejected, because its bootstrap image is of another registry', () => {
  const stack = testStack();
  const repository = Repository.fromRepositoryName(stack, 'Released', 'grades');
  const released = ContainerImageSource.released(repository, { bootstrapImage: IMAGE, parameterName: '/grades' });
  expect(() => synthesized({ image: released }, stack)).toThrow(
    'Test/Grades: invalid image "released": expected an image of a folder or a repository',
  );
});

test('metrics and alarms are those that App Runner has', () => {
  const { service, stack } = synthesized();
  expect(service.recommendedAlarms.map(({ name }) => name)).toEqual(['CpuUtilization', 'MemoryUtilization']);
  const metric = service.metrics.metricCpuUtilization();
  expect([metric.namespace, Object.keys(stack.resolve(metric.dimensions))]).toEqual(['AWS/AppRunner', ['ServiceName', 'ServiceID']]);
});

test('no rule pack finds anything', () => {
  const stack = testStack();
  containerService(stack, { ...runner, image: image(stack) });
  expect(violations(stack)).toEqual([]);
});
