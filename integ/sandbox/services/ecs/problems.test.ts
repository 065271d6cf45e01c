import type { Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { loadAssembly } from '../../assembly';
import { assess } from '../../coverage';
import { resourceTypes } from '..';
import { problemsOf } from './problems';
import { readService } from './scheduling/service-definition';
import { placeOf } from './tasks/secrets';
import { clusterOf, probeTask, synthesize } from './testing';

/** What cannot run in a service of the probe that is changed. */
function problems(change: (task: ecs.CfnTaskDefinition, service: ecs.CfnService) => void): string[] {
  const assembly = loadAssembly(
    synthesize((stack: Stack) => {
      const { cluster } = clusterOf(stack);
      const taskDefinition = probeTask(stack, 'Task');
      const service = new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, assignPublicIp: true });
      change(taskDefinition.node.defaultChild as ecs.CfnTaskDefinition, service.node.findChild('Service') as ecs.CfnService);
    }),
    resourceTypes,
  );
  const { problems: names } = assess(assembly, resourceTypes);
  return [...names, ...problemsOf(assembly, { hosts: new Map(), images: new Map() }).map(({ message }) => message)];
}

test('a service that runs has no problems', () => {
  expect(problems(() => undefined)).toEqual([]);
});

test.each<[string, (task: ecs.CfnTaskDefinition, service: ecs.CfnService) => void, RegExp]>([
  [
    'another network mode',
    (task) => task.addPropertyOverride('NetworkMode', 'bridge'),
    /TaskDefinition.NetworkMode is bridge: only awsvpc runs here/,
  ],
  [
    'another log driver',
    (task) => task.addPropertyOverride('ContainerDefinitions.0.LogConfiguration.LogDriver', 'awsfirelens'),
    /LogConfiguration.LogDriver is awsfirelens: only awslogs/,
  ],
  [
    'privileged containers',
    (task) => task.addPropertyOverride('ContainerDefinitions.0.Privileged', true),
    /ContainerDefinitions.Privileged is not supported/,
  ],
  [
    'EFS',
    (task) => task.addPropertyOverride('Volumes', [{ Name: 'v', EFSVolumeConfiguration: { FilesystemId: 'fs-1' } }]),
    /Volumes.EFSVolumeConfiguration is not supported/,
  ],
  [
    'a stop timeout beyond that of Fargate',
    (task) => task.addPropertyOverride('ContainerDefinitions.0.StopTimeout', 121),
    /StopTimeout is 121: it must be a number of seconds from 0 to 120/,
  ],
  [
    'a mount of a volume that does not exist',
    (task) => task.addPropertyOverride('ContainerDefinitions.0.MountPoints', [{ SourceVolume: 'v', ContainerPath: '/v' }]),
    /names the volume v, which the task does not have/,
  ],
  [
    'a wait for health without a check',
    (task) => task.addPropertyOverride('ContainerDefinitions.0.DependsOn', [{ ContainerName: 'web', Condition: 'HEALTHY' }]),
    /waits for web to be healthy, which has no health check in the task definition/,
  ],
  [
    'container instances',
    (_, service) => service.addPropertyOverride('LaunchType', 'EC2'),
    /Service.LaunchType is EC2: only FARGATE runs here/,
  ],
  [
    'traffic that is shifted step by step',
    (_, service) => service.addPropertyOverride('DeploymentConfiguration.Strategy', 'CANARY'),
    /DeploymentConfiguration.Strategy is CANARY: only ROLLING and BLUE_GREEN run here/,
  ],
  [
    'blue/green deployments without a second target group',
    (_, service) => service.addPropertyOverride('DeploymentConfiguration.Strategy', 'BLUE_GREEN'),
    /Service.LoadBalancers must be one with an AdvancedConfiguration for BLUE_GREEN: its alternate target group and its production listener rule/,
  ],
  [
    'hooks of a deployment',
    (_, service) => service.addPropertyOverride('DeploymentConfiguration.LifecycleHooks', [{ HookTargetArn: 'arn:aws:lambda:x' }]),
    /Service.DeploymentConfiguration.LifecycleHooks is not supported/,
  ],
  [
    'Service Connect',
    (_, service) => service.addPropertyOverride('ServiceConnectConfiguration', { Enabled: true }),
    /Service.ServiceConnectConfiguration is not supported/,
  ],
  [
    'percentages between which nothing can be replaced',
    (_, service) => service.addPropertyOverride('DeploymentConfiguration', { MinimumHealthyPercent: 100, MaximumPercent: 100 }),
    /MinimumHealthyPercent 100 and MaximumPercent 100/,
  ],
])('%s: rejected by name', (_, change, message) => {
  expect(problems(change)).toEqual([expect.stringMatching(message)]);
});

// documented: "How the Amazon ECS deployment circuit breaker detects failures"
test.each([
  [1, undefined, 3],
  [25, undefined, 13],
  [1000, undefined, 200],
  [10, { Type: 'COUNT', Value: 1 }, 1],
  [10, { Type: 'BOUNDED_PERCENT', Value: 10 }, 3],
  [10, { Type: 'UNBOUNDED_PERCENT', Value: 10 }, 1],
])('with %d tasks and the threshold %j, a deployment fails after %d failed tasks', (desired, ThresholdConfiguration, expected) => {
  const assembly = loadAssembly(
    synthesize((stack) => {
      const { cluster } = clusterOf(stack);
      const service = new ecs.FargateService(stack, 'Service', { cluster, taskDefinition: probeTask(stack, 'Task'), assignPublicIp: true });
      (service.node.findChild('Service') as ecs.CfnService).addPropertyOverride('DeploymentConfiguration.DeploymentCircuitBreaker', {
        Enable: true,
        Rollback: true,
        ThresholdConfiguration,
      });
    }),
    resourceTypes,
  );
  const [resource] = assembly.ofType('AWS::ECS::Service');
  expect(readService(assembly, resource).circuitBreaker?.threshold(desired)).toBe(expected);
});

// documented: "Pass Secrets Manager secrets through Amazon ECS environment variables", "… Systems Manager parameters …"
test.each([
  [
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf',
    { SecretId: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf' },
    undefined,
  ],
  [
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf:user::',
    { SecretId: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf' },
    'user',
  ],
  [
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf:user:AWSPREVIOUS:',
    { SecretId: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf', VersionStage: 'AWSPREVIOUS' },
    'user',
  ],
  ['arn:aws:ssm:us-east-1:123456789012:parameter/shop/mode', { Names: ['/shop/mode'], WithDecryption: true }, undefined],
  ['arn:aws:ssm:us-east-1:123456789012:parameter/mode', { Names: ['mode'], WithDecryption: true }, undefined],
  ['mode', { Names: ['mode'], WithDecryption: true }, undefined],
])('the secret %s is read with %j', (valueFrom, input, key) => {
  expect(placeOf(valueFrom)).toMatchObject({ input, ...(key === undefined ? {} : { key }) });
});
