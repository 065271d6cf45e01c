import type { Template } from 'aws-cdk-lib/assertions';
import type { SecureContainerServiceProps } from '../../src';
import { keepsPromises } from '../promises';
import { logicalIds, scrubbed, templateOf, testStack } from '../synth';
import { minimal } from './apps';
import { containerService } from './fixtures';

function synthesized(props: Partial<SecureContainerServiceProps> = {}, stack = testStack()): Template {
  containerService(stack, props);
  return templateOf(stack);
}

const template = synthesized();
keepsPromises(minimal);

test('the smallest use is three lines: an image and an exposure', () => {
  const stack = testStack();
  minimal(stack);
  expect(templateOf(stack).toJSON()).toEqual(template.toJSON());
});

test('the code runs without root, without capabilities, and writes to /tmp only', () => {
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
    ContainerDefinitions: [
      {
        User: '1000',
        ReadonlyRootFilesystem: true,
        StopTimeout: 30,
        LinuxParameters: {
          Capabilities: { Drop: ['ALL'] },
          Tmpfs: [{ ContainerPath: '/tmp', MountOptions: ['noexec', 'nosuid', 'nodev'], Size: 64 }],
        },
        LogConfiguration: { Options: { mode: 'non-blocking', 'max-buffer-size': '26214400b' } },
      },
    ],
  });
});

test('nobody gets into a container, tasks are replaced one for one, and a version that fails is rolled back', () => {
  template.hasResourceProperties('AWS::ECS::Service', {
    EnableExecuteCommand: false,
    AvailabilityZoneRebalancing: 'ENABLED',
    HealthCheckGracePeriodSeconds: 30,
    NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    DeploymentConfiguration: {
      MinimumHealthyPercent: 100,
      MaximumPercent: 200,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    },
  });
});

test('the number of tasks is that of Application Auto Scaling, which no deployment sets back', () => {
  const [service] = Object.values(template.findResources('AWS::ECS::Service'));
  expect(service.Properties).not.toHaveProperty('DesiredCount');
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 2, MaxCapacity: 10 });
  const targets = Object.values(template.findResources('AWS::ApplicationAutoScaling::ScalingPolicy')).map(
    ({ Properties: { TargetTrackingScalingPolicyConfiguration: policy } }) => [
      policy.PredefinedMetricSpecification.PredefinedMetricType,
      policy.TargetValue,
    ],
  );
  expect(targets).toEqual([
    ['ECSServiceAverageCPUUtilization', 60],
    ['ECSServiceAverageMemoryUtilization', 75],
    ['ALBRequestCountPerTarget', 3_000],
  ]);
});

test('a task that stops has time for its requests: the load balancer waits for them, and only then may the task be killed', () => {
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    TargetGroupAttributes: [
      { Key: 'deregistration_delay.timeout_seconds', Value: '20' },
      { Key: 'stickiness.enabled', Value: 'false' },
    ],
  });
});

test('only the load balancer reaches the tasks, nobody reaches the load balancer, and outwards there is HTTPS', () => {
  const rules = (type: string) =>
    Object.values(template.findResources(type)).map(({ Properties: { FromPort, ToPort, IpProtocol } }) => [IpProtocol, FromPort, ToPort]);
  expect(rules('AWS::EC2::SecurityGroupIngress')).toEqual([['tcp', 8_080, 8_080]]);
  expect(rules('AWS::EC2::SecurityGroupEgress')).toEqual([['tcp', 8_080, 8_080]]);
  const [ingress] = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'));
  expect(ingress.Properties).toMatchObject({
    GroupId: { 'Fn::GetAtt': [expect.stringMatching(/^GradesTaskGroup/), 'GroupId'] },
    SourceSecurityGroupId: { 'Fn::GetAtt': [expect.stringMatching(/^GradesLoadBalancerGroup/), 'GroupId'] },
  });
  const inline = Object.values(template.findResources('AWS::EC2::SecurityGroup')).map(({ Properties }) => [
    Properties.SecurityGroupIngress ?? [],
    Properties.SecurityGroupEgress ?? [],
  ]);
  expect(inline).toEqual([
    [[], [expect.objectContaining({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 })]],
    [[], []],
  ]);
});

test('the load balancer is internal, drops invalid headers, and is protected from deletion', () => {
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    Scheme: 'internal',
    LoadBalancerAttributes: [
      { Key: 'deletion_protection.enabled', Value: 'true' },
      { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
    ],
  });
});

test('requests, task states, service events and deployments are logged', () => {
  template.hasResourceProperties('AWS::Logs::DeliverySource', { LogType: 'ALB_ACCESS_LOGS' });
  template.hasResourceProperties('AWS::Logs::DeliveryDestination', { DeliveryDestinationType: 'CWL', OutputFormat: 'json' });
  template.resourceCountIs('AWS::Logs::Delivery', 1);
  const patterns = Object.values(template.findResources('AWS::Events::Rule')).map(
    ({ Properties }) => Properties.EventPattern['detail-type'][0],
  );
  expect(patterns.sort()).toEqual([
    'ECS Deployment State Change',
    'ECS Deployment State Change',
    'ECS Service Action',
    'ECS Task State Change',
  ]);
});

test('S3 and DynamoDB are reached by gateway endpoints', () => {
  const services = Object.values(template.findResources('AWS::EC2::VPCEndpoint')).map(({ Properties }) =>
    JSON.stringify(Properties.ServiceName),
  );
  expect(services).toEqual([expect.stringContaining('.s3"'), expect.stringContaining('.dynamodb"')]);
});

test('the code has no permission until it is granted one', () => {
  const roles = JSON.stringify(template.findResources('AWS::IAM::Policy'));
  expect(roles).not.toContain('GradesTaskRole');
});

test('the logical ids of the logs never change: a new id is a new log group', () => {
  expect(logicalIds(template, 'AWS::Logs::LogGroup')).toEqual([
    'GradesAccessLogsFF1EBA4C',
    'GradesEventLogs66F36175',
    'GradesFlowLogs1CA7D074',
    'GradesLogsA041F376',
  ]);
});

test('the default shape', () => {
  expect(scrubbed(template)).toMatchSnapshot();
});
