import { Annotations, type Stack } from 'aws-cdk-lib';
import { HttpIntegration, IntegrationType, JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { NetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { type ApiRoute, type ApiTargetConfig, HttpTarget, type IApiTarget, RouteAuthorization } from '../../src';
import { ingestPath } from '../buffered-ingest-path/fixtures';
import { violations } from '../nag';
import { templateOf, testStack } from '../synth';
import { warnings } from '../warnings';
import { bareApi, target } from './fixtures';

const schema = { type: JsonSchemaType.OBJECT, required: ['grade'], properties: { grade: { type: JsonSchemaType.INTEGER } } };
const READ = RouteAuthorization.tokenWithScopes('grades/read');

// biome-ignore lint/suspicious/noExplicitAny: properties of a template
type Properties = any;
function methodsOf(stack: Stack): Record<string, Properties> {
  const template = templateOf(stack);
  const paths = template.findResources('AWS::ApiGateway::Resource');
  const pathOf = (id: Properties): string =>
    id?.Ref === undefined ? '' : `${pathOf(paths[id.Ref].Properties.ParentId)}/${paths[id.Ref].Properties.PathPart}`;
  const methods = Object.values(template.findResources('AWS::ApiGateway::Method')).map(({ Properties }) => Properties);
  return Object.fromEntries(methods.map((method) => [`${method.HttpMethod} ${pathOf(method.ResourceId) || '/'}`, method]));
}

test('a schema applies to every content type, and routes with the same schema share one model', () => {
  const stack = testStack();
  const api = bareApi(stack);
  api.addRoute('POST /grades', target(stack), { requestSchema: schema });
  api.addRoute('PUT /grades', target(stack, 'Other'), { requestSchema: schema });
  const [[id, model], ...more] = Object.entries(templateOf(stack).findResources('AWS::ApiGateway::Model'));
  expect(more).toEqual([]);
  expect(model.Properties.Schema).toMatchObject({ required: ['grade'] });
  const methods = methodsOf(stack);
  for (const name of ['POST /grades', 'PUT /grades']) {
    expect(methods[name].RequestModels).toEqual({ 'application/json': { Ref: id }, $default: { Ref: id } });
    expect(methods[name].RequestValidatorId).toEqual({ Ref: expect.stringMatching(/^ApiValidator/) });
  }
});

test('an ingest path has its own schema, which an option cannot replace', () => {
  const stack = testStack();
  expect(() => bareApi(stack).addRoute('POST /visits', ingestPath(stack), { requestSchema: schema })).toThrow(
    'Test/Api: invalid requestSchema "POST /visits": expected none, because the target of the route has a schema of its own',
  );
});

test('parameters are added to those that the target maps, and the operation has its name', () => {
  const stack = testStack();
  bareApi(stack).addRoute('GET /reports/{report}', HttpTarget.of('https://reports.example'), {
    requestParameters: { 'method.request.querystring.page': true },
    operationName: 'ReadReport',
  });
  expect(methodsOf(stack)['GET /reports/{report}']).toMatchObject({
    OperationName: 'ReadReport',
    RequestParameters: { 'method.request.querystring.page': true, 'method.request.path.report': true },
  });
});

describe('a throttle', () => {
  const settings = (stack: Stack) => Object.values(templateOf(stack).findResources('AWS::ApiGateway::Stage'))[0].Properties.MethodSettings;

  test('applies only to its method, which keeps the settings of all methods', () => {
    const stack = testStack();
    const api = bareApi(stack);
    api.addRoute('GET /grades/{student}', target(stack), { throttle: { rateLimit: 5, burstLimit: 10 } });
    api.addRoute('GET /', target(stack, 'Root'), { throttle: { burstLimit: 3 } });
    const [all, grades, root] = settings(stack);
    expect(all).toMatchObject({ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 10_000 });
    expect(grades).toEqual({
      ...all,
      HttpMethod: 'GET',
      ResourcePath: '/~1grades~1{student}',
      ThrottlingRateLimit: 5,
      ThrottlingBurstLimit: 10,
    });
    expect(root).toEqual({ ...all, HttpMethod: 'GET', ResourcePath: '/', ThrottlingBurstLimit: 3 });
  });

  test.each([
    ['GET /a', { rateLimit: 0 }, 'Test/Api: invalid throttle.rateLimit 0: expected a number above 0'],
    ['GET /a', { burstLimit: 1.5 }, 'Test/Api: invalid throttle.burstLimit 1.5: expected a whole number above 0'],
    ['ANY /a', { rateLimit: 1 }, 'Test/Api: invalid throttle "ANY": expected a route of one method'],
  ])('of %s with %j is rejected', (route, throttle, message) => {
    const stack = testStack();
    expect(() => bareApi(stack).addRoute(route, target(stack), { throttle })).toThrow(message);
  });
});

describe('a route for anyone', () => {
  const anyone = { authorization: RouteAuthorization.anyone('The load balancer asks whether the API is up') };

  test('needs no token and no API key, and causes no warning and no finding', () => {
    const stack = testStack();
    const api = bareApi(stack);
    api.addRoute('GET /health', target(stack), anyone);
    api.addRoute('GET /grades', target(stack, 'Grades'));
    const methods = methodsOf(stack);
    expect(methods['GET /health']).toMatchObject({ AuthorizationType: 'NONE' });
    expect(methods['GET /health'].ApiKeyRequired ?? false).toBe(false);
    expect(methods['GET /health'].AuthorizerId).toBeUndefined();
    expect(methods['GET /grades']).toMatchObject({ AuthorizationType: 'CUSTOM', ApiKeyRequired: true });
    expect(warnings(stack)).toEqual([]);
    expect(violations(stack).filter((text) => /(APIG4|COG4)/.test(text))).toEqual([]);
  });

  test('says why', () => {
    expect(() => RouteAuthorization.anyone(' ')).toThrow('RouteAuthorization: invalid reason " ": expected a sentence');
  });

  test('cannot lead to an ingest path, which needs the tenant', () => {
    const stack = testStack();
    expect(() => bareApi(stack).addRoute('POST /visits', ingestPath(stack), anyone)).toThrow(
      'Test/Visits: invalid authorization "POST /visits": expected a route that needs a token',
    );
  });

  test('cannot lead to an HttpTarget, because anyone could set its tenant headers', () => {
    expect(() => bareApi(testStack()).addRoute('GET /reports', HttpTarget.of('https://reports.example'), anyone)).toThrow(
      'invalid authorization "GET /reports": expected a route that needs a token',
    );
  });
});

describe('scopes', () => {
  test('use an authorizer without a cache, whose function has the scopes of each route', () => {
    const stack = testStack();
    const api = bareApi(stack);
    const handler = target(stack);
    api.addRoute('GET /grades/{student}', handler, { authorization: READ });
    api.addRoute('PUT /grades/{student}', handler, { authorization: RouteAuthorization.tokenWithScopes('grades/read', 'grades/write') });
    api.addRoute('GET /courses', handler);
    const template = templateOf(stack);
    const authorizers = template.findResources('AWS::ApiGateway::Authorizer');
    const ttl = (name: string) => authorizers[methodsOf(stack)[name].AuthorizerId.Ref].Properties.AuthorizerResultTtlInSeconds;
    expect([ttl('GET /grades/{student}'), ttl('PUT /grades/{student}'), ttl('GET /courses')]).toEqual([0, 0, 60]);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          ROUTE_SCOPES: '{"GET /grades/{student}":["grades/read"],"PUT /grades/{student}":["grades/read","grades/write"]}',
        },
      },
    });
    expect(warnings(stack)).toEqual([]);
  });

  test('add no variable and no second authorizer if no route has any', () => {
    const stack = testStack();
    bareApi(stack).addRoute('GET /courses', target(stack));
    templateOf(stack).resourceCountIs('AWS::ApiGateway::Authorizer', 1);
    expect(JSON.stringify(templateOf(stack))).not.toContain('ROUTE_SCOPES');
  });

  test.each([[[]], [['a b']], [['a"b']], [['']]])('%j are rejected', (scopes) => {
    expect(() => RouteAuthorization.tokenWithScopes(...scopes)).toThrow('RouteAuthorization: invalid scopes');
  });
});

