import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, CfnParameter, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { type CfnSecurityGroup, InterfaceVpcEndpointAwsService, Peer, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Cluster, ContainerInsights, CpuArchitecture, Secret as EnvironmentSecret } from 'aws-cdk-lib/aws-ecs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  AccessLogs,
  CollectorMetrics,
  type CollectorOptions,
  Compute,
  ContainerImageSource,
  DataDestruction,
  Exposure,
  LogDelivery,
  OpenTelemetry,
  type SecureContainerServiceProps,
  ServiceDeployment,
  ServiceNetwork,
} from '../../src';
import { logicalIds, policiesIn, templateOf, testApp, testStack } from '../synth';
import { temporaryFolder } from '../temporary-folder';
import { bareApi } from '../tenant-isolated-api/fixtures';
import { certificate, containerService, IMAGE } from './fixtures';

const env = { account: '123456789012', region: 'us-east-1' };

function synthesized(props: Partial<SecureContainerServiceProps>, stack = testStack()): Template {
  containerService(stack, props);
  return templateOf(stack);
}

const containerOf = (template: Template) =>
  Object.values(template.findResources('AWS::ECS::TaskDefinition'))[0].Properties.ContainerDefinitions[0];
const propertiesOf = (template: Template, type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties);

describe('exposure', () => {
  const domain = (stack: Stack) => ({ domainName: 'grades.schools.example', certificate: certificate(stack) });

  test('internal: TLS 1.3 with the certificate, and nobody may connect', () => {
    const stack = testStack();
    const template = synthesized({ exposure: Exposure.internal(domain(stack)) }, stack);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      Certificates: [{ CertificateArn: Match.stringLikeRegexp('^arn:aws:acm') }],
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' });
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  });

  test('internet: a public load balancer in the public subnets, which redirects HTTP', () => {
    const stack = testStack();
    const template = synthesized({ exposure: Exposure.internet(domain(stack)) }, stack);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Scheme: 'internet-facing',
      Subnets: [{ Ref: Match.stringLikeRegexp('PublicSubnet1') }, { Ref: Match.stringLikeRegexp('PublicSubnet2') }],
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }],
    });
    const open = propertiesOf(template, 'AWS::EC2::SecurityGroup').flatMap(({ SecurityGroupIngress = [] }) => SecurityGroupIngress);
    expect(open.map(({ CidrIp, FromPort }: { CidrIp: string; FromPort: number }) => [CidrIp, FromPort])).toEqual([
      ['0.0.0.0/0', 443],
      ['0.0.0.0/0', 80],
    ]);
    // Tasks stay in private subnets.
    template.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [{ Ref: Match.stringLikeRegexp('TasksSubnet1') }, Match.anyValue()] } },
    });
  });

  test.each([
    ['in plain text', 80, 'http-only'],
    ['with TLS', 443, 'https-only'],
  ])('behindCloudFront %s: an internal load balancer that admits the security group of VPC origins only', (_, port, policy) => {
    const stack = testStack();
    const service = containerService(stack, { exposure: Exposure.behindCloudFront(port === 443 ? domain(stack) : undefined) });
    const template = templateOf(stack);
    expect(service.vpcOrigin).toBeDefined();
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' });
    template.hasResourceProperties('AWS::CloudFront::VpcOrigin', { VpcOriginEndpointConfig: { OriginProtocolPolicy: policy } });
    const [finder] = logicalIds(template, 'Custom::CloudFrontGroup');
    template.hasResource('Custom::CloudFrontGroup', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('^GradesVpcOrigin')]) });
    const entries = propertiesOf(template, 'AWS::EC2::SecurityGroupIngress').filter(({ GroupId }) =>
      JSON.stringify(GroupId).includes('LoadBalancerGroup'),
    );
    expect(entries).toEqual([
      expect.objectContaining({ FromPort: port, ToPort: port, SourceSecurityGroupId: { 'Fn::GetAtt': [finder, 'GroupId'] } }),
    ]);
  });

  test('none: no load balancer, and no security group admits anyone', () => {
    const stack = testStack();
    const worker = containerService(stack, { exposure: Exposure.none() });
    const template = templateOf(stack);
    expect([worker.loadBalancer, worker.listener, worker.vpcOrigin, worker.targetGroupFullNames]).toEqual([
      undefined,
      undefined,
      undefined,
      [],
    ]);
    for (const type of ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::EC2::SecurityGroupIngress', 'AWS::Logs::Delivery']) {
      template.resourceCountIs(type, 0);
    }
    expect(propertiesOf(template, 'AWS::EC2::SecurityGroup').map(({ SecurityGroupIngress }) => SecurityGroupIngress)).toEqual([undefined]);
    expect(propertiesOf(template, 'AWS::ECS::Service')[0]).not.toHaveProperty('HealthCheckGracePeriodSeconds');
  });
});

