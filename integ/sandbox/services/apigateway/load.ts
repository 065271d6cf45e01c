import { LeftOut, NotYetKnown } from '../../assembly/errors';
import { collecting, type Properties, problemsIn, propertiesOf, readAll, readEach } from '../../assembly/properties';
import type { Assembly, Resource, ResourceReader } from '../../contracts';
import type { Hosts } from '../../process/hosts';
import {
  type ApiDefinition,
  type AuthorizerDefinition,
  type CognitoAuthorizerDefinition,
  type GatewayResponseDefinition,
  type LeftOutMethod,
  type MethodDefinition,
  methodKey,
  type ResourceDefinition,
  type StageDefinition,
} from './definition';
import { isResponseType } from './failure';
import { integrationOf, lambdaArn } from './load-integration';
import { checkMapping } from './mapping';
import { modelsOf } from './models';
import { throttleOf } from './stage-throttle';
import { javaPattern } from './vtl/java-text';

const HTTP_METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
/** Documented default of AuthorizerResultTtlInSeconds. */
const DEFAULT_TTL = 300;

export interface LoadedApis {
  readonly apis: readonly ApiDefinition[];
  /** What is left out, one line each with the resource's id. A method that is left out returns its problem; anything else is missing. */
  readonly problems: readonly string[];
}

interface LoadedApi {
  readonly api: ApiDefinition;
  readonly problems: string[];
}

interface Read {
  readonly resource: Resource;
  readonly properties: Properties;
}

const NO_HOSTS: Hosts = new Map();
/** One reader for each set of hosts, so that an API is read once per set. */
const readers = new WeakMap<Hosts, ResourceReader<LoadedApi>>();

function readerFor(hosts: Hosts): ResourceReader<LoadedApi> {
  const reader = readers.get(hosts) ?? ((assembly: Assembly, api: Resource) => loadApi(assembly, api, hosts));
  readers.set(hosts, reader);
  return reader;
}

/** What the gateway would leave out. APIs that depend on a custom resource that has not run yet are skipped. */
export function problemsOf(assembly: Assembly, hosts: Hosts = NO_HOSTS): string[] {
  return assembly.ofType('AWS::ApiGateway::RestApi').flatMap((api) => {
    try {
      return assembly.read(api, readerFor(hosts)).problems;
    } catch (error) {
      if (error instanceof NotYetKnown) return [];
      throw error;
    }
  });
}

/** Every REST API of the assembly. */
export function loadApis(assembly: Assembly, hosts: Hosts = NO_HOSTS): LoadedApis {
  const loaded = readEach(assembly, 'AWS::ApiGateway::RestApi', readerFor(hosts));
  return { apis: loaded.map(({ api }) => api), problems: loaded.flatMap(({ problems }) => problems) };
}

