import { Duration, type Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { compileTemplate } from '../../integ/sandbox/services/apigateway/vtl/template';
import { fromPlain, Host, type Value } from '../../integ/sandbox/services/apigateway/vtl/value';
import { Exposure, HttpTarget, RouteAuthorization, SecureContainerService, SecureContainerServiceAlarms } from '../../src';
import { restApi } from '../buffered-ingest-path/fixtures';
import { logicalIds, templateOf, testStack } from '../synth';
import { bareApi } from '../tenant-isolated-api/fixtures';
import { certificate, containerService } from './fixtures';

const methodsOf = (template: Template) =>
  Object.values(template.findResources('AWS::ApiGateway::Method'))
    .map(({ Properties }) => Properties)
    .filter(({ Integration }) => Integration.ConnectionType === 'VPC_LINK');

test('a method reaches the load balancer through a VPC link (V2), with the shape that API Gateway documents', () => {
  const stack = testStack();
  bareApi(stack).addRoute('ANY /grades/{proxy+}', containerService(stack));
  const template = templateOf(stack);
  const [balancer] = logicalIds(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  const [link] = logicalIds(template, 'AWS::ApiGatewayV2::VpcLink');
  const [{ Integration, ...method }] = methodsOf(template);
  expect(method).toMatchObject({
    HttpMethod: 'ANY',
    AuthorizationType: 'CUSTOM',
    ApiKeyRequired: true,
    RequestParameters: { 'method.request.path.proxy': true },
  });
  const { RequestTemplates, ...rest } = Integration;
  expect(rest).toEqual({
    Type: 'HTTP_PROXY',
    IntegrationHttpMethod: 'ANY',
    ConnectionType: 'VPC_LINK',
    ConnectionId: { Ref: link },
    IntegrationTarget: { Ref: balancer },
    Uri: { 'Fn::Join': ['', ['http://', { 'Fn::GetAtt': [balancer, 'DNSName'] }, ':80/grades/{proxy}']] },
    PassthroughBehavior: 'NEVER',
    TimeoutInMillis: 20_000,
    RequestParameters: {
      'integration.request.path.proxy': 'method.request.path.proxy',
      'integration.request.header.X-Tenant-Id': 'context.authorizer.tenantId',
      'integration.request.header.X-Tenant-Tier': 'context.authorizer.tier',
      'integration.request.header.X-User-Id': 'context.authorizer.userId',
      'integration.request.header.X-Correlation-Id': 'context.extendedRequestId',
    },
  });
  expect(Object.keys(RequestTemplates)).toContain('application/json');
  expect(new Set(Object.values(RequestTemplates)).size).toBe(1);
});

test('its identity headers are those of HttpTarget', () => {
  const stack = testStack();
  const api = bareApi(stack);
  api.addRoute('GET /grades/{student}', containerService(stack));
  api.addRoute('GET /reports/{student}', HttpTarget.of('https://reports.example'));
  const parameters = Object.values(templateOf(stack).findResources('AWS::ApiGateway::Method'))
    .map(({ Properties }) => Properties.Integration.RequestParameters)
    .filter((one) => one !== undefined);
  expect(parameters).toHaveLength(2);
  expect(parameters[0]).toEqual(parameters[1]);
});

test('with a domain name, API Gateway connects by TLS and asks for that name', () => {
  const stack = testStack();
  const exposure = Exposure.internal({ domainName: 'grades.schools.example', certificate: certificate(stack) });
  bareApi(stack).addRoute('GET /grades', containerService(stack, { exposure }));
  const [{ Integration }] = methodsOf(templateOf(stack));
  expect(Integration.Uri).toBe('https://grades.schools.example:443/grades');
});

test('API Gateway gives up when the load balancer would, at the latest after its own 29 seconds', () => {
  const timeoutOf = (requestTimeout: Duration) => {
    const stack = testStack();
    bareApi(stack).addRoute('GET /grades', containerService(stack, { container: { requestTimeout, stopTimeout: Duration.seconds(120) } }));
    return methodsOf(templateOf(stack))[0].Integration.TimeoutInMillis;
  };
  expect(timeoutOf(Duration.seconds(3))).toBe(3_000);
  expect(timeoutOf(Duration.seconds(100))).toBe(29_000);
});

test('only the link may connect to the load balancer, and the link to nothing else', () => {
  const stack = testStack();
  bareApi(stack).addRoute('GET /grades', containerService(stack));
  const template = templateOf(stack);
  const [link] = Object.values(template.findResources('AWS::ApiGatewayV2::VpcLink')).map(({ Properties }) => Properties);
  const [group] = link.SecurityGroupIds;
  const balancerGroup = { 'Fn::GetAtt': [expect.stringMatching(/^GradesLoadBalancerGroup/), 'GroupId'] };
  const rules = (type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties);
  expect(rules('AWS::EC2::SecurityGroupIngress')).toContainEqual(
    expect.objectContaining({ GroupId: balancerGroup, SourceSecurityGroupId: group, FromPort: 80, ToPort: 80 }),
  );
  const outwards = rules('AWS::EC2::SecurityGroupEgress').filter(({ GroupId }) => JSON.stringify(GroupId) === JSON.stringify(group));
  expect(outwards).toEqual([expect.objectContaining({ DestinationSecurityGroupId: balancerGroup, FromPort: 80 })]);
  expect(link.SubnetIds).toEqual([{ Ref: expect.stringContaining('TasksSubnet1') }, { Ref: expect.stringContaining('TasksSubnet2') }]);
});

test('an API has one link for all services of a VPC, and one more for another VPC', () => {
  const stack = testStack();
  const api = bareApi(stack);
  const grades = containerService(stack);
  api.addRoute('ANY /grades', grades);
  api.addRoute('ANY /grades/{proxy+}', grades);
  api.addRoute('ANY /marks', containerService(stack, { network: grades.network }, 'Marks'));
  templateOf(stack).resourceCountIs('AWS::ApiGatewayV2::VpcLink', 1);
  const other = testStack();
  const both = bareApi(other);
  both.addRoute('ANY /grades', containerService(other));
  both.addRoute('ANY /marks', containerService(other, {}, 'Marks'));
  templateOf(other).resourceCountIs('AWS::ApiGatewayV2::VpcLink', 2);
});

test('a stage takes up a change of the load balancer alone: the deployment has another id', () => {
  const deploymentOf = (change: (service: SecureContainerService, stack: Stack) => void) => {
    const stack = testStack();
    // The name in the URI stays the same: the load balancer is in the override alone.
    const exposure = Exposure.internal({ domainName: 'grades.schools.example', certificate: certificate(stack) });
    const service = containerService(stack, { exposure });
    bareApi(stack).addRoute('GET /grades', service);
    change(service, stack);
    return logicalIds(templateOf(stack), 'AWS::ApiGateway::Deployment');
  };
  const as = deploymentOf(() => undefined);
  expect(deploymentOf(() => undefined)).toEqual(as);
  const renamed = deploymentOf((service) => {
    const resource = service.loadBalancer?.node.defaultChild as unknown as { overrideLogicalId(id: string): void };
    resource.overrideLogicalId('Another');
  });
  expect(renamed).not.toEqual(as);
});

describe('the template that removes the stage from the path', () => {
  const text = (() => {
    const stack = testStack();
    bareApi(stack).addRoute('GET /grades', containerService(stack));
    return String(Object.values(methodsOf(templateOf(stack))[0].Integration.RequestTemplates)[0]);
  })();

  const template = compileTemplate(text, { variables: ['input', 'context'] });

  function rendered(request: { path: string; domainPrefix?: string; stage?: string; body?: string }) {
    const { path, domainPrefix = 'api', stage = 'prod', body = '' } = request;
    const requestOverride = new Map<string, Value>();
    const context = new Map<string, Value>([
      ...(fromPlain({ apiId: 'api', domainPrefix, stage, path }) as Map<string, Value>),
      ['requestOverride', requestOverride],
    ]);
    const output = template.render(
      new Map<string, Value>([
        ['input', new Host({}, { body: () => body })],
        ['context', context],
      ]),
    );
    return { output, path: requestOverride.get('path') };
  }

  test.each([
    ['/prod/grades/7', 'api', 'prod', '/grades/7'],
    ['/v1/grades', 'api', 'v1', '/grades'],
    ['/prod/prod/7', 'api', 'prod', '/prod/7'],
    ['/prod/a%20b%2Fc', 'api', 'prod', '/a%20b%2Fc'],
    ['/grades/7', 'schools', 'prod', '/grades/7'],
    ['/prod/7', 'schools', 'prod', '/prod/7'],
  ])('%s of the host %s and the stage %s becomes %s', (path, domainPrefix, stage, expected) => {
    expect(rendered({ path, domainPrefix, stage }).path).toBe(expected);
  });

  test('passes the body on as it is, without a line end', () => {
    for (const body of ['', '{"score": 7}', ' two\nlines\n', '$context.path #if']) {
      expect(rendered({ path: '/prod/grades', body }).output).toBe(body);
      expect(rendered({ path: '/grades', domainPrefix: 'schools', body }).output).toBe(body);
    }
  });
});

test('a route without a token is rejected: anyone could set the headers', () => {
  const stack = testStack();
  const service = containerService(stack);
  expect(() => bareApi(stack).addRoute('GET /grades', service, { authorization: RouteAuthorization.anyone('It is public') })).toThrow(
    /^Test\/Api\/Api: invalid authorization "GET \/grades": expected a route that needs a token: a service behind SecureContainerService takes the tenant from headers/,
  );
});

test('a RestApi of your own can lead to a service, too', () => {
  const stack = testStack();
  const { api, authorizer } = restApi(stack);
  containerService(stack).addRoute(api.root.addResource('grades'), 'GET', { authorizer });
  expect(methodsOf(templateOf(stack))).toHaveLength(1);
});

describe('an imported service', () => {
  const attributes = (stack: Stack) => ({
    vpc: Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-a', 'subnet-b'] }),
    serviceName: 'grades',
    clusterName: 'schools',
    taskRole: Role.fromRoleName(stack, 'TaskRole', 'grades'),
    securityGroupId: 'sg-tasks',
    loadBalancerArn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/grades/1234567890abcdef',
    loadBalancerDnsName: 'internal-grades.us-east-1.elb.amazonaws.com',
    loadBalancerSecurityGroupId: 'sg-balancer',
    targetGroupArns: ['arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/grades/1234567890abcdef'],
  });

  test('is an API target, which the link may connect to', () => {
    const stack = testStack();
    const service = SecureContainerService.fromSecureContainerServiceAttributes(stack, 'Grades', attributes(stack));
    bareApi(stack).addRoute('ANY /grades', service);
    const template = templateOf(stack);
    const [{ Integration }] = methodsOf(template);
    expect(Integration).toMatchObject({
      IntegrationTarget: attributes(testStack()).loadBalancerArn,
      Uri: 'http://internal-grades.us-east-1.elb.amazonaws.com:80/grades',
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { GroupId: 'sg-balancer', FromPort: 80 });
    template.hasResourceProperties('AWS::ApiGatewayV2::VpcLink', { SubnetIds: ['subnet-a', 'subnet-b'] });
  });

  test('has metrics, grants and connections', () => {
    const stack = testStack();
    const service = SecureContainerService.fromSecureContainerServiceAttributes(stack, 'Grades', attributes(stack));
    expect([service.loadBalancerFullName, service.targetGroupFullNames]).toEqual([
      'app/grades/1234567890abcdef',
      ['targetgroup/grades/1234567890abcdef'],
    ]);
    new SecurityGroup(stack, 'Database', { vpc: service.vpc }).connections.allowFrom(service, Port.tcp(5432));
    SecureContainerServiceAlarms.fromSecureContainerService(service).latency();
    new Secret(stack, 'Secret').grantRead(service);
    const template = templateOf(stack);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { SourceSecurityGroupId: 'sg-tasks', FromPort: 5432 });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Dimensions: [{ Name: 'LoadBalancer', Value: 'app/grades/1234567890abcdef' }],
    });
    template.hasResourceProperties('AWS::IAM::Policy', { Roles: ['grades'] });
  });

  test('that is a load balancer needs its security group, and a route its load balancer', () => {
    const stack = testStack();
    const { loadBalancerSecurityGroupId, ...without } = attributes(stack);
    expect(loadBalancerSecurityGroupId).toBe('sg-balancer');
    expect(() => SecureContainerService.fromSecureContainerServiceAttributes(stack, 'Grades', without)).toThrow(
      'Test/Grades: missing loadBalancerSecurityGroupId: expected the security group of the load balancer',
    );
    const worker = SecureContainerService.fromSecureContainerServiceAttributes(stack, 'Worker', {
      ...without,
      loadBalancerArn: undefined,
    });
    expect(() => bareApi(stack).addRoute('ANY /grades', worker)).toThrow(
      'Test/Worker: missing loadBalancerArn: expected the ARN of its internal load balancer',
    );
  });
});