describe('network', () => {
  test('interface endpoints: no NAT gateway, no route to the internet from tasks, and only their subnets reach the endpoints', () => {
    const services = [InterfaceVpcEndpointAwsService.STS];
    const template = synthesized({ network: ServiceNetwork.interfaceEndpoints({ services }) });
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    const names = propertiesOf(template, 'AWS::EC2::VPCEndpoint').map(
      ({ VpcEndpointType, ServiceName }) => `${VpcEndpointType} ${JSON.stringify(ServiceName)}`,
    );
    for (const name of ['ecr.api', 'ecr.dkr', 'logs', 'sts'])
      expect(names).toContainEqual(expect.stringMatching(`^Interface .*\\.${name}"`));
    expect(names.filter((name) => name.startsWith('Gateway'))).toHaveLength(2);
    const routes = propertiesOf(template, 'AWS::EC2::Route').map(({ RouteTableId }) => JSON.stringify(RouteTableId));
    expect(routes.filter((table) => table.includes('Tasks'))).toEqual([]);
    const [endpoints] = logicalIds(template, 'AWS::EC2::SecurityGroup').filter((id) => id.startsWith('GradesEndpointGroup'));
    const entries = propertiesOf(template, 'AWS::EC2::SecurityGroupIngress').filter(({ GroupId }) =>
      JSON.stringify(GroupId).includes(endpoints),
    );
    expect(entries).toEqual([
      expect.objectContaining({
        FromPort: 443,
        ToPort: 443,
        SourceSecurityGroupId: { 'Fn::GetAtt': [expect.stringMatching(/^GradesTaskGroup/), 'GroupId'] },
      }),
    ]);
    expect(template.findResources('AWS::EC2::SecurityGroup')[endpoints].Properties).not.toHaveProperty('SecurityGroupIngress');
  });

  test('the endpoints of a network admit each service that shares it', () => {
    const stack = testStack();
    const grades = containerService(stack, { network: ServiceNetwork.interfaceEndpoints() });
    containerService(stack, { network: grades.network }, 'Marks');
    const sources = propertiesOf(templateOf(stack), 'AWS::EC2::SecurityGroupIngress')
      .filter(({ GroupId }) => JSON.stringify(GroupId).includes('GradesEndpointGroup'))
      .map(({ SourceSecurityGroupId }) => SourceSecurityGroupId['Fn::GetAtt'][0]);
    expect(sources).toEqual([expect.stringMatching(/^GradesTaskGroup/), expect.stringMatching(/^MarksTaskGroup/)]);
  });

  test('a VPC of two services has one set of gateways', () => {
    const stack = testStack();
    const grades = containerService(stack);
    containerService(stack, { network: grades.network }, 'Marks');
    const template = templateOf(stack);
    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::EC2::NatGateway', 2);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('a VPC of this app without gateway endpoints brings a warning that can be acknowledged', () => {
    const stack = testStack();
    containerService(stack, { network: ServiceNetwork.existing(new Vpc(stack, 'Vpc')) });
    stack.node.root.node.validate();
    templateOf(stack);
    Annotations.fromStack(stack).hasWarning(
      '*',
      Match.stringLikeRegexp('Test/Vpc has no gateway endpoint for s3 and dynamodb.*vpcWithoutGatewayEndpoints'),
    );
  });

  test('what tasks may connect to is narrowed to what is named, and opened one by one', () => {
    const stack = testStack();
    const service = containerService(stack, { network: ServiceNetwork.natGateways({ httpsTo: [Peer.prefixList('pl-63a5400a')] }) });
    const database = new SecurityGroup(stack, 'Database', { vpc: service.vpc });
    service.connections.allowTo(database, Port.tcp(5432));
    const template = templateOf(stack);
    const [tasks] = logicalIds(template, 'AWS::EC2::SecurityGroup').filter((id) => id.startsWith('GradesTaskGroup'));
    const egress = propertiesOf(template, 'AWS::EC2::SecurityGroupEgress').filter(({ GroupId }) => JSON.stringify(GroupId).includes(tasks));
    expect(egress.map(({ FromPort, DestinationPrefixListId }) => [FromPort, DestinationPrefixListId])).toEqual([
      [443, 'pl-63a5400a'],
      [5432, undefined],
    ]);
    expect(template.findResources('AWS::EC2::SecurityGroup')[tasks].Properties).not.toHaveProperty('SecurityGroupEgress');
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      FromPort: 5432,
      DestinationSecurityGroupId: stack.resolve((database.node.defaultChild as CfnSecurityGroup).attrGroupId),
    });
  });
});

