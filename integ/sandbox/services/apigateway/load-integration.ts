import { type Properties, readAll } from '../../assembly/properties';
import { type Hosts, originFor } from '../../process/hosts';
import type { HttpTarget, IntegrationDefinition, IntegrationResponseDefinition, Target, VpcLinkTarget } from './definition';
import { checkMapping } from './mapping';
import { VARIABLES } from './variables';
import { javaPattern } from './vtl/java-text';
import { compileTemplate, type Template } from './vtl/template';

/** The supported properties of an integration (besides its responses), of an integration response, and of a method response. */
export const INTEGRATION = [
  'Type',
  'Uri',
  'IntegrationHttpMethod',
  'Credentials',
  'PassthroughBehavior',
  'RequestParameters',
  'RequestTemplates',
  'TimeoutInMillis',
  'ConnectionId',
  'ConnectionType',
  'IntegrationTarget',
];
export const INTEGRATION_RESPONSE = ['StatusCode', 'SelectionPattern', 'ResponseParameters', 'ResponseTemplates'];
export const METHOD_RESPONSE = ['StatusCode', 'ResponseParameters', 'ResponseModels'];

/** The services that an AWS integration can call. */
const SERVICES = ['sqs', 'dynamodb'];
/** The prefix of `x-amz-target`, for services with a JSON protocol, which take an action. */
const JSON_SERVICES: Readonly<Record<string, string>> = { dynamodb: 'DynamoDB_20120810' };
/** Documented quota: 50 milliseconds to 29 seconds, which is the default. */
const DEFAULT_TIMEOUT = 29_000;
/** Documented: "Important notes for REST APIs": these cannot be mapped. */
const ILLEGAL_HEADERS = ['authorization', 'connection', 'content-length', 'expect', 'proxy-authenticate', 'te', 'transfer-encoding'];

/** The function ARN in `arn:…:lambda:path/2015-03-31/functions/<arn>/invocations`. */
export function lambdaArn(uri: string): string | undefined {
  return /^arn:[^:]+:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri)?.[1];
}

/** Reads the integration of a method. Rejects unsupported properties and values by name. */
export function integrationOf(method: Properties, hosts: Hosts): IntegrationDefinition {
  const integration = method.object('Integration');
  if (!integration) throw method.invalid('Integration', 'is missing');
  const {
    called,
    unknown: _,
    ...read
  } = readAll({
    unknown: () => integration.only(...INTEGRATION, 'IntegrationResponses'),
    called: () => calledBy(integration, hosts),
    httpMethod: () => integration.text('IntegrationHttpMethod'),
    passthrough: () => passthroughOf(integration),
    requestParameters: () => requestParametersOf(integration),
    requestTemplates: () => templatesOf(integration, 'RequestTemplates'),
    timeout: () => timeoutOf(integration),
    responses: () => {
      const declared = declaredBy(method);
      return integration.list('IntegrationResponses').map((response) => responseOf(response, declared));
    },
  });
  return { ...called, ...read };
}

function calledBy(integration: Properties, hosts: Hosts): Pick<IntegrationDefinition, 'target' | 'credentials'> {
  const target = targetOf(integration, hosts);
  const credentials = integration.text('Credentials');
  if (credentials !== undefined && !/^arn:[^:]+:iam::\d+:role\/.+$/.test(credentials)) {
    throw integration.invalid('Credentials', `${credentials} is not supported: it must be a role`);
  }
  if (target.kind === 'service' && credentials === undefined) {
    throw integration.invalid('Credentials', `is missing: a call to ${target.service} needs a role`);
  }
  return { target, credentials };
}

function timeoutOf(integration: Properties): number {
  const timeout = integration.number('TimeoutInMillis') ?? DEFAULT_TIMEOUT;
  if (timeout < 50 || timeout > DEFAULT_TIMEOUT) throw integration.invalid('TimeoutInMillis', `${timeout} is not between 50 and 29000`);
  return timeout;
}

function targetOf(integration: Properties, hosts: Hosts): Target {
  const type = integration.required('Type');
  if (type === 'MOCK') return { kind: 'mock' };
  if (type === 'HTTP_PROXY' || type === 'HTTP') {
    return { kind: type === 'HTTP' ? 'http' : 'http-proxy', ...serverOf(integration, hosts) };
  }
  if (type !== 'AWS' && type !== 'AWS_PROXY') throw integration.invalid('Type', `${type} is not supported`);
  const uri = integration.required('Uri');
  const functionArn = lambdaArn(uri);
  if (functionArn?.includes('${')) throw integration.invalid('Uri', `${uri} is not supported: it contains a stage variable`);
  if (functionArn) return { kind: type === 'AWS' ? 'lambda' : 'lambda-proxy', functionArn };
  const service = /^arn:[^:]+:apigateway:([^:]+):([^:]+):(path|action)\/(.*)$/.exec(uri);
  if (type === 'AWS_PROXY' || !service || !SERVICES.includes(service[2])) throw integration.invalid('Uri', `${uri} is not supported`);
  const [, region, name, kind, rest] = service;
  const prefix = JSON_SERVICES[name];
  if (prefix !== undefined) {
    if (kind === 'path') throw integration.invalid('Uri', `${uri} is not supported: ${name} needs an action, not a path`);
    return { kind: 'service', service: name, region, path: '/', query: '', operation: `${prefix}.${rest}` };
  }
  return kind === 'path'
    ? { kind: 'service', service: name, region, path: `/${rest.replace(/^\//, '').split('?')[0]}`, query: rest.split('?')[1] ?? '' }
    : { kind: 'service', service: name, region, path: '/', query: `Action=${rest}` };
}

