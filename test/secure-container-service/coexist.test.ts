import { NestedStack, Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Exposure, ServiceDeployment } from '../../src';
import { places, templateOf, testApp, testStack } from '../synth';
import { bareApi } from '../tenant-isolated-api/fixtures';
import { containerService } from './fixtures';

/** How many methods of a template lead through a VPC link. */
const linked = (template: Template): number =>
  Object.values(template.findResources('AWS::ApiGateway::Method')).filter(
    ({ Properties }) => Properties.Integration.ConnectionType === 'VPC_LINK',
  ).length;

test.each(places)('two services on one API work %s', (_, into) => {
  const stack = into((scope) => {
    const api = bareApi(scope);
    for (const id of ['Grades', 'Marks']) api.addRoute(`ANY /${id}/{proxy+}`, containerService(scope, {}, id));
  });
  const template = templateOf(stack);
  template.resourceCountIs('AWS::ECS::Service', 2);
  expect(linked(template)).toBe(2);
});

test('the API may be in another stack, which then depends on that of the service and not the other way round', () => {
  const app = testApp();
  const front = new Stack(app, 'Front');
  const back = new Stack(app, 'Back');
  bareApi(front).addRoute('ANY /grades', containerService(back));
  app.synth();
  expect(front.dependencies).toEqual([back]);
  expect(back.dependencies).toEqual([]);
  expect(linked(templateOf(front))).toBe(1);
  templateOf(front).resourceCountIs('AWS::ApiGatewayV2::VpcLink', 1);
});

test('the services of an account take one resource policy of CloudWatch Logs for each stack, also from nested stacks', () => {
  const stack = testStack();
  for (const id of ['Grades', 'Marks']) containerService(stack, {}, id);
  containerService(new NestedStack(stack, 'Nested'), { exposure: Exposure.none() });
  templateOf(stack).resourceCountIs('AWS::Logs::ResourcePolicy', 1);
});

test('two services with migrations and a VPC origin each work in one stack', () => {
  const stack = testStack();
  const deployment = ServiceDeployment.blueGreen({ migration: { command: ['migrate'] } });
  for (const id of ['Grades', 'Marks']) containerService(stack, { deployment, exposure: Exposure.behindCloudFront() }, id);
  const template = templateOf(stack);
  template.resourceCountIs('Custom::ServiceMigration', 2);
  template.resourceCountIs('AWS::CloudFront::VpcOrigin', 2);
});