test('descriptions of security groups have the characters that EC2 accepts, whatever a construct is called', () => {
  const stack = testStack();
  const service = containerService(stack, { network: ServiceNetwork.interfaceEndpoints() }, "Teacher's «Grades»");
  bareApi(stack).addRoute('ANY /grades', service);
  const template = templateOf(stack);
  const groups = propertiesOf(template, 'AWS::EC2::SecurityGroup');
  const rules = ['Ingress', 'Egress'].flatMap((way) => [
    ...propertiesOf(template, `AWS::EC2::SecurityGroup${way}`),
    ...groups.flatMap((group) => group[`SecurityGroup${way}`] ?? []),
  ]);
  expect(groups.length).toBeGreaterThan(3);
  for (const text of [...groups.map(({ GroupDescription }) => GroupDescription), ...rules.map(({ Description }) => Description)]) {
    expect(text).toMatch(/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
  }
});

describe('compute', () => {
  test('spare capacity above a base on demand', () => {
    const template = synthesized({ compute: Compute.fargateSpot({ base: 3 }) });
    template.hasResourceProperties('AWS::ECS::Service', {
      LaunchType: Match.absent(),
      CapacityProviderStrategy: [
        { CapacityProvider: 'FARGATE', Base: 3, Weight: 0 },
        { CapacityProvider: 'FARGATE_SPOT', Weight: 1 },
      ],
    });
    template.resourceCountIs('AWS::ECS::ClusterCapacityProviderAssociations', 1);
  });

  test('x86, another size, and a cluster of your own', () => {
    const stack = testStack();
    const vpc = new Vpc(stack, 'Vpc');
    const cluster = new Cluster(stack, 'Cluster', { vpc });
    const compute = Compute.fargate({ cpu: 1024, memoryMiB: 4096, architecture: CpuArchitecture.X86_64, cluster });
    const template = synthesized({ compute, network: ServiceNetwork.existing(vpc) }, stack);
    template.resourceCountIs('AWS::ECS::Cluster', 1);
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: '1024',
      Memory: '4096',
      RuntimePlatform: { CpuArchitecture: 'X86_64' },
    });
  });
});

