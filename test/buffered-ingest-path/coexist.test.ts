import { CfnParameter, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Tenancy, TenantTable, Tier } from '../../src';
import { logicalIds, places, templateOf, testApp, testStack } from '../synth';
import { ingestPath, requestAuthorizer, restApi } from './fixtures';

test.each(places)('two paths with two routes each work on one API %s', (_, into) => {
  const stack = into((scope) => {
    const { api, authorizer } = restApi(scope);
    for (const id of ['Visits', 'Grades']) {
      const path = ingestPath(scope, {}, id);
      path.addRoute(api.root.addResource(id), 'POST', { authorizer });
      path.addRoute(api.root.addResource(`${id}-again`), 'PUT', { authorizer });
    }
  });
  const template = templateOf(stack);
  template.resourceCountIs('AWS::SQS::Queue', 6);
  template.resourceCountIs('AWS::ApiGateway::Method', 4);
  // One of each for an API and a schema, for any number of routes and paths.
  template.resourceCountIs('AWS::ApiGateway::RequestValidator', 1);
  template.resourceCountIs('AWS::ApiGateway::Model', 1);
});

test('a path can serve two APIs', () => {
  const stack = testStack();
  const path = ingestPath(stack);
  for (const id of ['Public', 'Partners']) {
    const { api, authorizer } = restApi(stack, id);
    path.addRoute(api.root, 'POST', { authorizer });
  }
  templateOf(stack).resourceCountIs('AWS::ApiGateway::RequestValidator', 2);
});

test('the API can be in another stack, which depends on the stack of the path and not vice versa', () => {
  const app = testApp();
  const apiStack = new Stack(app, 'Front');
  const pathStack = new Stack(app, 'Back');
  const { api, authorizer } = restApi(apiStack);
  ingestPath(pathStack).addRoute(api.root.addResource('visits'), 'POST', { authorizer });
  app.synth();
  expect(apiStack.dependencies).toEqual([pathStack]);
  expect(pathStack.dependencies).toEqual([]);
  expect(logicalIds(templateOf(apiStack), 'AWS::ApiGateway::Model')).toHaveLength(1);
});

test('the path can be in a nested stack of the API’s stack', () => {
  const parent = testStack();
  const { api, authorizer } = restApi(parent);
  const nested = new NestedStack(parent, 'Nested');
  ingestPath(nested).addRoute(api.root.addResource('visits'), 'POST', { authorizer });
  templateOf(parent).resourceCountIs('AWS::ApiGateway::Method', 1);
  templateOf(nested).resourceCountIs('AWS::SQS::Queue', 3);
});

test('the API can be imported', () => {
  const stack = testStack();
  const authorizer = requestAuthorizer(stack);
  const api = RestApi.fromRestApiAttributes(stack, 'Imported', { restApiId: 'api', rootResourceId: 'root' });
  expect(() => ingestPath(stack).addRoute(api.root.addResource('visits'), 'POST', { authorizer })).not.toThrow();
  templateOf(stack).hasResourceProperties('AWS::ApiGateway::Model', { RestApiId: 'api' });
});

test('values that are known only at deployment are accepted', () => {
  const stack = testStack();
  const number = (id: string) => new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;
  const path = () =>
    ingestPath(stack, {
      name: new CfnParameter(stack, 'Name').valueAsString,
      batchSize: number('Size'),
      maxConcurrency: number('Concurrency'),
      batchWindow: Duration.seconds(number('Window')),
      retention: Duration.seconds(number('Retention')),
    });
  expect(path).not.toThrow();
  const template = templateOf(stack);
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    MaximumBatchingWindowInSeconds: { Ref: 'Window' },
    BatchSize: { Ref: 'Size' },
  });
  template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 6 * 26 + 300, MessageRetentionPeriod: { Ref: 'Retention' } });
  template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: { 'Fn::Join': ['', ['/aws/lambda/', { Ref: 'Name' }]] } });
});

test('a TenantTable is a destination', () => {
  const stack = testStack();
  const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
  ingestPath(stack, { destination: new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30) }) });
  templateOf(stack).hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 14 * 86_400 });
});