/** The HTTP server of an integration: one on this machine, a host that `--map` maps or allows, or a load balancer behind a VPC link. */
function serverOf(integration: Properties, hosts: Hosts): Pick<HttpTarget, 'uri' | 'through'> {
  const uri = integration.required('Uri');
  const type = integration.text('ConnectionType') ?? 'INTERNET';
  if (type === 'VPC_LINK') return { uri, through: linkOf(integration, uri) };
  if (type !== 'INTERNET') throw integration.invalid('ConnectionType', `${type} is not supported`);
  const [link] = ['ConnectionId', 'IntegrationTarget'].filter((name) => integration.has(name));
  if (link !== undefined) throw integration.invalid(link, 'is for integrations with the connection type VPC_LINK');
  const origin = originFor(uri, hosts);
  if (origin === undefined) {
    const [outside = uri] = /^https?:\/\/[^/?#]+/i.exec(uri) ?? [];
    const remedy = `start with --map ${outside}=http://127.0.0.1:port to send requests to a server on this machine, or with --map ${outside} to call the host itself`;
    throw integration.invalid('Uri', `${uri} is outside this machine: ${remedy}`);
  }
  return { uri, through: { origin } };
}

/** A VPC link V2 to an application load balancer. */
function linkOf(integration: Properties, uri: string): VpcLinkTarget {
  const loadBalancerArn = integration.text('IntegrationTarget');
  if (loadBalancerArn === undefined) {
    throw integration.invalid('IntegrationTarget', 'is missing: VPC links V1, which lead to network load balancers, are not supported');
  }
  if (!/^arn:[^:]+:elasticloadbalancing:[^:]+:\d+:loadbalancer\/app\//.test(loadBalancerArn)) {
    throw integration.invalid('IntegrationTarget', `${loadBalancerArn} is not supported: only application load balancers are`);
  }
  const vpcLinkId = integration.required('ConnectionId');
  if (vpcLinkId.includes('${')) throw integration.invalid('ConnectionId', `${vpcLinkId} is not supported: it has a stage variable`);
  if (!/^https?:\/\/[^/?#{}]+/i.test(uri)) throw integration.invalid('Uri', `${uri} is not a URL with a host`);
  return { vpcLinkId, loadBalancerArn };
}

function passthroughOf(integration: Properties): IntegrationDefinition['passthrough'] {
  const behavior = integration.text('PassthroughBehavior') ?? 'WHEN_NO_MATCH';
  if (behavior !== 'WHEN_NO_MATCH' && behavior !== 'WHEN_NO_TEMPLATES' && behavior !== 'NEVER') {
    throw integration.invalid('PassthroughBehavior', `${behavior} is not supported`);
  }
  return behavior;
}

function requestParametersOf(integration: Properties): Record<string, string> {
  const parameters = integration.texts('RequestParameters');
  for (const [name, expression] of Object.entries(parameters)) {
    const [, place, key] = /^integration\.request\.(header|querystring|path)\.(.+)$/.exec(name) ?? [];
    if (place === undefined) throw integration.invalid(`RequestParameters.${name}`, 'is not supported');
    if (place === 'header' && ILLEGAL_HEADERS.includes(key.toLowerCase())) {
      throw integration.invalid(`RequestParameters.${name}`, 'cannot be mapped: API Gateway sets it');
    }
    integration.attempt(`RequestParameters.${name}`, () => checkMapping(expression, 'request'));
  }
  return parameters;
}

function templatesOf(owner: Properties, name: string): Map<string, Template> {
  return new Map(
    Object.entries(owner.texts(name)).map(([contentType, source]) => [
      contentType.toLowerCase(),
      owner.attempt(`${name}.${contentType}`, () => compileTemplate(source, { variables: VARIABLES })),
    ]),
  );
}

/** The headers that the method's responses declare, by status code; CloudFormation rejects a mapping to any other header. */
function declaredBy(method: Properties): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    method.list('MethodResponses').map((response) => {
      response.only(...METHOD_RESPONSE);
      return [response.required('StatusCode'), new Set(Object.keys(response.texts('ResponseParameters')))];
    }),
  );
}

function responseOf(response: Properties, declared: ReadonlyMap<string, ReadonlySet<string>>): IntegrationResponseDefinition {
  response.only(...INTEGRATION_RESPONSE);
  const statusCode = response.required('StatusCode');
  const headers = declared.get(statusCode);
  if (!headers) throw response.invalid('StatusCode', `${statusCode} is not one of the method's responses`);
  const parameters = response.texts('ResponseParameters');
  for (const [name, expression] of Object.entries(parameters)) {
    if (!name.startsWith('method.response.header.')) throw response.invalid(`ResponseParameters.${name}`, 'is not supported');
    if (!headers.has(name)) throw response.invalid(`ResponseParameters.${name}`, "is not declared by the method's response");
    response.attempt(`ResponseParameters.${name}`, () => checkMapping(expression, 'response'));
  }
  const pattern = response.text('SelectionPattern');
  if (pattern !== undefined) response.attempt('SelectionPattern', () => javaPattern(pattern));
  return {
    statusCode: Number(statusCode),
    selectionPattern: pattern === '' ? undefined : pattern,
    parameters,
    templates: templatesOf(response, 'ResponseTemplates'),
  };
}