describe('container', () => {
  test('secrets are references, which ECS may read and the code may not', () => {
    const stack = testStack();
    const secret = Secret.fromSecretNameV2(stack, 'Secret', 'grades');
    const parameter = StringParameter.fromSecureStringParameterAttributes(stack, 'Parameter', { parameterName: '/grades/url' });
    const secrets = { KEY: EnvironmentSecret.fromSecretsManager(secret, 'key'), URL: EnvironmentSecret.fromSsmParameter(parameter) };
    const template = synthesized({ container: { secrets } }, stack);
    expect(containerOf(template).Secrets.map(({ Name }: { Name: string }) => Name)).toEqual(['KEY', 'URL']);
    expect(containerOf(template).Environment).toEqual([{ Name: 'PORT', Value: '8080' }]);
    const readers = Object.values(policiesIn(template)).filter(({ Properties }) =>
      JSON.stringify(Properties.PolicyDocument).includes('GetSecretValue'),
    );
    expect(readers.map(({ Properties }) => JSON.stringify(Properties.Roles))).toEqual([expect.stringContaining('ExecutionRole')]);
  });

  test('all settings arrive', () => {
    const template = synthesized({
      container: {
        port: 3000,
        environment: { TABLE_NAME: 'grades' },
        command: ['node', 'server.js'],
        healthCheck: {
          path: '/ready',
          command: ['CMD', 'node', 'healthy.js'],
          interval: Duration.seconds(20),
          startPeriod: Duration.seconds(60),
        },
        user: '10001:10001',
        writablePaths: ['/var/cache/app'],
        requestTimeout: Duration.seconds(40),
        stopTimeout: Duration.seconds(60),
      },
    });
    expect(containerOf(template)).toMatchObject({
      Command: ['node', 'server.js'],
      Environment: [
        { Name: 'TABLE_NAME', Value: 'grades' },
        { Name: 'PORT', Value: '3000' },
      ],
      HealthCheck: { Command: ['CMD', 'node', 'healthy.js'], Interval: 20, Retries: 2, StartPeriod: 60 },
      LinuxParameters: { Tmpfs: [{ ContainerPath: '/tmp' }, { ContainerPath: '/var/cache/app' }] },
      PortMappings: [{ ContainerPort: 3000 }],
      StopTimeout: 60,
      User: '10001:10001',
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Port: 3000,
      HealthCheckPath: '/ready',
      HealthCheckIntervalSeconds: 20,
    });
    template.hasResourceProperties('AWS::ECS::Service', { HealthCheckGracePeriodSeconds: 60 });
  });
});

describe('telemetry', () => {
  test.each([
    [ContainerInsights.ENABLED, 'enabled'],
    [ContainerInsights.ENHANCED, 'enhanced'],
  ])('Container Insights: %s', (containerInsights, Value) => {
    synthesized({ telemetry: { containerInsights } }).hasResourceProperties('AWS::ECS::Cluster', {
      ClusterSettings: [{ Name: 'containerInsights', Value }],
    });
  });

  test('log lines that must not be lost block the code, and the mode is written', () => {
    const { Options } = containerOf(synthesized({ telemetry: { logDelivery: LogDelivery.blocking() } })).LogConfiguration;
    expect(Options).toMatchObject({ mode: 'blocking' });
    expect(Options).not.toHaveProperty('max-buffer-size');
  });

  test('access logs in a bucket', () => {
    const stack = testStack({ env });
    const template = synthesized({ telemetry: { accessLogs: AccessLogs.bucket(new Bucket(stack, 'Bucket'), 'grades') } }, stack);
    template.resourceCountIs('AWS::Logs::Delivery', 0);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: Match.arrayWith([
        { Key: 'access_logs.s3.enabled', Value: 'true' },
        { Key: 'access_logs.s3.prefix', Value: 'grades' },
      ]),
    });
  });

  test('names of log groups that people look for', () => {
    const names = propertiesOf(synthesized({ name: 'luca-platform' }), 'AWS::Logs::LogGroup').map(({ LogGroupName }) => LogGroupName);
    expect(names.sort()).toEqual([
      '/aws/ecs/luca-platform/application',
      '/aws/elasticloadbalancing/luca-platform/access',
      '/aws/events/luca-platform/ecs',
      '/aws/vpc/luca-platform/rejected',
    ]);
  });
});

test('where data may be destroyed, logs go with the service, and the load balancer is not protected', () => {
  const stack = testStack();
  DataDestruction.allow(stack);
  const template = synthesized({ removalPolicy: RemovalPolicy.DESTROY }, stack);
  for (const { DeletionPolicy } of Object.values(template.findResources('AWS::Logs::LogGroup'))) expect(DeletionPolicy).toBe('Delete');
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value: 'false' }]),
  });
});

