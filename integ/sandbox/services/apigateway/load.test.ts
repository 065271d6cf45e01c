import type { JsonObject } from '../../contracts';
import { loadApis, problemsOf } from './load';
import { apiTemplate, assemblyOf, echo, FUNCTION_URI, startTestGateway, toQueue } from './testing';

const load =
  (methods: Record<string, JsonObject>, more: JsonObject = {}, stage: JsonObject = {}) =>
  () =>
    problemsOf(assemblyOf(apiTemplate(methods, more, stage)));
const integration = (properties: JsonObject) => ({ Integration: properties });
const http = (Type: string) => integration({ Type, Uri: 'https://example.com', IntegrationHttpMethod: 'GET' });

describe('rejected by name when the API is loaded', () => {
  test.each<[string, () => string[], string]>([
    ['IAM authorization', load({ 'GET /a': echo('x', { AuthorizationType: 'AWS_IAM' }) }), 'AuthorizationType AWS_IAM is not supported'],
    [
      'Cognito authorization without an authorizer',
      load({ 'GET /a': echo('x', { AuthorizationType: 'COGNITO_USER_POOLS' }) }),
      'AWS::ApiGateway::Method.AuthorizerId is missing',
    ],
    ...['HTTP', 'HTTP_PROXY'].map((type): [string, () => string[], string] => [
      `a host outside, by ${type}`,
      load({ 'GET /a': http(type) }),
      'Integration.Uri https://example.com is outside this machine: start with --map https://example.com=http://127.0.0.1:port',
    ]),
    [
      'scopes without a user pool',
      load({ 'GET /a': echo('x', { AuthorizationScopes: ['visits/read'] }) }),
      'AuthorizationScopes are for the authorization type COGNITO_USER_POOLS',
    ],
    [
      'another service',
      load({ 'GET /a': integration({ Type: 'AWS', Uri: 'arn:aws:apigateway:us-east-1:states:action/StartExecution' }) }),
      'Integration.Uri arn:aws:apigateway:us-east-1:states:action/StartExecution is not supported',
    ],
    [
      'a function behind a stage variable',
      load({ 'GET /a': integration({ Type: 'AWS_PROXY', Uri: FUNCTION_URI.replace(':Fn/', ':${stageVariables.fn}/') }) }),
      'contains a stage variable',
    ],
    [
      'a call without a role',
      load({ 'GET /a': toQueue('x', { Credentials: null }) }),
      'Credentials is missing: a call to sqs needs a role',
    ],
    ["the caller's own credentials", load({ 'GET /a': toQueue('x', { Credentials: 'arn:aws:iam::*:user/*' }) }), 'it must be a role'],
    [
      'content handling',
      load({ 'GET /a': toQueue('x', { ContentHandling: 'CONVERT_TO_TEXT' }) }),
      'Integration.ContentHandling is not supported',
    ],
    [
      'response caching',
      load({ 'GET /a': toQueue('x', { CacheKeyParameters: ['a'] }) }),
      'Integration.CacheKeyParameters is not supported',
    ],
    [
      'a template that cannot be run',
      load({ 'GET /a': toQueue('#macro(m)x#end') }),
      'Integration.RequestTemplates.application/json cannot be run: #macro is not supported in a mapping template (S.Method0)',
    ],
    ['an unknown variable', load({ 'GET /a': echo('$contxt.stage') }), 'cannot be run: $contxt is not supported'],
    [
      'a response that the method does not declare',
      load({ 'GET /a': toQueue('x', { IntegrationResponses: [{ StatusCode: '500' }] }) }),
      "IntegrationResponses.0.StatusCode 500 is not one of the method's responses",
    ],
    [
      'a header that the response does not declare',
      load({
        'GET /a': toQueue('x', {
          IntegrationResponses: [{ StatusCode: '202', ResponseParameters: { 'method.response.header.A': "'a'" } }],
        }),
      }),
      "ResponseParameters.method.response.header.A is not declared by the method's response",
    ],
    [
      'a mapping expression',
      load({ 'GET /a': toQueue('x', { RequestParameters: { 'integration.request.header.A': 'static' } }) }),
      'the mapping expression static is not supported',
    ],
    [
      'a header that API Gateway sets',
      load({ 'GET /a': toQueue('x', { RequestParameters: { 'integration.request.header.Authorization': "'a'" } }) }),
      'RequestParameters.integration.request.header.Authorization cannot be mapped',
    ],
    [
      'a model that is not there',
      load({ 'GET /a': echo('x', { RequestModels: { 'application/json': 'None' } }) }),
      'RequestModels.application/json None is not a model of the API',
    ],
    [
      'an access log to Firehose',
      load(
        { 'GET /a': echo('x') },
        {},
        { AccessLogSetting: { DestinationArn: 'arn:aws:firehose:us-east-1:1:deliverystream/x', Format: '$context.requestId' } },
      ),
      'AccessLogSetting.DestinationArn arn:aws:firehose:us-east-1:1:deliverystream/x is not the ARN of a log group',
    ],
    [
      'an access log without the request id',
      load({ 'GET /a': echo('x') }, {}, { AccessLogSetting: { DestinationArn: 'arn:aws:logs:us-east-1:1:log-group:g', Format: 'x' } }),
      'AccessLogSetting.Format must include $context.requestId',
    ],
    [
      'a timeout over 29 seconds',
      load({ 'GET /a': toQueue('x', { TimeoutInMillis: 30_000 }) }),
      'TimeoutInMillis 30000 is not between 50 and 29000',
    ],
  ])('%s', (_, call, message) => {
    expect(call()).toEqual([expect.stringContaining(message)]);
  });
});

