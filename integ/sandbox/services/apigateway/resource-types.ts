import { members, supported } from '../../assembly/resource-types';
import type { ResourceType } from '../../contracts';
import { INTEGRATION, INTEGRATION_RESPONSE, METHOD_RESPONSE } from './load-integration';

const REGIONAL = 'template only: in the sandbox an API has one address, whatever its endpoint type';
const TAGS = 'template only: the sandbox does not read tags';
const NOT_EXECUTED = 'template only: caching, metrics and execution logs are not executed';
const EXACT = "limits are exact, while AWS applies them on a best-effort basis; the account's own limits are not imitated";
const DESCRIPTION = 'template only: a description';

const THROTTLING = ['HttpMethod', 'ResourcePath', 'ThrottlingBurstLimit', 'ThrottlingRateLimit'];
const OTHER_SETTINGS = ['CacheDataEncrypted', 'CacheTtlInSeconds', 'CachingEnabled', 'DataTraceEnabled', 'LoggingLevel', 'MetricsEnabled'];

export const apigatewayTypes: ResourceType[] = [
  {
    type: 'AWS::ApiGateway::RestApi',
    support: 'runs',
    reason: 'an HTTP server on a port of this machine',
    properties: supported(
      [DESCRIPTION, 'Description'],
      ['runs', 'ApiKeySourceType Name'],
      [REGIONAL, 'EndpointConfiguration.{IpAddressType,Types,VpcEndpointIds}'],
      ['AWS only: the sandbox has no custom domains, so an API always has its own address', 'DisableExecuteApiEndpoint'],
      ['template only: for imported APIs', 'FailOnWarnings Mode'],
      ['AWS only: the sandbox does not use TLS', 'SecurityPolicy EndpointAccessMode'],
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
    reason: 'a stage serves the methods of the template',
    properties: { RestApiId: 'runs', Description: DESCRIPTION },
    ref: (of) => of.token(6),
    attributes: { DeploymentId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::Stage',
    support: 'runs',
    reason: 'the first part of the path, with variables, limits and an access log',
    properties: {
      ...supported(
        ['runs', 'RestApiId StageName DeploymentId Variables AccessLogSetting.{DestinationArn,Format}'],
        [DESCRIPTION, 'Description DocumentationVersion'],
        ['AWS only: X-Ray', 'TracingEnabled'],
        ['AWS only: the sandbox does not cache responses', 'CacheClusterEnabled CacheClusterSize'],
        ['AWS only: the sandbox sends no client certificate to HTTP backends', 'ClientCertificateId'],
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
    reason: 'ajv validates JSON schema draft 4',
    properties: supported(
      ['runs', 'RestApiId Name Schema'],
      ['template only: RequestModels of the method names the content type', 'ContentType'],
      [DESCRIPTION, 'Description'],
    ),
    ref: (of) => String(of.property('Name') ?? `model${of.token(12)}`),
  },
  {
    type: 'AWS::ApiGateway::RequestValidator',
    support: 'runs',
    reason: 'required parameters and the body are validated',
    properties: supported(['runs', 'RestApiId ValidateRequestBody ValidateRequestParameters'], [DESCRIPTION, 'Name']),
    ref: (of) => of.token(6),
    attributes: { RequestValidatorId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::Authorizer',
    support: 'runs',
    reason:
      'the function is invoked, and its policy is evaluated and cached; a token of a user pool is verified with the keys of the local pool',
    properties: supported(
      [
        'runs',
        'RestApiId Type AuthorizerUri AuthorizerCredentials AuthorizerResultTtlInSeconds IdentitySource IdentityValidationExpression',
        'ProviderARNs',
      ],
      [DESCRIPTION, 'Name'],
      ['template only: for exported APIs', 'AuthType'],
    ),
    ref: (of) => of.token(6),
    attributes: { AuthorizerId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::GatewayResponse',
    support: 'runs',
    reason: "status, headers and template of API Gateway's own responses",
    properties: supported(['runs', 'RestApiId ResponseType StatusCode ResponseParameters ResponseTemplates']),
    ref: (of) => of.token(6),
    attributes: { Id: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::ApiKey',
    support: 'runs',
    reason: 'looked up for each request; the control plane creates and changes them too',
    properties: supported(
      ['runs', 'Name Value Enabled CustomerId Description'],
      ['template only: in the sandbox the ID always differs from the value', 'GenerateDistinctId'],
      // Documented: "AWS::ApiGateway::ApiKey StageKey": deprecated, a usage plan names the stages of a key.
      ['template only: usage plans decide for which stages a key is valid', 'StageKeys.{RestApiId,StageName}'],
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
    reason: 'adds a key to a plan',
    properties: supported(['runs', 'KeyId KeyType UsagePlanId']),
    ref: (of) => `${of.token(10)}:${of.token(6)}`,
    attributes: { Id: (of) => of.token(10) },
  },
  {
    type: 'AWS::ApiGateway::Account',
    support: 'evaluated',
    reason: 'whether API Gateway can write logs with the role; in a new account it must be set before a stage with logs is created',
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
