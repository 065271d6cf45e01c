import { Stack } from 'aws-cdk-lib';
import { CfnAuthorizer, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import { Construct } from 'constructs';
import { FunctionTarget, HttpTarget, Tenancy, TenantDirectory, type TenantIsolatedApi, Tier } from '../../src';
import { ACCESS_LOG_FORMAT } from '../../src/tenant-isolated-api/access-log-format';
import { requestAuthorizer } from '../buffered-ingest-path/fixtures';
import { templateOf, testApp, testStack } from '../synth';
import { warnings } from '../warnings';
import { bareApi } from './fixtures';

const handlerOf = (stack: Stack) =>
  new LambdaFunction(stack, 'Handler', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('0') });

/** Routes that lead to one function: 30 paths, and on each so many methods. */
function routes(
  stack: Stack,
  count: number,
  targetOf: (handler: LambdaFunction) => FunctionTarget,
  api = bareApi(stack),
): TenantIsolatedApi {
  const target = targetOf(handlerOf(stack));
  const methods = ['GET', 'PUT', 'POST', 'DELETE'];
  for (let number = 0; number < count; number += 1) api.addRoute(`${methods[Math.floor(number / 30)]} /grades/of-${number % 30}`, target);
  return api;
}

describe.each([
  ['without any feature flag', {}],
  ['with all recommended feature flags', recommended as Record<string, unknown>],
])('routes to one function, %s', (_, flags) => {
  test.each([1, 60, 119])('%d routes need one permission, only for the stage of the API', (count) => {
    const stack = testStack({}, flags);
    const { restApi: api } = routes(stack, count, (handler) => FunctionTarget.of(handler));
    const template = templateOf(stack);
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission')).filter(({ Properties }) =>
      JSON.stringify(Properties.FunctionName).includes('Handler'),
    );
    expect(permissions).toHaveLength(1);
    const [{ Properties }] = permissions;
    expect(Properties).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
    expect(Properties.SourceArn).toEqual(
      stack.resolve(
        `arn:${stack.partition}:execute-api:${stack.region}:${stack.account}:${api.restApiId}/${api.deploymentStage.stageName}/*/*`,
      ),
    );
  });

  test('one permission for each route is possible, as long as they fit', () => {
    const stack = testStack({}, flags);
    routes(stack, 40, (handler) => FunctionTarget.permittedByRoute(handler));
    const permissions = Object.values(templateOf(stack).findResources('AWS::Lambda::Permission'));
    expect(permissions.filter(({ Properties }) => JSON.stringify(Properties.FunctionName).includes('Handler'))).toHaveLength(40);
  });

  test('60 permissions are an error at synthesis', () => {
    const stack = testStack({}, flags);
    routes(stack, 60, (handler) => FunctionTarget.permittedByRoute(handler));
    expect(() => templateOf(stack)).toThrow(
      /Test\/Handler: 2\d{4} bytes of permissions to invoke it exceed the limit of 20480 \("Lambda quotas", resource-based policy\)\. Use FunctionTarget\.of, which adds one permission for all routes of an API/,
    );
  });
});

test('two APIs each have a permission for one function', () => {
  const stack = testStack();
  const target = FunctionTarget.of(handlerOf(stack));
  for (const id of ['One', 'Two']) {
    const api = bareApi(stack, {}, id);
    api.addRoute('GET /a', target);
    api.addRoute('GET /b', target);
  }
  const permissions = Object.values(templateOf(stack).findResources('AWS::Lambda::Permission'));
  expect(permissions.filter(({ Properties }) => JSON.stringify(Properties.FunctionName).includes('Handler'))).toHaveLength(2);
});

test('the permission is in the API’s stack, so that the function’s stack needs nothing from it', () => {
  const app = testApp();
  const [front, back] = ['Front', 'Back'].map((id) => new Stack(app, id));
  bareApi(front).addRoute('GET /a', FunctionTarget.of(handlerOf(back)));
  app.synth();
  expect(front.dependencies).toEqual([back]);
  expect(back.dependencies).toEqual([]);
});

test('an imported function gets one permission, even if it is imported twice', () => {
  const stack = testStack({ env: { account: '111122223333', region: 'eu-west-1' } });
  const api = bareApi(stack);
  for (const id of ['One', 'Two']) {
    const handler = LambdaFunction.fromFunctionArn(stack, id, 'arn:aws:lambda:eu-west-1:111122223333:function:there');
    api.addRoute(`GET /${id}`, FunctionTarget.of(handler));
  }
  const permissions = templateOf(stack).findResources('AWS::Lambda::Permission', {
    Properties: { FunctionName: 'arn:aws:lambda:eu-west-1:111122223333:function:there' },
  });
  expect(Object.keys(permissions)).toHaveLength(1);
});