test('all problems are reported together, each with its resource, also several of one method', () => {
  const model = { Type: 'AWS::ApiGateway::Model', Properties: { RestApiId: { Ref: 'Api' }, Name: 'M', Schema: { type: 'nonsense' } } };
  const bad = toQueue('#macro(m)x#end', { TimeoutInMillis: 1, Credentials: null }, { RequestValidatorId: 'none' });
  expect(load({ 'GET /a': echo('x', { AuthorizationType: 'AWS_IAM' }), 'POST /a': bad }, { M: model })()).toEqual([
    expect.stringMatching(/^AWS::ApiGateway::Model\.Schema .* \(S\.M\)$/),
    expect.stringMatching(/Method\.AuthorizationType .* \(S\.Method0\)$/),
    expect.stringMatching(/Method\.RequestValidatorId .* \(S\.Method1\)$/),
    expect.stringMatching(/Integration\.Credentials .* \(S\.Method1\)$/),
    expect.stringMatching(/RequestTemplates.* \(S\.Method1\)$/),
    expect.stringMatching(/TimeoutInMillis .* \(S\.Method1\)$/),
  ]);
});

test('a method that is left out returns 501 with the reason, even with an authorizer; the other methods are served', async () => {
  const Authorizer = { Type: 'AWS::ApiGateway::Authorizer', Properties: { RestApiId: { Ref: 'Api' }, Type: 'TOKEN', AuthorizerUri: 'x' } };
  const guarded = { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } };
  const gateway = await startTestGateway(apiTemplate({ 'GET /a': echo('secret', guarded), 'GET /b': echo('served') }, { Authorizer }));
  const problem = 'AWS::ApiGateway::Authorizer.AuthorizerUri x is not the invocation path of a function (S.Authorizer)';
  const { status, body } = await gateway.call('GET', '/a');
  expect([status, JSON.parse(body)]).toEqual([501, { message: `The sandbox does not run this method: ${problem}` }]);
  expect((await gateway.call('GET', '/b')).body).toBe('served');
  expect(gateway.reported).toEqual([problem]);
  await gateway.close();
});

test('an API without a stage is loaded but not served', () => {
  const { Stage: _, ...resources } = apiTemplate({ 'GET /a': echo('x') });
  expect(loadApis(assemblyOf(resources))).toMatchObject({ apis: [{ stages: [] }], problems: [] });
});