function loadApi(assembly: Assembly, api: Resource, hosts: Hosts): LoadedApi {
  const id = assembly.ref(api);
  const { problems, attempt } = collecting();
  const mine = (type: string): Read[] =>
    assembly
      .ofType(`AWS::ApiGateway::${type}`)
      .map((resource) => ({ resource, properties: propertiesOf(assembly, resource) }))
      .filter(({ properties }) => properties.text('RestApiId') === id);
  const authorizers = new Map(
    mine('Authorizer').map(({ resource, properties }) => [
      assembly.ref(resource),
      () => authorizerOf(assembly, assembly.ref(resource), properties),
    ]),
  );
  for (const [authorizer, reason] of leftOutOf(assembly, 'Authorizer'))
    authorizers.set(assembly.ref(authorizer), leftOutAuthorizer(reason));
  const validators = new Map(
    mine('RequestValidator').map(({ resource, properties }) => [
      assembly.ref(resource),
      { body: properties.flag('ValidateRequestBody'), parameters: properties.flag('ValidateRequestParameters') },
    ]),
  );
  const schemas = mine('Model').map(({ resource, properties }) => ({ name: assembly.ref(resource), properties }));
  const models = modelsOf(id, schemas);
  // Problems of authorizers and models that no method uses are reported too.
  for (const authorizer of authorizers.values()) attempt(authorizer);
  for (const { name } of schemas) attempt(() => models(name));
  const method = (properties: Properties): MethodDefinition | LeftOutMethod => {
    try {
      return methodOf(properties, { authorizers, validators, models, hosts });
    } catch (error) {
      const found = problemsIn(error);
      for (const problem of found) problems.add(problem);
      return { leftOut: found.join('; ') };
    }
  };
  const methods = [
    ...leftOutMethods(assembly, id),
    ...mine('Method').flatMap(({ properties }) =>
      attempt(() => ({
        resourceId: properties.required('ResourceId'),
        httpMethod: httpMethod(properties),
        method: method(properties),
      })),
    ),
  ];
  const resources = pathsOf(assembly, api, mine('Resource'), attempt).map(([resourceId, path]) => ({
    id: resourceId,
    path,
    methods: new Map(methods.filter((one) => one.resourceId === resourceId).map((one) => [one.httpMethod, one.method])),
  })) satisfies ResourceDefinition[];
  const definition: ApiDefinition = {
    id,
    name: attempt(() => propertiesOf(assembly, api).text('Name'))[0] ?? id,
    account: assembly.account,
    region: assembly.region,
    host: `${id}.execute-api.${assembly.region}.amazonaws.com`,
    keySource: attempt(() => keySourceOf(propertiesOf(assembly, api)))[0] ?? 'HEADER',
    stages: mine('Stage').flatMap(({ properties }) => attempt(() => stageOf(properties, attempt, keysOf(resources)))),
    resources,
    gatewayResponses: new Map(mine('GatewayResponse').flatMap(({ properties }) => attempt(() => gatewayResponseOf(properties)))),
  };
  return { api: definition, problems: [...problems] };
}

/** The methods of an API that are left out as whole resources: they return the reason. */
function leftOutMethods(assembly: Assembly, api: string) {
  return leftOutOf(assembly, 'Method').flatMap(([{ stack, properties }, reason]) => {
    const value = (name: string) => String(assembly.resolve(stack, properties[name] ?? ''));
    if (value('RestApiId') !== api) return [];
    return [{ resourceId: value('ResourceId'), httpMethod: value('HttpMethod'), method: { leftOut: reason } }];
  });
}

function leftOutOf(assembly: Assembly, kind: string): [Resource, string][] {
  return [...assembly.leftOut].filter(([{ type }]) => type === `AWS::ApiGateway::${kind}`);
}

/** The ids of the resources with their paths, the root first. */
function pathsOf(assembly: Assembly, api: Resource, resources: readonly Read[], attempt: <T>(read: () => T) => T[]): [string, string][] {
  const root = assembly.attribute(api, 'RootResourceId');
  const byId = new Map(resources.map(({ resource, properties }) => [assembly.ref(resource), properties]));
  const pathOf = (properties: Properties, depth = 0): string => {
    const parent = properties.required('ParentId');
    const above = byId.get(parent);
    if (parent !== root && (!above || depth > 100)) throw properties.invalid('ParentId', `${parent} is not a resource of the API`);
    return `${above && parent !== root ? pathOf(above, depth + 1) : ''}/${properties.required('PathPart')}`;
  };
  const paths = [...byId].flatMap(([id, properties]) => attempt((): [string, string] => [id, pathOf(properties)]));
  return [[root, '/'], ...paths];
}

function httpMethod(properties: Properties): string {
  const method = properties.required('HttpMethod');
  if (!HTTP_METHODS.includes(method)) throw properties.invalid('HttpMethod', `${method} is not supported`);
  return method;
}

type Authorizer = AuthorizerDefinition | CognitoAuthorizerDefinition;

interface References {
  readonly authorizers: ReadonlyMap<string, () => Authorizer>;
  readonly validators: ReadonlyMap<string, { body: boolean; parameters: boolean }>;
  readonly models: ReturnType<typeof modelsOf>;
  readonly hosts: Hosts;
}

