import { members } from '../../assembly/resource-types';
import type { ResourceType } from '../../contracts';
import { INTEGRATION, INTEGRATION_RESPONSE, METHOD_RESPONSE } from './load-integration';

const REGIONAL = 'template only: an API has one address here, whatever its endpoint type';
const TAGS = 'template only: nothing here reads tags';
const NOT_EXECUTED = 'template only: caching, metrics and execution logs are not executed';
const EXACT = "limits are exact, where AWS applies them on a best-effort basis; the account's own are not imitated";
const DESCRIPTION = 'template only: a text for people';

const THROTTLING = ['HttpMethod', 'ResourcePath', 'ThrottlingBurstLimit', 'ThrottlingRateLimit'];
const OTHER_SETTINGS = ['CacheDataEncrypted', 'CacheTtlInSeconds', 'CachingEnabled', 'DataTraceEnabled', 'LoggingLevel', 'MetricsEnabled'];

const run: ResourceType[] = [
  {
    type: 'AWS::ApiGateway::RestApi',
    support: 'runs',
    reason: 'an HTTP server on a port of this machine',
    properties: {
      Name: 'template only: an API is found by its id',
      Description: DESCRIPTION,
      ApiKeySourceType: 'runs',
      ...members('EndpointConfiguration', REGIONAL, ['IpAddressType', 'Types', 'VpcEndpointIds']),
      DisableExecuteApiEndpoint: 'AWS only: there is no custom domain here, so the API answers at its own address',
      FailOnWarnings: 'template only: it is about imports',
      Mode: 'template only: it is about imports',
      SecurityPolicy: 'AWS only: TLS ends at its edge',
      EndpointAccessMode: 'AWS only: TLS ends at its edge',
      Tags: TAGS,
    },
    ref: (of) => of.token(10),
    attributes: { RestApiId: (of) => of.token(10), RootResourceId: (of) => of.token(20).slice(10) },
  },
  {
    type: 'AWS::ApiGateway::Resource',
    support: 'runs',
    reason: 'a path of the server',
    properties: { RestApiId: 'runs', ParentId: 'runs', PathPart: 'runs' },
    ref: (of) => of.token(6),
    attributes: { ResourceId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::Method',
    support: 'runs',
    reason: "the template's own validator, mapping templates and integration",
    properties: {
      RestApiId: 'runs',
      ResourceId: 'runs',
      HttpMethod: 'runs',
      ApiKeyRequired: 'runs',
      AuthorizationType: 'runs',
      AuthorizerId: 'runs',
      AuthorizationScopes: 'runs',
      RequestParameters: 'runs',
      RequestModels: 'runs',
      RequestValidatorId: 'runs',
      ...members('Integration', 'runs', INTEGRATION),
      ...members('Integration.IntegrationResponses', 'runs', INTEGRATION_RESPONSE),
      ...members('MethodResponses', 'runs', METHOD_RESPONSE),
      OperationName: 'template only: a name for generated SDKs',
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
      RestApiId: 'runs',
      StageName: 'runs',
      DeploymentId: 'runs',
      Variables: 'runs',
      ...members('AccessLogSetting', 'runs', ['DestinationArn', 'Format']),
      Description: DESCRIPTION,
      ...members('MethodSettings', 'runs', THROTTLING),
      ...members('MethodSettings', NOT_EXECUTED, OTHER_SETTINGS),
      TracingEnabled: 'AWS only: X-Ray',
      CacheClusterEnabled: 'AWS only: responses are not cached here',
      CacheClusterSize: 'AWS only: responses are not cached here',
      ClientCertificateId: 'AWS only: no HTTP backend is called from here',
      DocumentationVersion: DESCRIPTION,
      Tags: TAGS,
    },
    ref: (of) => String(of.property('StageName') ?? of.token(6)),
  },
  {
    type: 'AWS::ApiGateway::Model',
    support: 'runs',
    reason: 'JSON schema draft 4 by ajv',
    properties: {
      RestApiId: 'runs',
      Name: 'runs',
      Schema: 'runs',
      ContentType: "template only: a method's own list says which content types are checked",
      Description: DESCRIPTION,
    },
    ref: (of) => String(of.property('Name') ?? `model${of.token(12)}`),
  },
  {
    type: 'AWS::ApiGateway::RequestValidator',
    support: 'runs',
    reason: 'required parameters and the body are checked',
    properties: { RestApiId: 'runs', Name: DESCRIPTION, ValidateRequestBody: 'runs', ValidateRequestParameters: 'runs' },
    ref: (of) => of.token(6),
    attributes: { RequestValidatorId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::Authorizer',
    support: 'runs',
    reason:
      'the function itself is asked, its policy evaluated and cached; a token of a user pool is verified with the keys of the pool here',
    properties: {
      RestApiId: 'runs',
      Name: DESCRIPTION,
      Type: 'runs',
      AuthorizerUri: 'runs',
      AuthorizerCredentials: 'runs',
      AuthorizerResultTtlInSeconds: 'runs',
      IdentitySource: 'runs',
      IdentityValidationExpression: 'runs',
      ProviderARNs: 'runs',
      AuthType: 'template only: it is about exports',
    },
    ref: (of) => of.token(6),
    attributes: { AuthorizerId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::GatewayResponse',
    support: 'runs',
    reason: 'status, headers and template of the answers that API Gateway gives itself',
    properties: { RestApiId: 'runs', ResponseType: 'runs', StatusCode: 'runs', ResponseParameters: 'runs', ResponseTemplates: 'runs' },
    ref: (of) => of.token(6),
    attributes: { Id: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::ApiKey',
    support: 'runs',
    reason: 'looked up for each request; the control plane at the endpoint makes and changes them too',
    properties: {
      Name: 'runs',
      Value: 'runs',
      Enabled: 'runs',
      CustomerId: 'runs',
      Description: 'runs',
      GenerateDistinctId: 'template only: an id is never the value here',
      Tags: TAGS,
    },
    ref: (of) => of.token(10),
    attributes: { APIKeyId: (of) => of.token(10) },
  },
  {
    type: 'AWS::ApiGateway::UsagePlan',
    support: 'runs',
    reason: EXACT,
    properties: {
      ...members('ApiStages', 'runs', ['ApiId', 'Stage', 'Throttle']),
      ...members('Quota', 'runs', ['Limit', 'Offset', 'Period']),
      ...members('Throttle', 'runs', ['BurstLimit', 'RateLimit']),
      UsagePlanName: 'runs',
      Description: 'runs',
      Tags: TAGS,
    },
    ref: (of) => of.token(6),
    attributes: { Id: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::UsagePlanKey',
    support: 'runs',
    reason: 'what of a plan a key may call',
    properties: { KeyId: 'runs', KeyType: 'runs', UsagePlanId: 'runs' },
    ref: (of) => `${of.token(10)}:${of.token(6)}`,
    attributes: { Id: (of) => of.token(10) },
  },
];

const rest: ResourceType[] = [
  {
    type: 'AWS::ApiGateway::Account',
    support: 'evaluated',
    reason: 'whether API Gateway could write logs in the role; in a fresh account no stage with logs is made before it',
    properties: { CloudWatchRoleArn: 'evaluated' },
    ref: (of) => of.token(10),
    attributes: { Id: (of) => of.token(10) },
  },
  {
    type: 'AWS::ApiGateway::DomainName',
    support: 'AWS only',
    reason: 'a certificate and DNS',
    properties: { '*': 'AWS only' },
    ref: (of) => String(of.property('DomainName') ?? of.token(10)),
    attributes: {
      DistributionDomainName: (of) => `d${of.token(13)}.cloudfront.net`,
      DistributionHostedZoneId: () => 'Z2FDTNDATAQYW2',
      RegionalDomainName: (of) => `d-${of.token(10)}.execute-api.${of.region}.amazonaws.com`,
      RegionalHostedZoneId: (of) => `Z${of.token(13).toUpperCase()}`,
      DomainNameArn: (of) => `arn:aws:apigateway:${of.region}::/domainnames/${String(of.property('DomainName') ?? of.token(10))}`,
    },
  },
  {
    type: 'AWS::ApiGateway::BasePathMapping',
    support: 'AWS only',
    reason: 'a certificate and DNS',
    properties: { '*': 'AWS only' },
    ref: (of) => of.token(10),
  },
  {
    type: 'AWS::ApiGateway::VpcLink',
    support: 'AWS only',
    reason: 'a private network',
    properties: { '*': 'AWS only' },
    ref: (of) => of.token(6),
    attributes: { VpcLinkId: (of) => of.token(6) },
  },
];

/** What the gateway knows of API Gateway's REST APIs, and of the web ACLs before them. */
export const apigatewayTypes: ResourceType[] = [...run, ...rest];
