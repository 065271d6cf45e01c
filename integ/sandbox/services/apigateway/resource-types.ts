import { members, supported } from '../../assembly/resource-types';
import type { ResourceType } from '../../contracts';
import { INTEGRATION, INTEGRATION_RESPONSE, METHOD_RESPONSE } from './load-integration';

const REGIONAL = 'template only: an API has one address here, whatever its endpoint type';
const TAGS = 'template only: nothing here reads tags';
const NOT_EXECUTED = 'template only: caching, metrics and execution logs are not executed';
const EXACT = "limits are exact, where AWS applies them on a best-effort basis; the account's own are not imitated";
const DESCRIPTION = 'template only: a text for people';

const THROTTLING = ['HttpMethod', 'ResourcePath', 'ThrottlingBurstLimit', 'ThrottlingRateLimit'];
const OTHER_SETTINGS = ['CacheDataEncrypted', 'CacheTtlInSeconds', 'CachingEnabled', 'DataTraceEnabled', 'LoggingLevel', 'MetricsEnabled'];

/** What the gateway knows of API Gateway's REST APIs. */
export const apigatewayTypes: ResourceType[] = [
  {
    type: 'AWS::ApiGateway::RestApi',
    support: 'runs',
    reason: 'an HTTP server on a port of this machine',
    properties: supported(
      ['template only: an API is found by its id', 'Name'],
      [DESCRIPTION, 'Description'],
      ['runs', 'ApiKeySourceType'],
      [REGIONAL, 'EndpointConfiguration.{IpAddressType,Types,VpcEndpointIds}'],
      ['AWS only: there is no custom domain here, so the API answers at its own address', 'DisableExecuteApiEndpoint'],
      ['template only: it is about imports', 'FailOnWarnings Mode'],
      ['AWS only: TLS ends at its edge', 'SecurityPolicy EndpointAccessMode'],
      [TAGS, 'Tags'],
    ),
    ref: (of) => of.token(10),
    attributes: { RestApiId: (of) => of.token(10), RootResourceId: (of) => of.token(20).slice(10) },
  },
  {
    type: 'AWS::ApiGateway::Resource',
    support: 'runs',
    reason: 'a path of the server',
    properties: supported(['runs', 'RestApiId ParentId PathPart']),
    ref: (of) => of.token(6),
    attributes: { ResourceId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::Method',
    support: 'runs',
    reason: "the template's own validator, mapping templates and integration",
    properties: {
      ...supported(
        [
          'runs',
          'RestApiId ResourceId HttpMethod ApiKeyRequired AuthorizationType AuthorizerId AuthorizationScopes RequestParameters',
          'RequestModels RequestValidatorId',
        ],
        ['template only: a name for generated SDKs', 'OperationName'],
      ),
      ...members('Integration', 'runs', INTEGRATION),
      ...members('Integration.IntegrationResponses', 'runs', INTEGRATION_RESPONSE),
      ...members('MethodResponses', 'runs', METHOD_RESPONSE),
    },
    ref: (of) => of.name('Name'),
  },
  {
    type: 'AWS::ApiGateway::Deployment',
    support: 'runs',
    reason: 'a stage serves the methods as they are in the template',
    properties: { RestApiId: 'runs', Description: DESCRIPTION },
    ref: (of) => of.token(6),
    attributes: { DeploymentId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::Stage',
    support: 'runs',
    reason: 'the first part of the path, with its variables, its limits and its access log',
    properties: {
      ...supported(
        ['runs', 'RestApiId StageName DeploymentId Variables AccessLogSetting.{DestinationArn,Format}'],
        [DESCRIPTION, 'Description DocumentationVersion'],
        ['AWS only: X-Ray', 'TracingEnabled'],
        ['AWS only: responses are not cached here', 'CacheClusterEnabled CacheClusterSize'],
        ['AWS only: no HTTP backend is called from here', 'ClientCertificateId'],
        [TAGS, 'Tags'],
      ),
      ...members('MethodSettings', 'runs', THROTTLING),
      ...members('MethodSettings', NOT_EXECUTED, OTHER_SETTINGS),
    },
    ref: (of) => String(of.property('StageName') ?? of.token(6)),
  },
  {
    type: 'AWS::ApiGateway::Model',
    support: 'runs',
    reason: 'JSON schema draft 4 by ajv',
    properties: supported(
      ['runs', 'RestApiId Name Schema'],
      ["template only: a method's own list says which content types are checked", 'ContentType'],
      [DESCRIPTION, 'Description'],
    ),
    ref: (of) => String(of.property('Name') ?? `model${of.token(12)}`),
  },
  {
    type: 'AWS::ApiGateway::RequestValidator',
    support: 'runs',
    reason: 'required parameters and the body are checked',
    properties: supported(['runs', 'RestApiId ValidateRequestBody ValidateRequestParameters'], [DESCRIPTION, 'Name']),
    ref: (of) => of.token(6),
    attributes: { RequestValidatorId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::Authorizer',
    support: 'runs',
    reason:
      'the function itself is asked, its policy evaluated and cached; a token of a user pool is verified with the keys of the pool here',
    properties: supported(
      [
        'runs',
        'RestApiId Type AuthorizerUri AuthorizerCredentials AuthorizerResultTtlInSeconds IdentitySource IdentityValidationExpression',
        'ProviderARNs',
      ],
      [DESCRIPTION, 'Name'],
      ['template only: it is about exports', 'AuthType'],
    ),
    ref: (of) => of.token(6),
    attributes: { AuthorizerId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::GatewayResponse',
    support: 'runs',
    reason: 'status, headers and template of the answers that API Gateway gives itself',
    properties: supported(['runs', 'RestApiId ResponseType StatusCode ResponseParameters ResponseTemplates']),
    ref: (of) => of.token(6),
    attributes: { Id: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::ApiKey',
    support: 'runs',
    reason: 'looked up for each request; the control plane at the endpoint makes and changes them too',
    properties: supported(
      ['runs', 'Name Value Enabled CustomerId Description'],
      ['template only: an id is never the value here', 'GenerateDistinctId'],
      [TAGS, 'Tags'],
    ),
    ref: (of) => of.token(10),
    attributes: { APIKeyId: (of) => of.token(10) },
  },
  {
    type: 'AWS::ApiGateway::UsagePlan',
    support: 'runs',
    reason: EXACT,
    properties: supported(
      ['runs', 'ApiStages.{ApiId,Stage,Throttle} Quota.{Limit,Offset,Period} Throttle.{BurstLimit,RateLimit} UsagePlanName Description'],
      [TAGS, 'Tags'],
    ),
    ref: (of) => of.token(6),
    attributes: { Id: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::UsagePlanKey',
    support: 'runs',
    reason: 'what of a plan a key may call',
    properties: supported(['runs', 'KeyId KeyType UsagePlanId']),
    ref: (of) => `${of.token(10)}:${of.token(6)}`,
    attributes: { Id: (of) => of.token(10) },
  },
  {
    type: 'AWS::ApiGateway::Account',
    support: 'evaluated',
    reason: 'whether API Gateway could write logs in the role; in a fresh account no stage with logs is made before it',
    properties: { CloudWatchRoleArn: 'evaluated' },
    ref: (of) => of.token(10),
    attributes: { Id: (of) => of.token(10) },
  },
  {
    type: 'AWS::ApiGatewayV2::VpcLink',
    support: 'runs',
    reason: 'integrations reach an application load balancer through it, as its security groups allow',
    properties: supported(['runs', 'SecurityGroupIds SubnetIds'], [DESCRIPTION, 'Name'], [TAGS, 'Tags']),
    ref: (of) => of.token(6),
    attributes: { VpcLinkId: (of) => of.token(6) },
  },
];