function methodOf(properties: Properties, references: References): MethodDefinition {
  return readAll({
    keyRequired: () => properties.flag('ApiKeyRequired'),
    authorizer: () => methodAuthorizer(properties, references),
    scopes: () => scopesOf(properties),
    requestParameters: () => parametersOf(properties),
    validator: () => {
      const validator = references.validators.get(properties.text('RequestValidatorId') ?? '');
      if (properties.has('RequestValidatorId') && !validator) throw notSupported(properties, 'RequestValidatorId');
      return validator;
    },
    models: () => methodModels(properties, references),
    integration: () => integrationOf(properties, references.hosts),
  });
}

function notSupported(properties: Properties, name: string): Error {
  return properties.invalid(name, `${properties.text(name)} is not supported`);
}

function methodAuthorizer(properties: Properties, { authorizers }: References): Authorizer | undefined {
  const type = properties.text('AuthorizationType') ?? 'NONE';
  if (type === 'NONE') return undefined;
  if (type !== 'CUSTOM' && type !== 'COGNITO_USER_POOLS') throw notSupported(properties, 'AuthorizationType');
  const authorizer = authorizers.get(properties.required('AuthorizerId'))?.();
  if (!authorizer) throw notSupported(properties, 'AuthorizerId');
  if ((type === 'CUSTOM') === (authorizer.type === 'COGNITO_USER_POOLS')) {
    throw properties.invalid('AuthorizationType', `${type} does not go with an authorizer of the type ${authorizer.type}`);
  }
  return authorizer;
}

function scopesOf(properties: Properties): string[] {
  const scopes = textsIn(properties, 'AuthorizationScopes');
  if (scopes.length > 0 && properties.text('AuthorizationType') !== 'COGNITO_USER_POOLS') {
    throw properties.invalid('AuthorizationScopes', 'are for the authorization type COGNITO_USER_POOLS');
  }
  return scopes;
}

function textsIn(properties: Properties, name: string): string[] {
  const values = properties.raw(name) ?? [];
  if (!Array.isArray(values) || values.some((value) => typeof value !== 'string'))
    throw properties.invalid(name, 'must be a list of strings');
  return values as string[];
}

/** An authorizer that is left out: each of its methods returns the reason. */
function leftOutAuthorizer(reason: string): () => AuthorizerDefinition {
  return () => {
    throw new LeftOut(reason);
  };
}

function parametersOf(properties: Properties): Record<string, boolean> {
  const parameters = Object.entries(properties.texts('RequestParameters'));
  for (const [name] of parameters) {
    if (!/^method\.request\.(path|querystring|header|multivaluequerystring|multivalueheader)\..+$/.test(name)) {
      throw properties.invalid(`RequestParameters.${name}`, 'is not supported');
    }
  }
  return Object.fromEntries(parameters.map(([name, required]) => [name, required === 'true']));
}

function methodModels(properties: Properties, { models }: References): MethodDefinition['models'] {
  return new Map(
    Object.entries(properties.texts('RequestModels')).map(([contentType, name]) => {
      const model = models(name);
      if (!model) throw properties.invalid(`RequestModels.${contentType}`, `${name} is not a model of the API`);
      return [contentType.toLowerCase(), model];
    }),
  );
}

function authorizerOf(assembly: Assembly, id: string, properties: Properties): Authorizer {
  const type = properties.required('Type');
  if (type === 'COGNITO_USER_POOLS') return cognitoAuthorizerOf(assembly, id, properties);
  if (type !== 'TOKEN' && type !== 'REQUEST') throw properties.invalid('Type', `${type} is not supported`);
  const uri = properties.required('AuthorizerUri');
  const functionArn = lambdaArn(uri);
  if (!functionArn) throw properties.invalid('AuthorizerUri', `${uri} is not the invocation path of a function`);
  const sources = (properties.text('IdentitySource') ?? '').split(',').map((source) => source.trim());
  const identitySources = sources.filter((source) => source !== '');
  const ttl = properties.number('AuthorizerResultTtlInSeconds') ?? DEFAULT_TTL;
  for (const source of identitySources) {
    const allowed = type === 'TOKEN' ? /^method\.request\.header\./ : /^(method\.request\.(header|querystring)|context|stageVariables)\./;
    if (!allowed.test(source)) throw properties.invalid('IdentitySource', `${source} is not supported`);
  }
  if (identitySources.length === 0 && (type === 'TOKEN' || ttl > 0)) throw properties.invalid('IdentitySource', 'is missing');
  const validation = properties.text('IdentityValidationExpression');
  if (validation !== undefined) properties.attempt('IdentityValidationExpression', () => javaPattern(validation));
  return { id, type, functionArn, credentials: properties.text('AuthorizerCredentials'), ttl, identitySources, validation };
}