test('any stage of an imported API may invoke the function, because its stages are not known', () => {
  const stack = testStack();
  const api = RestApi.fromRestApiAttributes(stack, 'Imported', { restApiId: 'a1b2c3d4e5', rootResourceId: 'root' });
  FunctionTarget.of(handlerOf(stack)).addRoute(api.root, 'GET', { authorizer: requestAuthorizer(stack) });
  expect(JSON.stringify(templateOf(stack).findResources('AWS::Lambda::Permission'))).toContain(':a1b2c3d4e5/*/*/*');
});

describe('paths of an API', () => {
  const made = (count: number) => {
    const app = testApp({ '@aws-cdk/core:stackResourceLimit': 5_000 });
    const stack = new Stack(app, 'Test');
    const api = bareApi(stack);
    const target = HttpTarget.of('https://reports.example');
    for (let number = 0; number < count; number += 1) api.addRoute(`GET /p${number}`, target);
    templateOf(stack);
    return warnings(stack).filter((text) => text.includes('apiResources'));
  };

  test('are a warning from the 301st', () => {
    expect(made(300)).toEqual([]);
    expect(made(301)).toEqual([expect.stringContaining('Test/Api: 301 path parts of the API exceed the limit of 300')]);
  });
});

test('more than 500 resources in a stack are an error of the CDK', () => {
  const stack = testStack();
  const api = bareApi(stack);
  for (let number = 0; number < 250; number += 1) api.addRoute(`GET /p${number}`, HttpTarget.of('https://reports.example'));
  expect(() => templateOf(stack)).toThrow(/Number of resources in stack 'Test': 5\d\d is greater than allowed maximum of 500/);
});

test('authorizers of an API are a warning from the eleventh', () => {
  const made = (count: number) => {
    const stack = testStack();
    const api = bareApi(stack);
    api.addRoute('GET /', HttpTarget.of('https://reports.example'));
    for (let number = 1; number < count; number += 1) {
      new CfnAuthorizer(stack, `A${number}`, { name: `a${number}`, restApiId: api.restApi.restApiId, type: 'COGNITO_USER_POOLS' });
    }
    templateOf(stack);
    return warnings(stack).filter((text) => text.includes('apiAuthorizers'));
  };
  expect(made(10)).toEqual([]);
  expect(made(11)).toEqual([expect.stringContaining('11 authorizers of the API exceed the limit of 10')]);
});

describe('tiers', () => {
  const tiers = (count: number) => Array.from({ length: count }, (_, number) => Tier.of(`t${number}`, { rate: 1, burst: 1 }));
  const made = (count: number) => {
    const stack = testStack();
    const api = bareApi(stack, {
      directory: new TenantDirectory(stack, 'Directory', { tenancy: Tenancy.of('school', { tiers: tiers(count) }) }),
    });
    api.addRoute('GET /', HttpTarget.of('https://reports.example'));
    return stack;
  };

  test('whose names exceed the size of the functions’ environment are an error', () => {
    expect(() => templateOf(made(60))).not.toThrow();
    expect(() => templateOf(made(600))).toThrow(/Test\/Api\/Authorizer: \d+ bytes of its environment variables exceed the limit of 4096/);
  });

  test('have a plan each: a warning from the 301st', () => {
    const [fits, exceeds] = [made(300), made(301)];
    for (const stack of [fits, exceeds]) templateOf(stack);
    expect(warnings(fits).filter((text) => text.includes('usagePlans'))).toEqual([]);
    expect(warnings(exceeds).filter((text) => text.includes('usagePlans'))).toEqual([
      expect.stringContaining('301 usage plans of this app exceed the limit of 300'),
    ]);
  });
});

test('web ACLs whose logs exceed the policy of AWS are a warning', () => {
  const made = (count: number) => {
    const app = testApp();
    const stacks = Array.from({ length: count }, (_, number) => new Stack(app, `S${number}`));
    for (const stack of stacks) bareApi(stack).addRoute('GET /', HttpTarget.of('https://reports.example'));
    app.synth();
    return warnings(stacks[0]).filter((text) => text.includes('logDeliveryPolicy'));
  };
  expect(made(3)).toEqual([]);
  expect(made(60)[0]).toMatch(
    /\d{4} bytes of the policy that AWS writes for the logs of web ACLs in this account and Region exceed the limit of 5120/,
  );
});

test('a function deep in the tree has a valid description', () => {
  let scope: Construct = testStack();
  for (let level = 0; level < 12; level += 1) scope = new Construct(scope, `Level${level}OfADeepTreeOfConstructs`);
  const api = bareApi(scope);
  api.addRoute('GET /', HttpTarget.of('https://reports.example'));
  for (const { Properties } of Object.values(templateOf(Stack.of(api)).findResources('AWS::Lambda::Function'))) {
    expect(Properties.Description.length).toBeLessThanOrEqual(256);
  }
});

test('the format of the access log is within the limit of API Gateway', () => {
  // Documented: "Quotas for configuring and running a REST API in API Gateway", access log template size.
  expect(Buffer.byteLength(ACCESS_LOG_FORMAT)).toBeLessThanOrEqual(3 * 1024);
});