describe('deployment', () => {
  test('blue/green: two target groups that one rule leads to, and requests are not counted for scaling', () => {
    const template = synthesized({ deployment: ServiceDeployment.blueGreen({ bakeTime: Duration.minutes(15) }) });
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::TargetGroup', 2);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    });
    const [rule] = logicalIds(template, 'AWS::ElasticLoadBalancingV2::ListenerRule');
    template.hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: {
        Strategy: 'BLUE_GREEN',
        BakeTimeInMinutes: 15,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
      LoadBalancers: [
        {
          TargetGroupArn: { Ref: Match.stringLikeRegexp('^GradesBlue') },
          AdvancedConfiguration: {
            AlternateTargetGroupArn: { Ref: Match.stringLikeRegexp('^GradesGreen') },
            ProductionListenerRule: { Ref: rule },
          },
        },
      ],
    });
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 2);
  });

  test('a migration runs in the image of the new version, before the service changes', () => {
    const template = synthesized({
      deployment: ServiceDeployment.rolling({ migration: { command: ['node', 'migrate.js'], timeout: Duration.minutes(5) } }),
    });
    const [migration] = logicalIds(template, 'Custom::ServiceMigration');
    const [task] = logicalIds(template, 'AWS::ECS::TaskDefinition');
    template.hasResourceProperties('Custom::ServiceMigration', {
      TaskDefinition: { Ref: task },
      Command: ['node', 'migrate.js'],
      TimeoutSeconds: 300,
      ServiceTimeout: '420',
    });
    template.hasResource('AWS::ECS::Service', { DependsOn: Match.arrayWith([migration]), Properties: { TaskDefinition: { Ref: task } } });
    const runner = Object.values(policiesIn(template)).find(({ Properties }) =>
      JSON.stringify(Properties.PolicyDocument).includes('ecs:RunTask'),
    );
    const statements: { Action: string | string[]; Resource: unknown; Condition?: unknown }[] = runner?.Properties.PolicyDocument.Statement;
    expect(statements.map(({ Action }) => Action)).toEqual(
      expect.arrayContaining(['ecs:RunTask', ['ecs:DescribeTasks', 'ecs:StopTask'], 'iam:PassRole', 'cloudformation:DescribeStacks']),
    );
    expect(statements.find(({ Action }) => Action === 'iam:PassRole')?.Condition).toEqual({
      StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    });
    expect(statements.find(({ Action }) => Action === 'ecs:RunTask')?.Condition).toEqual({
      ArnEquals: { 'ecs:cluster': { 'Fn::GetAtt': [expect.stringMatching(/^GradesCluster/), 'Arn'] } },
    });
  });
});

describe('images', () => {
  test('of a folder: an asset for the architecture of the service', () => {
    const folder = temporaryFolder('image');
    writeFileSync(join(folder, 'Dockerfile'), 'FROM public.ecr.aws/docker/library/node:24\n');
    const stack = testStack();
    containerService(stack, { image: ContainerImageSource.directory(folder, { buildArgs: { VERSION: '1' } }) });
    expect(JSON.stringify(containerOf(templateOf(stack)).Image)).toContain('container-assets');
    const assembly = (stack.node.root as App).synth();
    const manifest = JSON.stringify(assembly.manifest) + JSON.stringify(assembly.stacks[0].assets);
    const assets = Object.values(
      (assembly.artifacts.find(({ id }) => id === 'Test.assets') as unknown as { contents: { dockerImages: object } }).contents
        .dockerImages,
    );
    expect(manifest).toBeTruthy();
    expect(assets).toEqual([
      expect.objectContaining({ source: expect.objectContaining({ platform: 'linux/arm64', dockerBuildArgs: { VERSION: '1' } }) }),
    ]);
  });

  test('of a repository, by tag or digest', () => {
    for (const [name, image] of [
      ['1.4.2', ':1.4.2'],
      [IMAGE.split('@')[1], `@${IMAGE.split('@')[1]}`],
    ]) {
      const stack = testStack();
      containerService(stack, { image: ContainerImageSource.repository(new Repository(stack, 'Repository'), name) });
      expect(JSON.stringify(containerOf(templateOf(stack)).Image)).toContain(`"${image}"`);
    }
  });

  describe('released', () => {
    function twoStacks() {
      const app = testApp();
      const delivery = new Stack(app, 'Delivery', { env });
      const platform = new Stack(app, 'Platform', { env });
      const repository = new Repository(delivery, 'Repository');
      containerService(platform, { image: ContainerImageSource.released(repository, { bootstrapImage: IMAGE }) });
      return { app, delivery, platform };
    }

    test('the digest comes from a parameter beside the repository, which is none until the first release', () => {
      const { delivery, platform } = twoStacks();
      const [parameter] = propertiesOf(templateOf(delivery), 'AWS::SSM::Parameter');
      expect(parameter).toMatchObject({ Value: 'none', Type: 'String' });
      const { Parameters, Conditions } = templateOf(platform).toJSON();
      const [[digest, declared], ...others] = Object.entries<{ Type: string; Default: string }>(Parameters).filter(
        ([id]) => id !== 'BootstrapVersion',
      );
      expect(others).toEqual([]);
      expect(declared).toMatchObject({ Type: 'AWS::SSM::Parameter::Value<String>', Default: parameter.Name });
      const [[condition, expression]] = Object.entries(Conditions);
      expect(expression).toEqual({ 'Fn::Not': [{ 'Fn::Equals': [{ Ref: digest }, 'none'] }] });
      const { Image } = containerOf(templateOf(platform));
      expect(Image).toEqual({ 'Fn::If': [condition, expect.anything(), IMAGE] });
      expect(JSON.stringify(Image)).toContain(`"@",{"Ref":"${digest}"}`);
    });

    test('the parameter is there before the service, and a deployment of its stack never changes it', () => {
      const { app, delivery, platform } = twoStacks();
      app.synth();
      expect(platform.dependencies).toContain(delivery);
      expect(Object.values(templateOf(delivery).findResources('AWS::SSM::Parameter'))[0].DeletionPolicy).toBe('Retain');
    });

    test('or of a parameter that exists', () => {
      const stack = testStack();
      const repository = Repository.fromRepositoryName(stack, 'Repository', 'grades');
      containerService(stack, {
        image: ContainerImageSource.released(repository, { bootstrapImage: IMAGE, parameterName: '/grades/released' }),
      });
      expect(Object.values(templateOf(stack).toJSON().Parameters)).toContainEqual(
        expect.objectContaining({ Type: 'AWS::SSM::Parameter::Value<String>', Default: '/grades/released' }),
      );
    });
  });
});