function cognitoAuthorizerOf(assembly: Assembly, id: string, properties: Properties): CognitoAuthorizerDefinition {
  const arns = textsIn(properties, 'ProviderARNs');
  if (arns.length === 0) throw properties.invalid('ProviderARNs', 'is missing');
  for (const arn of arns) {
    if (assembly.byArn(arn)?.type !== 'AWS::Cognito::UserPool') {
      throw properties.invalid('ProviderARNs', assembly.whyLeftOut(arn) ?? `${arn} is not a user pool of this assembly`);
    }
  }
  const identitySource = properties.required('IdentitySource');
  if (!/^method\.request\.header\.[\w-]+$/.test(identitySource)) {
    throw properties.invalid('IdentitySource', `${identitySource} is not supported: it must be a header`);
  }
  const audience = properties.text('IdentityValidationExpression');
  if (audience !== undefined) properties.attempt('IdentityValidationExpression', () => javaPattern(audience));
  return { id, type: 'COGNITO_USER_POOLS', poolIds: arns.map((arn) => arn.split('/').at(-1) ?? ''), identitySource, audience };
}

function keySourceOf(properties: Properties): ApiDefinition['keySource'] {
  const source = properties.text('ApiKeySourceType') ?? 'HEADER';
  if (source !== 'HEADER' && source !== 'AUTHORIZER') throw notSupported(properties, 'ApiKeySourceType');
  return source;
}

/** The methods of an API by their name in limits, with each HTTP method of `ANY`. */
function keysOf(resources: readonly ResourceDefinition[]): Set<string> {
  const single = HTTP_METHODS.filter((method) => method !== 'ANY');
  return new Set(
    resources.flatMap(({ path, methods }) => (methods.has('ANY') ? single : [...methods.keys()]).map((method) => methodKey(path, method))),
  );
}

function stageOf(properties: Properties, attempt: <T>(read: () => T) => T[], methods: ReadonlySet<string>): StageDefinition {
  return {
    name: properties.required('StageName'),
    deploymentId: properties.required('DeploymentId'),
    variables: properties.texts('Variables'),
    accessLog: attempt(() => accessLogOf(properties))[0],
    throttle: attempt(() => throttleOf(properties, methods))[0] ?? (() => undefined),
  };
}

function accessLogOf(properties: Properties): StageDefinition['accessLog'] {
  const setting = properties.object('AccessLogSetting');
  if (!setting) return undefined;
  const destination = setting.required('DestinationArn');
  const group = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)(?::\*)?$/.exec(destination)?.[1];
  if (group === undefined) throw setting.invalid('DestinationArn', `${destination} is not the ARN of a log group`);
  const format = setting.text('Format') ?? '';
  // Documented: "Set up CloudWatch logging for REST APIs".
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format)) {
    throw setting.invalid('Format', 'must include $context.requestId or $context.extendedRequestId');
  }
  return { group, format };
}

function gatewayResponseOf(properties: Properties): [string, GatewayResponseDefinition] {
  const type = properties.required('ResponseType');
  if (!isResponseType(type)) throw properties.invalid('ResponseType', `${type} is not supported`);
  const parameters = properties.texts('ResponseParameters');
  for (const [name, expression] of Object.entries(parameters)) {
    if (!name.startsWith('gatewayresponse.header.')) throw properties.invalid(`ResponseParameters.${name}`, 'is not supported');
    properties.attempt(`ResponseParameters.${name}`, () => checkMapping(expression, 'request'));
  }
  const templates = new Map(Object.entries(properties.texts('ResponseTemplates')));
  return [type, { statusCode: properties.number('StatusCode'), parameters, templates }];
}
