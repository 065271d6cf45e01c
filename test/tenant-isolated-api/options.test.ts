import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DataDestruction, Firewall, HttpTarget } from '../../src';
import { ingestPath } from '../buffered-ingest-path/fixtures';
import { descriptionOf } from '../notified';
import { templateOf, testStack } from '../synth';
import { bareApi, target, tenantApi } from './fixtures';

const ONE = ['https://app.example'];
const TWO = ['https://app.example', 'http://localhost:3000'];

describe('a firewall', () => {
  const rules = (firewall: Firewall) => {
    const stack = testStack();
    tenantApi(stack, { firewall });
    return Object.values(templateOf(stack).findResources('AWS::WAFv2::WebACL'))[0]?.Properties.Rules;
  };

  test('can count instead of block', () => {
    const [rate, ...managed] = rules(Firewall.counting());
    expect(rate.Action).toEqual({ Count: {} });
    expect(managed.map((rule: { OverrideAction: object }) => rule.OverrideAction)).toEqual([{ Count: {} }, { Count: {} }, { Count: {} }]);
  });

  test('can have another rate', () => {
    expect(rules(Firewall.blocking({ requestsPerAddress: 10 }))[0].Statement.RateBasedStatement.Limit).toBe(10);
  });

  test('from another stack is associated with the stage, and none is created', () => {
    const stack = testStack();
    const webAclArn = 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shared/0';
    const api = tenantApi(stack, { firewall: Firewall.fromWebAclArn(webAclArn) });
    const template = templateOf(stack);
    template.resourceCountIs('AWS::WAFv2::WebACL', 0);
    template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', { WebACLArn: webAclArn });
    expect(api.logGroups).toHaveLength(3);
    expect(() => api.metrics.metricBlocked()).toThrow(
      'Test/Api: missing webAclName: expected Firewall.blocking(), or the webAclName of an imported API, for this metric',
    );
  });
});

describe('origins', () => {
  test('have one preflight method on each path, without a token', () => {
    const stack = testStack();
    const api = bareApi(stack, { allowedOrigins: ONE });
    const handler = target(stack);
    api.addRoute('GET /a', handler);
    api.addRoute('POST /a', handler);
    const methods = Object.values(templateOf(stack).findResources('AWS::ApiGateway::Method')).map(({ Properties }) => Properties);
    const preflights = methods.filter(({ HttpMethod }) => HttpMethod === 'OPTIONS');
    expect(preflights).toHaveLength(1);
    expect(preflights[0]).toMatchObject({ AuthorizationType: 'NONE' });
    expect(preflights[0].ApiKeyRequired ?? false).toBe(false);
  });

  test('without origins, there is no preflight method', () => {
    const stack = testStack();
    tenantApi(stack);
    expect(JSON.stringify(templateOf(stack).toJSON())).not.toMatch(/OPTIONS|Access-Control/);
  });

  test.each([[ONE], [TWO]])('%j: API Gateway’s own responses allow the first origin, and expose their headers', (allowedOrigins) => {
    const stack = testStack();
    tenantApi(stack, { allowedOrigins });
    const responses = Object.values(templateOf(stack).findResources('AWS::ApiGateway::GatewayResponse'));
    for (const { Properties } of responses) {
      expect(Properties.ResponseParameters).toMatchObject({
        'gatewayresponse.header.Access-Control-Allow-Origin': "'https://app.example'",
        'gatewayresponse.header.Access-Control-Expose-Headers': "'Retry-After,WWW-Authenticate'",
        'gatewayresponse.header.Vary': "'Origin'",
      });
    }
    const own = responses.flatMap(({ Properties }) => Object.keys(Properties.ResponseParameters));
    const sent = own.map((name) => name.replace('gatewayresponse.header.', '')).filter((name) => !/^(Access-Control-.*|Vary)$/.test(name));
    expect([...new Set(sent)].sort()).toEqual(['Retry-After', 'WWW-Authenticate']);
  });

  test('a preflight accepts any content type, and passes on no body', () => {
    const stack = testStack();
    tenantApi(stack, { allowedOrigins: TWO });
    const [{ Properties }] = Object.values(
      templateOf(stack).findResources('AWS::ApiGateway::Method', { Properties: { HttpMethod: 'OPTIONS' } }),
    );
    const { PassthroughBehavior, RequestTemplates } = Properties.Integration;
    expect(PassthroughBehavior).toBe('NEVER');
    expect(Object.keys(RequestTemplates)).toEqual(expect.arrayContaining(['application/json', 'text/plain', '$default']));
    for (const template of Object.values(RequestTemplates)) expect(JSON.parse(String(template))).toEqual({ statusCode: 204 });
  });

  test('responses of an ingest path allow these origins', () => {
    const stack = testStack();
    bareApi(stack, { allowedOrigins: TWO }).addRoute('POST /visits', ingestPath(stack));
    const [{ Properties }] = Object.values(
      templateOf(stack).findResources('AWS::ApiGateway::Method', { Properties: { HttpMethod: 'POST' } }),
    );
    for (const { ResponseTemplates } of Properties.Integration.IntegrationResponses) {
      expect(ResponseTemplates['application/json']).toContain(
        "#if($origin == 'https://app.example' || $origin == 'http://localhost:3000')",
      );
    }
  });
});

