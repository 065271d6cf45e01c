import type { TenantIsolatedApiProps } from '../../src';
import { keepsPromises } from '../promises';
import { logicalIds, policiesIn, scrubbed, templateOf, testStack } from '../synth';
import { minimal } from './apps';
import { tenantApi } from './fixtures';

function synthesized(props: Partial<TenantIsolatedApiProps> = {}) {
  const stack = testStack();
  tenantApi(stack, props);
  return templateOf(stack);
}

const template = synthesized();

test('every method needs a token and a key, and is validated', () => {
  for (const { Properties } of Object.values(template.findResources('AWS::ApiGateway::Method'))) {
    expect(Properties).toMatchObject({ AuthorizationType: 'CUSTOM', ApiKeyRequired: true, RequestValidatorId: expect.anything() });
  }
});

test('the API requires TLS 1.2 with forward secrecy or newer, its own host name, and API keys from the authorizer', () => {
  template.hasResourceProperties('AWS::ApiGateway::RestApi', {
    ApiKeySourceType: 'AUTHORIZER',
    EndpointConfiguration: { Types: ['REGIONAL'] },
    SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
    EndpointAccessMode: 'STRICT',
  });
});

test('requests are traced and logged, without an account-wide role', () => {
  template.hasResourceProperties('AWS::ApiGateway::Stage', { TracingEnabled: true });
  template.resourceCountIs('AWS::ApiGateway::Account', 0);
});

test('the access log has caller, route and result, but no text that a caller chooses', () => {
  const [{ Properties }] = Object.values(template.findResources('AWS::ApiGateway::Stage'));
  const format = JSON.parse(Properties.AccessLogSetting.Format) as Record<string, string>;
  expect(format).toMatchObject({
    correlationId: '$context.extendedRequestId',
    tenant: '$context.authorizer.tenantId',
    status: '$context.status',
  });
  for (const variable of Object.values(format)) expect(variable).toMatch(/^\$context\.(?!.*(apiKey|header|body))[\w.]+$/);
});

test('each tier has a usage plan with its rate and quota', () => {
  const plans = Object.values(template.findResources('AWS::ApiGateway::UsagePlan')).map(({ Properties }) => Properties);
  const [standard, trial] = ['standard', 'free-trial'].map((tier) => plans.find(({ Description }) => Description.endsWith(` ${tier}`)));
  expect(standard).toMatchObject({ Throttle: { RateLimit: 50, BurstLimit: 100 } });
  expect(standard?.Quota).toBeUndefined();
  expect(trial).toMatchObject({ Throttle: { RateLimit: 2, BurstLimit: 4 }, Quota: { Limit: 1_000, Period: 'DAY' } });
});

test('the firewall blocks, with a rate for each address of twice that of the largest tier', () => {
  const [{ Properties }] = Object.values(template.findResources('AWS::WAFv2::WebACL'));
  const [rate, ...managed] = Properties.Rules;
  expect(rate).toMatchObject({ Action: { Block: {} }, Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 2 * 50 * 300 } } });
  expect(managed.map((rule: { OverrideAction: object }) => rule.OverrideAction)).toEqual([{ None: {} }, { None: {} }, { None: {} }]);
  expect(JSON.stringify(template.findResources('AWS::WAFv2::WebACLAssociation'))).toContain('/stages/');
  template.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
    RedactedFields: [{ SingleHeader: { Name: 'authorization' } }, { SingleHeader: { Name: 'cookie' } }],
  });
});

test('the firewall keeps no samples of requests, which would show tokens', () => {
  const [{ Properties }] = Object.values(template.findResources('AWS::WAFv2::WebACL'));
  for (const { VisibilityConfig } of [Properties, ...Properties.Rules]) expect(VisibilityConfig.SampledRequestsEnabled).toBe(false);
});

test('the firewall’s log has a new name each time the stack is created: the previous one may have been retained', () => {
  const [logs] = Object.values(template.findResources('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 30 } })).filter(
    ({ Properties }) => JSON.stringify(Properties.LogGroupName ?? '').includes('aws-waf-logs-'),
  );
  expect(JSON.stringify(logs.Properties.LogGroupName)).toContain('AWS::StackId');
});

test('API Gateway’s own responses have one format with the correlation id; a throttled caller gets Retry-After', () => {
  const responses = Object.values(template.findResources('AWS::ApiGateway::GatewayResponse')).map(({ Properties }) => Properties);
  for (const { ResponseTemplates } of responses) {
    const filled = ResponseTemplates['application/json']
      .replaceAll(/\$context\.error\.messageString/g, '"m"')
      .replaceAll(/\$context[\w.]+/g, 'x');
    expect(JSON.parse(filled)).toMatchObject({ message: 'm', correlationId: 'x' });
  }
  const headers = Object.fromEntries(responses.map(({ ResponseType, ResponseParameters }) => [ResponseType, ResponseParameters]));
  expect(headers.THROTTLED).toEqual({ 'gatewayresponse.header.Retry-After': "'1'" });
  expect(headers.QUOTA_EXCEEDED).toEqual({ 'gatewayresponse.header.Retry-After': "'3600'" });
  expect(headers.UNAUTHORIZED).toEqual({ 'gatewayresponse.header.WWW-Authenticate': "'Bearer'" });
});

test('the authorizer may only read its secret and write its log', () => {
  expect(actionsOf('ApiAuthorizerRole')).toEqual([
    'kms:Decrypt',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:GetSecretValue',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
});

test('onboarding may change the directory and keys of tenants, one at a time', () => {
  expect(actionsOf('ApiOnboardingRole').filter((action) => /^(apigateway|dynamodb):/.test(action))).toEqual([
    'apigateway:DELETE',
    'apigateway:DELETE',
    'apigateway:GET',
    'apigateway:GET',
    'apigateway:GET',
    'apigateway:PATCH',
    'apigateway:POST',
    'apigateway:POST',
    'dynamodb:ConditionCheckItem',
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
  ]);
  template.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 1, Timeout: 900 });
});

keepsPromises(minimal);

test('the logical ids of the API and the secret never change, because URL and API keys would change with them', () => {
  expect(logicalIds(template, 'AWS::ApiGateway::RestApi')).toEqual(['ApiCD79AAA0']);
  expect(logicalIds(template, 'AWS::SecretsManager::Secret')).toEqual(['ApiKeySecret8069C2DA']);
});

test('the default shape', () => {
  expect(scrubbed(template)).toMatchSnapshot();
});

function actionsOf(role: string): string[] {
  return Object.values(policiesIn(template))
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action }) => Action)
    .filter((action) => role !== 'ApiOnboardingRole' || !action.startsWith('kms:'))
    .sort();
}