test('values that are known only at deployment are accepted', () => {
  const stack = testStack();
  const number = (id: string) => new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;
  const text = (id: string) => new CfnParameter(stack, id).valueAsString;
  const template = synthesized(
    {
      image: ContainerImageSource.registry(text('Image')),
      exposure: Exposure.internal({ domainName: text('DomainName'), certificate: certificate(stack, text('CertificateArn')) }),
      container: {
        port: number('Port'),
        user: text('User'),
        environment: { TABLE_NAME: text('Table') },
        healthCheck: { path: text('Path') },
      },
      scaling: { minTasks: number('Min'), maxTasks: number('Max'), cpuPercent: number('Cpu') },
      name: text('Name'),
    },
    stack,
  );
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
    MinCapacity: { Ref: 'Min' },
    MaxCapacity: { Ref: 'Max' },
  });
});

test('metrics have the dimensions of the service, its load balancer and its rule', () => {
  const stack = testStack();
  const { metrics } = containerService(stack);
  const dimensions = (metric: { dimensions?: object }) => stack.resolve(metric.dimensions);
  expect(Object.keys(dimensions(metrics.metricCpuUtilization()))).toEqual(['ClusterName', 'ServiceName']);
  expect(dimensions(metrics.metricLatency())).toEqual({
    LoadBalancer: { 'Fn::GetAtt': [expect.stringMatching(/^GradesLoadBalancer/), 'LoadBalancerFullName'] },
  });
  expect(dimensions(metrics.metricFailedDeployments())).toEqual({ RuleName: { Ref: expect.stringMatching(/^GradesFailedDeployments/) } });
});

test('each recommended alarm is created once, with the reason for its threshold', () => {
  const stack = testStack();
  const { alarms } = containerService(stack, { deployment: ServiceDeployment.blueGreen() });
  const created = [
    alarms.latency(),
    alarms.serverErrorShare(),
    alarms.unhealthyTasks(),
    alarms.cpuUtilization(),
    alarms.memoryUtilization(),
    alarms.failedDeployments(),
  ];
  expect(alarms.all()).toEqual(created);
  const template = templateOf(stack);
  template.resourceCountIs('AWS::CloudWatch::Alarm', 6);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: 0.12, AlarmDescription: Match.stringLikeRegexp('120 ms') });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Metrics: Match.arrayWith([Match.objectLike({ Expression: 'FILL(group0, 0) + FILL(group1, 0)' })]),
  });
});