test('decisions are cached for the configured time, or not at all', () => {
  for (const [authorizationCache, ttl] of [
    [Duration.minutes(10), 600],
    [Duration.seconds(0), 0],
  ] as const) {
    const stack = testStack();
    tenantApi(stack, { authorizationCache });
    templateOf(stack).hasResourceProperties('AWS::ApiGateway::Authorizer', { AuthorizerResultTtlInSeconds: ttl });
  }
});

test('encryptionKey encrypts logs and the secret', () => {
  const stack = testStack();
  const encryptionKey = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/own');
  tenantApi(stack, { encryptionKey });
  const template = templateOf(stack);
  for (const type of ['AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup']) {
    template.allResourcesProperties(type, { KmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/own' });
  }
});

test('name sets the names of the log groups', () => {
  const stack = testStack();
  tenantApi(stack, { name: 'luca-platform' });
  const names = Object.values(templateOf(stack).findResources('AWS::Logs::LogGroup')).map(({ Properties }) => Properties.LogGroupName);
  expect(names).toEqual(
    expect.arrayContaining([
      '/aws/apigateway/luca-platform/access',
      '/aws/lambda/luca-platform-authorizer',
      '/aws/lambda/luca-platform-onboarding',
    ]),
  );
});

test('logs and the secret are deleted if both prop and scope allow it', () => {
  const stack = testStack();
  DataDestruction.allow(stack);
  tenantApi(stack, { removalPolicy: RemovalPolicy.DESTROY });
  templateOf(stack).allResources('AWS::SecretsManager::Secret', { DeletionPolicy: 'Delete' });
  for (const [id, { DeletionPolicy }] of Object.entries(templateOf(stack).findResources('AWS::Logs::LogGroup'))) {
    expect([id, DeletionPolicy]).toEqual([id, 'Delete']);
  }
});

test('an operator can be granted to invoke onboarding, but no version or alias', () => {
  const stack = testStack();
  const operator = new Role(stack, 'Operator', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
  tenantApi(stack).grants.onboard(operator);
  templateOf(stack).hasResourceProperties('AWS::IAM::Policy', {
    Roles: [{ Ref: Match.stringLikeRegexp('^Operator') }],
    PolicyDocument: {
      Statement: [
        { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiOnboarding'), 'Arn'] } },
      ],
    },
  });
});

test('a service principal can be granted to invoke onboarding, too', () => {
  const stack = testStack();
  tenantApi(stack).grants.onboard(new ServicePrincipal('events.amazonaws.com'));
  templateOf(stack).hasResourceProperties('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiOnboarding'), 'Arn'] },
    Principal: 'events.amazonaws.com',
  });
});

test('each recommended alarm can be created, once, and gives its reason', () => {
  const stack = testStack();
  const api = tenantApi(stack);
  expect(api.alarms.serverErrorShare()).toBe(api.alarms.serverErrorShare());
  api.alarms.authorizerThrottles();
  api.alarms.undecided();
  const template = templateOf(stack);
  template.resourceCountIs('AWS::CloudWatch::Alarm', api.recommendedAlarms.length);
  for (const alarm of api.recommendedAlarms) {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmDescription: descriptionOf(alarm), Threshold: alarm.threshold });
  }
});

test('every metric has the dimensions of the stage, the authorizer or the firewall', () => {
  const stack = testStack();
  const { metrics } = tenantApi(stack);
  const all = [
    metrics.metricRequests(),
    metrics.metricClientErrors(),
    metrics.metricServerErrors(),
    metrics.metricLatency(),
    metrics.metricAuthorizerErrors(),
    metrics.metricUnauthorized(),
    metrics.metricUndecided(),
    metrics.metricBlocked(),
  ];
  for (const metric of all) {
    const { metricStat } = metric.toMetricConfig();
    expect(metricStat?.period.toSeconds()).toBe(60);
    expect(Object.keys(metricStat?.dimensions ?? []).length).toBeGreaterThan(0);
  }
  expect(Stack.of(stack)).toBe(stack);
});

describe('a service behind a route', () => {
  test('gets the tenant in headers that replace the caller’s, and the requested path', () => {
    const stack = testStack();
    bareApi(stack).addRoute('ANY /grades/{course}/{proxy+}', HttpTarget.of('https://grades.example/v1/'));
    templateOf(stack).hasResourceProperties('AWS::ApiGateway::Method', {
      AuthorizationType: 'CUSTOM',
      ApiKeyRequired: true,
      Integration: {
        Type: 'HTTP_PROXY',
        IntegrationHttpMethod: 'ANY',
        Uri: 'https://grades.example/v1/grades/{course}/{proxy}',
        RequestParameters: {
          'integration.request.path.course': 'method.request.path.course',
          'integration.request.path.proxy': 'method.request.path.proxy',
          'integration.request.header.X-Tenant-Id': 'context.authorizer.tenantId',
          'integration.request.header.X-Tenant-Tier': 'context.authorizer.tier',
          'integration.request.header.X-User-Id': 'context.authorizer.userId',
          'integration.request.header.X-Correlation-Id': 'context.extendedRequestId',
        },
      },
    });
  });

  test.each([
    'http://grades.example',
    'https://grades.example?x=1',
    'https://grades.example/{stage}',
    'grades.example',
    'https://a.example/#x',
  ])('%s is rejected', (url) => {
    expect(() => HttpTarget.of(url)).toThrow('HttpTarget: invalid url');
  });

  test.each(['http://localhost:8080', 'http://127.0.0.1:8080/base'])('%s is allowed for development', (url) => {
    expect(() => HttpTarget.of(url)).not.toThrow();
  });
});
