import type { TypeKnowledge } from '../contracts';
import { members } from '../knowledge';
import { knowledge as firewalls } from './firewall/knowledge';
import { INTEGRATION, INTEGRATION_RESPONSE, METHOD_RESPONSE } from './load-integration';

const REGIONAL = 'asserted only: an API has one address here, whatever its endpoint type';
const TAGS = 'asserted only: nothing here reads tags';
const NOT_CARRIED_OUT = 'asserted only: caching, metrics and execution logs are not carried out';
const EXACT = "limits are exact, where AWS applies them on a best-effort basis; the account's own are not imitated";
const DESCRIPTION = 'asserted only: a text for people';

const THROTTLING = ['HttpMethod', 'ResourcePath', 'ThrottlingBurstLimit', 'ThrottlingRateLimit'];
const OTHER_SETTINGS = ['CacheDataEncrypted', 'CacheTtlInSeconds', 'CachingEnabled', 'DataTraceEnabled', 'LoggingLevel', 'MetricsEnabled'];

const run: TypeKnowledge[] = [
  {
    type: 'AWS::ApiGateway::RestApi',
    standing: 'run',
    reason: 'an HTTP server on a port of this machine',
    properties: {
      Name: 'asserted only: an API is found by its id',
      Description: DESCRIPTION,
      ApiKeySourceType: 'run',
      ...members('EndpointConfiguration', REGIONAL, ['IpAddressType', 'Types', 'VpcEndpointIds']),
      DisableExecuteApiEndpoint: 'needs AWS: there is no custom domain here, so the API answers at its own address',
      FailOnWarnings: 'asserted only: it is about imports',
      Mode: 'asserted only: it is about imports',
      SecurityPolicy: 'needs AWS: TLS ends at its edge',
      EndpointAccessMode: 'needs AWS: TLS ends at its edge',
      Tags: TAGS,
    },
    ref: (of) => of.token(10),
    attributes: { RestApiId: (of) => of.token(10), RootResourceId: (of) => of.token(20).slice(10) },
  },
  {
    type: 'AWS::ApiGateway::Resource',
    standing: 'run',
    reason: 'a path of the server',
    properties: { RestApiId: 'run', ParentId: 'run', PathPart: 'run' },
    ref: (of) => of.token(6),
    attributes: { ResourceId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::Method',
    standing: 'run',
    reason: "the template's own validator, mapping templates and integration",
    properties: {
      RestApiId: 'run',
      ResourceId: 'run',
      HttpMethod: 'run',
      ApiKeyRequired: 'run',
      AuthorizationType: 'run',
      AuthorizerId: 'run',
      RequestParameters: 'run',
      RequestModels: 'run',
      RequestValidatorId: 'run',
      ...members('Integration', 'run', INTEGRATION),
      ...members('Integration.IntegrationResponses', 'run', INTEGRATION_RESPONSE),
      ...members('MethodResponses', 'run', METHOD_RESPONSE),
      OperationName: 'asserted only: a name for generated SDKs',
    },
    ref: (of) => of.name('Name'),
  },
  {
    type: 'AWS::ApiGateway::Deployment',
    standing: 'run',
    reason: 'a stage serves the methods as they are in the template',
    properties: { RestApiId: 'run', Description: DESCRIPTION },
    ref: (of) => of.token(6),
    attributes: { DeploymentId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::Stage',
    standing: 'run',
    reason: 'the first part of the path, with its variables, its limits and its access log',
    properties: {
      RestApiId: 'run',
      StageName: 'run',
      DeploymentId: 'run',
      Variables: 'run',
      ...members('AccessLogSetting', 'run', ['DestinationArn', 'Format']),
      Description: DESCRIPTION,
      ...members('MethodSettings', 'run', THROTTLING),
      ...members('MethodSettings', NOT_CARRIED_OUT, OTHER_SETTINGS),
      TracingEnabled: 'needs AWS: X-Ray',
      CacheClusterEnabled: 'needs AWS: responses are not cached here',
      CacheClusterSize: 'needs AWS: responses are not cached here',
      ClientCertificateId: 'needs AWS: no HTTP backend is called from here',
      DocumentationVersion: DESCRIPTION,
      Tags: TAGS,
    },
    ref: (of) => String(of.property('StageName') ?? of.token(6)),
  },
  {
    type: 'AWS::ApiGateway::Model',
    standing: 'run',
    reason: 'JSON schema draft 4 by ajv',
    properties: {
      RestApiId: 'run',
      Name: 'run',
      Schema: 'run',
      ContentType: "asserted only: a method's own list says which content types are checked",
      Description: DESCRIPTION,
    },
    ref: (of) => String(of.property('Name') ?? `model${of.token(12)}`),
  },
  {
    type: 'AWS::ApiGateway::RequestValidator',
    standing: 'run',
    reason: 'required parameters and the body are checked',
    properties: { RestApiId: 'run', Name: DESCRIPTION, ValidateRequestBody: 'run', ValidateRequestParameters: 'run' },
    ref: (of) => of.token(6),
    attributes: { RequestValidatorId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::Authorizer',
    standing: 'run',
    reason: 'the function itself is asked, its policy evaluated and cached',
    properties: {
      RestApiId: 'run',
      Name: DESCRIPTION,
      Type: 'run',
      AuthorizerUri: 'run',
      AuthorizerCredentials: 'run',
      AuthorizerResultTtlInSeconds: 'run',
      IdentitySource: 'run',
      IdentityValidationExpression: 'run',
      AuthType: 'asserted only: it is about exports',
    },
    ref: (of) => of.token(6),
    attributes: { AuthorizerId: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::GatewayResponse',
    standing: 'run',
    reason: 'status, headers and template of the answers that API Gateway gives itself',
    properties: { RestApiId: 'run', ResponseType: 'run', StatusCode: 'run', ResponseParameters: 'run', ResponseTemplates: 'run' },
    ref: (of) => of.token(6),
    attributes: { Id: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::ApiKey',
    standing: 'run',
    reason: 'looked up for each request; the control plane at the door makes and changes them too',
    properties: {
      Name: 'run',
      Value: 'run',
      Enabled: 'run',
      CustomerId: 'run',
      Description: 'run',
      GenerateDistinctId: 'asserted only: an id is never the value here',
      Tags: TAGS,
    },
    ref: (of) => of.token(10),
    attributes: { APIKeyId: (of) => of.token(10) },
  },
  {
    type: 'AWS::ApiGateway::UsagePlan',
    standing: 'run',
    reason: EXACT,
    properties: {
      ...members('ApiStages', 'run', ['ApiId', 'Stage', 'Throttle']),
      ...members('Quota', 'run', ['Limit', 'Offset', 'Period']),
      ...members('Throttle', 'run', ['BurstLimit', 'RateLimit']),
      UsagePlanName: 'run',
      Description: 'run',
      Tags: TAGS,
    },
    ref: (of) => of.token(6),
    attributes: { Id: (of) => of.token(6) },
  },
  {
    type: 'AWS::ApiGateway::UsagePlanKey',
    standing: 'run',
    reason: 'what of a plan a key may call',
    properties: { KeyId: 'run', KeyType: 'run', UsagePlanId: 'run' },
    ref: (of) => `${of.token(10)}:${of.token(6)}`,
    attributes: { Id: (of) => of.token(10) },
  },
];

const rest: TypeKnowledge[] = [
  {
    type: 'AWS::ApiGateway::Account',
    standing: 'evaluated',
    reason: 'whether API Gateway could write logs in the role; in a fresh account no stage with logs is made before it',
    properties: { CloudWatchRoleArn: 'evaluated' },
    ref: (of) => of.token(10),
    attributes: { Id: (of) => of.token(10) },
  },
  {
    type: 'AWS::ApiGateway::DomainName',
    standing: 'needs AWS',
    reason: 'a certificate and DNS',
    properties: { '*': 'needs AWS' },
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
    standing: 'needs AWS',
    reason: 'a certificate and DNS',
    properties: { '*': 'needs AWS' },
    ref: (of) => of.token(10),
  },
  {
    type: 'AWS::ApiGateway::VpcLink',
    standing: 'needs AWS',
    reason: 'a private network',
    properties: { '*': 'needs AWS' },
    ref: (of) => of.token(6),
    attributes: { VpcLinkId: (of) => of.token(6) },
  },
];

/** What the gateway knows of API Gateway's REST APIs, and of the web ACLs before them. */
export const knowledge: TypeKnowledge[] = [...run, ...rest, ...firewalls];
