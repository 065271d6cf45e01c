import { Stack } from 'aws-cdk-lib';
import { ingestPath } from '../buffered-ingest-path/fixtures';
import { places, templateOf, testApp, testStack } from '../synth';
import { bareApi, target, tenantApi } from './fixtures';

test.each(places)('two APIs with two kinds of routes work %s', (_, into) => {
  const stack = into((scope) => {
    for (const id of ['Public', 'Partners']) {
      const api = tenantApi(scope, { allowedOrigins: ['https://app.example'] }, id);
      api.addRoute('POST /visits', ingestPath(scope, {}, `${id}Visits`));
    }
  });
  const template = templateOf(stack);
  template.resourceCountIs('AWS::ApiGateway::RestApi', 2);
  template.resourceCountIs('AWS::ApiGateway::UsagePlan', 4);
  template.resourceCountIs('AWS::WAFv2::WebACL', 2);
  template.resourceCountIs('AWS::ApiGateway::Method', 8);
});

test('ANY coexists with other methods of its path, and routes share the resources of common path segments', () => {
  const stack = testStack();
  const api = bareApi(stack);
  const handler = target(stack);
  for (const route of ['ANY /', 'GET /', 'ANY /grades/{proxy+}', 'GET /grades/{proxy+}', 'GET /grades', 'PUT /grades/mine/{course}']) {
    api.addRoute(route, handler);
  }
  const template = templateOf(stack);
  template.resourceCountIs('AWS::ApiGateway::Method', 6);
  const paths = Object.values(template.findResources('AWS::ApiGateway::Resource')).map(({ Properties }) => Properties.PathPart);
  expect(paths.sort()).toEqual(['grades', 'mine', '{course}', '{proxy+}']);
});

test('a target may be in another stack', () => {
  const app = testApp();
  const front = new Stack(app, 'Front');
  const back = new Stack(app, 'Back');
  bareApi(front).addRoute('POST /visits', ingestPath(back));
  app.synth();
  expect(front.dependencies).toEqual([back]);
});
