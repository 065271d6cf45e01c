import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Exposure, ServiceNetwork } from '../../src';
import { logicalIds, templateOf, testStack } from '../synth';
import { bareApi } from '../tenant-isolated-api/fixtures';
import { CERTIFICATE_ARN, certificate, containerService } from './fixtures';
import { singleZoneDependencies } from './zones';

const resourcesOf = (stack: ReturnType<typeof testStack>) => templateOf(stack).toJSON().Resources;

test.each([
  ['NAT gateways', () => ServiceNetwork.natGateways()],
  ['interface endpoints', () => ServiceNetwork.interfaceEndpoints()],
])('a service of two zones, behind an API, depends on no single zone: %s', (_, network) => {
  const stack = testStack();
  const service = containerService(stack, { network: network() });
  bareApi(stack).addRoute('ANY /grades/{proxy+}', service);
  const resources = resourcesOf(stack);
  expect(logicalIds(templateOf(stack), 'AWS::EC2::Subnet')).toHaveLength(4);
  expect(singleZoneDependencies(resources)).toEqual([]);
});

test('nor does a public one, of three zones', () => {
  const stack = testStack({ env: { account: '111122223333', region: 'eu-west-1' } });
  stack.node.setContext('availability-zones:account=111122223333:region=eu-west-1', ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
  const exposure = Exposure.internet({
    domainName: 'grades.schools.example',
    certificate: certificate(stack, CERTIFICATE_ARN.replace('us-east-1', 'eu-west-1')),
  });
  containerService(stack, { exposure, network: ServiceNetwork.natGateways({ zones: 3 }) });
  expect(singleZoneDependencies(resourcesOf(stack))).toEqual([]);
});

test('one NAT gateway for two zones is found', () => {
  const stack = testStack();
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 1 });
  containerService(stack, { network: ServiceNetwork.existing(vpc) });
  expect(singleZoneDependencies(resourcesOf(stack))).toEqual([
    expect.stringMatching(/^VpcPrivateSubnet2\w+ needs VpcPublicSubnet1NATGateway\w+, which is in .*"Fn::Select":\[0,/),
  ]);
});

test('tasks in one subnet are found', () => {
  const stack = testStack();
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 2 });
  containerService(stack, {
    network: ServiceNetwork.existing(vpc, { subnets: { subnets: [vpc.privateSubnets[0]] } }),
    exposure: Exposure.none(),
  });
  expect(singleZoneDependencies(resourcesOf(stack))).toEqual([
    expect.stringMatching(/^GradesService\w+ \(AWS::ECS::Service\) is in .*"Fn::Select":\[0,.* only$/),
  ]);
});