describe('the API creates what a target needs', () => {
  /** A service in a VPC, on a path and on all paths below it. */
  class PrivateService implements IApiTarget {
    readonly bound: string[] = [];
    constructor(
      private readonly loadBalancer: NetworkLoadBalancer,
      private readonly contextKeys: string[] = ['tier'],
    ) {}

    bind({ httpMethod, path }: ApiRoute): ApiTargetConfig {
      this.bound.push(path);
      const url = `http://${this.loadBalancer.loadBalancerDnsName}${path.replace('+}', '}')}`;
      return {
        integration: new HttpIntegration(url, { proxy: true, httpMethod }),
        vpcLinkTargets: [this.loadBalancer],
        additionalPaths: ['{proxy+}'],
        contextKeys: this.contextKeys,
      };
    }
  }
  const loadBalancer = (stack: Stack) => new NetworkLoadBalancer(stack, 'Balancer', { vpc: new Vpc(stack, 'Vpc') });

  test('a VPC link, one for all routes to the same load balancer, and a second resource', () => {
    const stack = testStack();
    const service = new PrivateService(loadBalancer(stack));
    const api = bareApi(stack);
    api.addRoute('GET /reports', service);
    api.addRoute('PUT /marks', service);
    expect(service.bound).toEqual(['/reports', '/reports/{proxy+}', '/marks', '/marks/{proxy+}']);
    const [link, ...more] = Object.keys(templateOf(stack).findResources('AWS::ApiGateway::VpcLink'));
    expect(more).toEqual([]);
    const methods = methodsOf(stack);
    expect(Object.keys(methods).sort()).toEqual(['GET /reports', 'GET /reports/{proxy+}', 'PUT /marks', 'PUT /marks/{proxy+}']);
    for (const method of Object.values(methods)) {
      expect(method).toMatchObject({
        AuthorizationType: 'CUSTOM',
        ApiKeyRequired: true,
        Integration: { Type: IntegrationType.HTTP_PROXY, ConnectionType: 'VPC_LINK', ConnectionId: { Ref: link } },
      });
    }
  });

  test('on the root path, too', () => {
    const stack = testStack();
    bareApi(stack).addRoute('ANY /', new PrivateService(loadBalancer(stack)));
    expect(Object.keys(methodsOf(stack)).sort()).toEqual(['ANY /', 'ANY /{proxy+}']);
  });

  test('an unknown context key is an error', () => {
    const stack = testStack();
    expect(() => bareApi(stack).addRoute('GET /a', new PrivateService(loadBalancer(stack), ['email']))).toThrow(
      'Test/Api: invalid contextKeys "email": expected keys of the context that the API\'s authorizer returns: tenantId, tier, userId',
    );
  });
});

test('addRoute returns the method', () => {
  const stack = testStack();
  const method = bareApi(stack).addRoute('GET /grades', target(stack));
  method.addMethodResponse({ statusCode: '200' });
  expect(methodsOf(stack)['GET /grades'].MethodResponses).toEqual([{ StatusCode: '200' }]);
});

test('an ingest path without a route is a warning, which can be acknowledged in advance', () => {
  const found = (acknowledge: boolean) => {
    const stack = testStack();
    const path = ingestPath(stack, {}, 'Visits', { acknowledgeNoRoute: false });
    if (acknowledge) Annotations.of(path).acknowledgeWarning('cdk-andamio:ingestPathWithoutRoute', 'A function of ours sends');
    templateOf(stack);
    return warnings(stack);
  };
  expect(found(false)).toEqual([expect.stringContaining('Test/Visits has no route: no request reaches it.')]);
  expect(found(true)).toEqual([]);
});