describe('OpenTelemetry', () => {
  const collected = (options?: CollectorOptions, props: Partial<SecureContainerServiceProps> = {}) =>
    synthesized({ telemetry: { openTelemetry: OpenTelemetry.adotSidecar(options) }, ...props });
  const containers = (template: Template) => propertiesOf(template, 'AWS::ECS::TaskDefinition')[0].ContainerDefinitions;
  const configurationOf = (template: Template) => {
    const [{ Value }] = containers(template)[1].Environment;
    const [, parts] = Value['Fn::Join'];
    return JSON.parse(parts.map((part: unknown) => (typeof part === 'string' ? part : 'TOKEN')).join(''));
  };

  test('the code sends OTLP to a collector in its task, which sends traces to X-Ray and metrics to CloudWatch', () => {
    const template = collected({ namespace: 'Luca/Platform' }, { name: 'grades' });
    const [service, collector] = containers(template);
    expect(service.Environment).toEqual(
      expect.arrayContaining([
        { Name: 'OTEL_SERVICE_NAME', Value: 'grades' },
        { Name: 'OTEL_EXPORTER_OTLP_ENDPOINT', Value: 'http://127.0.0.1:4318' },
        { Name: 'OTEL_TRACES_SAMPLER_ARG', Value: '0.05' },
      ]),
    );
    expect(collector).toMatchObject({ Name: 'collector', Essential: false, Memory: 128, ReadonlyRootFilesystem: true });
    expect(collector.Image).toMatch(/aws-otel-collector:v[\d.]+@sha256:[0-9a-f]{64}$/);
    expect(collector.LogConfiguration.Options.mode).toBe('non-blocking');
    expect(collector).not.toHaveProperty('PortMappings');
    expect(service.DependsOn).toEqual([{ Condition: 'START', ContainerName: 'collector' }]);
    const { receivers, exporters, service: pipelines } = configurationOf(template);
    expect(receivers.otlp.protocols.http.endpoint).toBe('127.0.0.1:4318');
    expect(exporters.awsemf).toMatchObject({ namespace: 'Luca/Platform', log_group_name: 'TOKEN' });
    expect(
      Object.fromEntries(Object.entries<{ exporters: string[] }>(pipelines.pipelines).map(([name, { exporters: to }]) => [name, to])),
    ).toEqual({
      traces: ['awsxray'],
      metrics: ['awsemf'],
    });
  });

  test('traces are found by the correlation id and the tenant, from the headers that API Gateway sets', () => {
    const template = collected();
    const [{ Environment }] = containers(template);
    for (const Name of [
      'OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST',
      'OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS',
    ]) {
      expect(Environment).toContainEqual({ Name, Value: 'x-correlation-id,x-tenant-id' });
    }
    const { exporters, processors, service: pipelines } = configurationOf(template);
    expect(exporters.awsxray.indexed_attributes).toEqual(['correlation_id', 'tenant_id']);
    expect(pipelines.pipelines.traces.processors).toEqual(['memory_limiter', 'resourcedetection', 'attributes', 'batch']);
    // A captured header is a list, of which X-Ray indexes nothing.
    const pattern = '^\\["(?P<correlation_id>[^"]+)"';
    expect(processors.attributes.actions.slice(0, 4)).toEqual([
      { action: 'insert', key: 'correlation_id', from_attribute: 'http.request.header.x-correlation-id' },
      { action: 'insert', key: 'correlation_id', from_attribute: 'http.request.header.x_correlation_id' },
      { action: 'convert', key: 'correlation_id', converted_type: 'string' },
      { action: 'extract', key: 'correlation_id', pattern },
    ]);
  });

  test('headers that need a package of their own are read only if they are named', () => {
    const environment = (options?: CollectorOptions) => containers(collected(options))[0].Environment;
    expect(environment()).toContainEqual({ Name: 'OTEL_PROPAGATORS', Value: 'tracecontext,baggage' });
    expect(environment({ propagators: ['xray'] })).toContainEqual({ Name: 'OTEL_PROPAGATORS', Value: 'xray' });
  });

  test('environment variables of the service take precedence', () => {
    const template = collected({}, { container: { environment: { OTEL_TRACES_SAMPLER: 'always_on' } } });
    const [{ Environment }] = containers(template);
    expect(Environment.filter(({ Name }: { Name: string }) => Name === 'OTEL_TRACES_SAMPLER')).toEqual([
      { Name: 'OTEL_TRACES_SAMPLER', Value: 'always_on' },
    ]);
  });

  const TRACES = ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'];
  const actionsOfTasks = (template: Template) =>
    Object.values(policiesIn(template))
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('TaskRole'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .flatMap(({ Action }) => Action)
      .sort();

  test('the role of the code may do what the collector does, and nothing more', () => {
    expect(actionsOfTasks(collected())).toEqual(['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents', ...TRACES]);
  });

  describe('metrics by OTLP', () => {
    const byOtlp = () => collected({ metrics: CollectorMetrics.otlp() });

    test("are sent to CloudWatch's endpoint with a signature, and no log group is made for them", () => {
      const template = byOtlp();
      const { extensions, exporters, processors, service: running } = configurationOf(template);
      expect(extensions).toEqual({ sigv4auth: { service: 'monitoring', region: 'TOKEN' } });
      expect(running.extensions).toEqual(['sigv4auth']);
      expect(exporters).toEqual({
        awsxray: expect.anything(),
        otlphttp: { metrics_endpoint: 'https://monitoring.TOKEN.TOKEN/v1/metrics', auth: { authenticator: 'sigv4auth' } },
      });
      expect(running.pipelines.metrics).toEqual({
        receivers: ['otlp'],
        processors: ['memory_limiter', 'resourcedetection', 'resource', 'batch/otlp'],
        exporters: ['otlphttp'],
      });
      expect(processors['batch/otlp'].send_batch_max_size).toBe(500);
      expect(JSON.stringify(template.findResources('AWS::Logs::LogGroup'))).not.toContain('/metrics');
      expect(Object.keys(template.findResources('AWS::Logs::LogGroup'))).not.toContainEqual(expect.stringContaining('MetricLogs'));
    });

    test('have few attributes of the resource, which are billed: the service, the task and the process', () => {
      const [{ action, pattern }] = configurationOf(byOtlp()).processors.resource.attributes;
      expect(action).toBe('delete');
      const detected = ['cloud.provider', 'cloud.account.id', 'aws.ecs.cluster.arn', 'aws.ecs.launchtype', 'aws.ecs.task.arn'];
      const own = ['aws.ecs.task.revision', 'aws.log.group.names', 'telemetry.sdk.name', 'process.pid', 'host.name', 'container.id'];
      const kept = ['service.name', 'service.instance.id', 'aws.ecs.task.id', 'school', 'hostel', 'cloudy'];
      expect([...detected, ...own, ...kept].filter((name) => !new RegExp(pattern).test(name))).toEqual(kept);
    });

    test('are differences since the last export, in exponential buckets', () => {
      const [{ Environment }] = containers(byOtlp());
      expect(Environment).toEqual(
        expect.arrayContaining([
          { Name: 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', Value: 'delta' },
          { Name: 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION', Value: 'base2_exponential_bucket_histogram' },
        ]),
      );
      expect(JSON.stringify(containers(collected()))).not.toContain('TEMPORALITY');
    });

    test('need one permission of the code, and none for logs', () => {
      expect(actionsOfTasks(byOtlp())).toEqual(['cloudwatch:PutMetricData', ...TRACES]);
    });

    test('have no namespace', () => {
      expect(() => OpenTelemetry.adotSidecar({ metrics: CollectorMetrics.otlp(), namespace: 'Luca/Platform' })).toThrow(
        'OpenTelemetry: invalid namespace "Luca/Platform": expected no namespace with CollectorMetrics.otlp(), whose metrics have none',
      );
    });
  });

  test('a share that is none, and an image that can change, are rejected', () => {
    expect(() => OpenTelemetry.adotSidecar({ sampledShare: 5 })).toThrow(
      'OpenTelemetry: invalid sampledShare 5: expected a number from 0 to 1',
    );
    expect(() => OpenTelemetry.adotSidecar({ propagators: ['a,b'] })).toThrow(
      'OpenTelemetry: invalid propagators ["a,b"]: expected names of propagators',
    );
    expect(() => OpenTelemetry.adotSidecar({ image: 'collector:latest' })).toThrow(
      'OpenTelemetry: invalid image "collector:latest": expected an image with its digest',
    );
  });
});
